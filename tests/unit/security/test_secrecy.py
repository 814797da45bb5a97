import pytest
from django.db import models

from backk_security import encrypted, hashed, not_encrypted, not_hashed
from backk_security.fields import wanted_secrecy
from backk_security.secrecy import Encrypted, Hashed, NotEncrypted, NotHashed, why_password, why_personal


@pytest.mark.parametrize(
    "name",
    [
        "user_name",
        "email",
        "work_email_address",
        "emailaddress",
        "phone_number",
        "iban",
        "last_name",
        "date_of_birth",
        "ui_url",
        "licence_plate_company",
        "user",
        "race",
        "ip",
        "remote_ip",
        "mac",
        "age",
        "cvc_2",
        "vin",
        "Credit_Card",
    ],
)
def test_a_name_means_personal_data(name: str) -> None:
    assert why_personal(name)


@pytest.mark.parametrize(
    "name",
    [
        "price",
        "title",
        "user_account_id",
        "users",
        "grace",
        "page",
        "package",
        "image",
        "ship",
        "tip",
        "remoteip",
        "ip_count",
        "machine",
        "wine",
        "trace",
        "description",
    ],
)
def test_a_name_means_nothing_personal(name: str) -> None:
    assert why_personal(name) is None


def test_why_a_field_is_taken_for_personal_data_is_told() -> None:
    assert why_personal("work_email") == "'email' is in its name"
    assert why_personal("race") == "its name"
    assert why_personal("remote_ip") == "its name ends with 'ip'"


@pytest.mark.parametrize(("name", "is_one"), [("password", True), ("old_pass_phrase", True), ("pass", False)])
def test_a_name_means_a_password(name: str, is_one: bool) -> None:
    assert bool(why_password(name)) is is_one


def test_what_a_field_says_counts_before_its_name() -> None:
    text = models.CharField(max_length=10)
    assert wanted_secrecy("title", text) is None
    assert wanted_secrecy("email", text) == Encrypted(because="'email' is in its name")
    assert wanted_secrecy("password", text) == Hashed(because="'password' is in its name")
    assert wanted_secrecy("email", not_encrypted(models.CharField(), "ours")) == NotEncrypted("ours")
    assert wanted_secrecy("password_length", not_hashed(models.CharField(), "a number")) == NotHashed("a number")
    assert wanted_secrecy("title", encrypted(models.CharField(), searchable=True)) == Encrypted(searchable=True)
    assert wanted_secrecy("title", hashed(models.CharField())) == Hashed()


def test_keys_references_and_files_are_not_secret_by_their_name() -> None:
    from backk_core.models import EntityIdField

    assert wanted_secrecy("company", models.ForeignKey("app.Company", models.CASCADE)) is None
    assert wanted_secrecy("employer", EntityIdField()) is None
    assert wanted_secrecy("passport", models.FileField()) is None
    assert wanted_secrecy("email", models.CharField(max_length=9, primary_key=True)) is None


@pytest.mark.parametrize("word", [not_encrypted, not_hashed])
@pytest.mark.parametrize("reason", ["", "  "])
def test_what_is_kept_as_it_is_needs_a_reason(word: object, reason: str) -> None:
    with pytest.raises(ValueError, match="say why"):
        word(models.CharField(), reason)  # type: ignore[operator]
