import base64
import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.core import checks
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import models
from django.test import override_settings
from django.test.utils import isolate_apps

from backk_core import between, is_any_string, read_only, read_write, write_only
from backk_core.models import Entity
from backk_security import encrypted, hashed
from backk_security.checks import check_security
from backk_security.checks import fields as field_checks
from backk_security.fields import EncryptedField, HashedField

A64, B64 = (base64.b64encode(bytes(range(first, first + 32))).decode() for first in (0, 40))
SERVICE_TOKENS = "backk_security.service_tokens.ServiceTokenAuthenticator"
USER_TOKENS = "backk_security.authentication.JwtAuthenticator"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "ENCRYPTION_KEY": A64,
    "INDEX_KEY": B64,
    "AUTH_SERVER_PUBLIC_KEY_URL": "https://id.example.com/keys",
    "JWT_ISSUER": "i",
    "JWT_AUDIENCE": "a",
    "CAPTCHA_VERIFIER": "backk_security.captcha.Turnstile",
    "CAPTCHA_SECRET": "x" * 32,
    "CAPTCHA_HOSTNAMES": ["shop.example.com"],
}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}


def found(**changes: Any) -> dict[str, checks.CheckMessage]:
    known = {"BACKK": PRODUCTION, "DATABASES": SQLITE, "CACHES": {}, **changes}
    settings = SimpleNamespace(DATABASES=known["DATABASES"], CACHES=known["CACHES"])
    with override_settings(BACKK=known["BACKK"]), patch("backk_security.checks.keys.settings", settings):
        return {str(message.id): message for message in check_security()}


def with_backk(**changes: Any) -> dict[str, Any]:
    return {"BACKK": {**PRODUCTION, **changes}}


def test_nothing_is_wrong_with_a_project_that_is_well_configured() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("id", "changes"),
    [
        ("backk.E901", {"JWT_AUDIENCE": ""}),
        ("backk.E901", {"AUTH_SERVER_PUBLIC_KEY_URL": "ftp://id.example.com"}),
        ("backk.E901", {"AUTH_SERVER_CA_FILE": "/nowhere/at/all"}),
        ("backk.E902", {"JWT_SIGN_SECRET": "s"}),
        ("backk.E903", {"AUTH_SERVER_PUBLIC_KEY_URL": "http://id.example.com"}),
        ("backk.E901", {"JWT_ISSUERS": {"j": "https://j.example.com"}, "JWT_AUDIENCE": ""}),
        ("backk.E904", {"JWT_ISSUERS": {"j": "https://j.example.com", "k": "https://k.example.com"}}),
        ("backk.E904", {"JWT_ISSUERS": {"j": "https://j.example.com"}}),
        ("backk.E905", {"AUTHENTICATORS": [SERVICE_TOKENS]}),
        ("backk.E905", {"AUTHENTICATORS": [SERVICE_TOKENS], "SERVICE_TOKEN_SECRETS": ["short"]}),
        ("backk.E905", {"AUTHENTICATORS": [SERVICE_TOKENS], "SERVICE_TOKEN_SECRETS": ["ab" * 20]}),
        ("backk.E905", {"AUTHENTICATORS": [USER_TOKENS, SERVICE_TOKENS], "SERVICE_TOKEN_SECRETS": [A64]}),
        ("backk.E906", {"CLIENT_IDENTITY_HEADER": "X-Client-Identity"}),
        ("backk.E906", {"CLIENT_IDENTITY_HEADER": "X-Client-Identity", "CLIENT_IDENTITIES": ["CN=orders"]}),
        ("backk.E906", {"CLIENT_IDENTITY_PROXIES": ["10.0.0.5"]}),
        ("backk.E906", {"AUTHENTICATORS": ["backk_security.client_certificates.ClientCertificateAuthenticator"]}),
        ("backk.E911", {"ENCRYPTION_KEY": ""}),
        ("backk.E911", {"INDEX_KEY": ""}),
        ("backk.E912", {"ENCRYPTION_KEY": "short"}),
        ("backk.E912", {"INDEX_KEY": "a" * 64}),
        ("backk.E913", {"INDEX_KEY": A64}),
        ("backk.E914", {"PASSWORD_HASH_MEMORY": 1024}),
        ("backk.E914", {"PASSWORD_HASH_MEMORY": 7168, "PASSWORD_HASH_PASSES": 1}),
    ],
)
def test_a_setting_that_guards_nothing_is_refused_in_production(id: str, changes: Any) -> None:
    assert set(found(**with_backk(**changes))) == {id}


def test_services_that_prove_themselves_are_well_configured_like_this() -> None:
    proxies = {"CLIENT_IDENTITY_PROXIES": ["10.0.0.5"], "CLIENT_IDENTITIES": ["CN=orders"]}
    listed = {"AUTHENTICATORS": [SERVICE_TOKENS, USER_TOKENS], "SERVICE_TOKEN_SECRETS": [A64]}
    assert found(**with_backk(**listed, **proxies, CLIENT_IDENTITY_HEADER="X-Client-Identity")) == {}


def test_what_signs_users_tokens_in_development_signs_no_services() -> None:
    listed = {"AUTHENTICATORS": [SERVICE_TOKENS, USER_TOKENS], "SERVICE_TOKEN_SECRETS": [A64]}
    assert set(found(BACKK={"ENVIRONMENT": "development", "JWT_SIGN_SECRET": A64, **listed})) == {"backk.E905"}


def test_development_asks_for_no_keys() -> None:
    weak = {"ENVIRONMENT": "development", "JWT_SIGN_SECRET": "s", "ENCRYPTION_KEY": "k", "PASSWORD_HASH_MEMORY": 64}
    assert found(BACKK=weak) == {}


def database(**changes: Any) -> dict[str, Any]:
    known = {"ENGINE": "django.db.backends.postgresql", "HOST": "db", "USER": "shop", "NAME": "shop", **changes}
    return {"DATABASES": {"default": known}}


@pytest.mark.parametrize("password", ["", "shop", "shop123", "a" * 30, "short1!"])
def test_a_database_password_that_can_be_guessed_is_refused(password: str) -> None:
    assert set(found(**database(PASSWORD=password))) == {"backk.E915"}


@pytest.mark.parametrize(
    "changes",
    [{"PASSWORD": "xk2Vq9-tR7.mWz4L"}, {"OPTIONS": {"sslcert": "c"}}, {"HOST": ""}, {"OPTIONS": {"passfile": "p"}}],
)
def test_a_database_that_is_guarded_is_accepted(changes: Any) -> None:
    assert found(**database(**changes)) == {}


@pytest.mark.parametrize(
    ("cache", "refused"),
    [
        ({"LOCATION": "redis://host:6379/0"}, True),
        ({"LOCATION": "redis://:guess@host:6379/0"}, True),
        ({"LOCATION": ["rediss://host:6379/0"], "OPTIONS": {"PASSWORD": "xk2Vq9-tR7.mWz4L"}}, False),
        ({"LOCATION": "redis://:xk2Vq9-tR7.mWz4L@host:6379/0"}, False),
        ({"LOCATION": "somewhere"}, False),
        ({}, False),
    ],
)
def test_a_redis_password_is_judged_too(cache: Any, refused: bool) -> None:
    known = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **cache}}
    assert set(found(CACHES=known)) == ({"backk.E916"} if refused else set())


# declarations


class Base(Entity):
    class Meta:
        abstract = True
        app_label = "secrets"


@pytest.fixture
def isolated() -> Iterator[None]:
    with isolate_apps("tests.apps.secrets"):
        yield


def told(*entities: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(field_checks, "entities", lambda: entities)
    return [problem.id for problem in field_checks.problems()]


def test_a_password_that_may_be_answered_is_refused(isolated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Account(Base):
        password = read_write(hashed(models.CharField(max_length=64, validators=[is_any_string])))
        other = write_only(hashed(models.CharField(max_length=64, validators=[is_any_string])))

    assert told(Account, monkeypatch=monkeypatch) == ["backk.E921"]


def test_only_texts_are_hashed_and_none_has_an_index(isolated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Account(Base):
        pin = write_only(hashed(models.IntegerField(validators=[between(0, 9999)])))
        phrase = write_only(hashed(models.CharField(max_length=64, unique=True)))

    assert told(Account, monkeypatch=monkeypatch) == ["backk.E922", "backk.E923"]


def test_references_cannot_be_encrypted(isolated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Account(Base):
        boss = read_write(encrypted(models.ForeignKey("self", models.CASCADE, null=True)))

    assert told(Account, monkeypatch=monkeypatch) == ["backk.E924"]


def test_nothing_looks_at_what_tells_nothing(isolated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Account(Base):
        email = read_write(models.EmailField(unique=True))
        tenant = read_write(models.IntegerField(validators=[between(0, 9)]))

        class Meta(Base.Meta):
            ordering = ["-email"]
            indexes = [models.Index(fields=["-email", "tenant"], name="one")]
            unique_together = [("email", "tenant")]
            constraints = [
                models.UniqueConstraint(fields=["email", "tenant"], name="two"),
                models.UniqueConstraint(fields=["email_index", "tenant"], name="three"),
            ]

    assert told(Account, monkeypatch=monkeypatch) == ["backk.E925"] * 4


def test_a_default_of_the_database_cannot_be_encrypted(isolated: None) -> None:
    with pytest.raises(FieldError, match="default"):

        class Account(Base):
            email = read_only(models.EmailField(db_default="a@example.com"))


# what entities get


def test_an_entity_gets_its_columns_by_itself(isolated: None) -> None:
    class Contact(models.Model):
        email = read_write(models.EmailField(unique=True))

        class Meta:
            abstract = True

    class Paid(Contact, Base):
        salary = read_write(models.FloatField(validators=[between(0, 9)]))

        class Meta(Base.Meta):
            abstract = True

    class One(Paid):
        password = write_only(models.CharField(max_length=64, validators=[is_any_string]))

    class Two(Paid):
        pass

    class Plain(models.Model):
        email = models.EmailField()

        class Meta:
            app_label = "secrets"

    for entity in (One, Two):
        email = entity._meta.get_field("email")
        assert isinstance(email, EncryptedField)
        assert email.label == f"secrets.{entity.__name__}.email"
        assert email.index_field.unique
        assert not email.unique
        names = [field.name for field in entity._meta.concrete_fields]
        assert names.count("row_key") == names.count("email_index") == 1
        assert "salary_index" not in names
    assert isinstance(One._meta.get_field("password"), HashedField)
    assert not isinstance(Paid._meta.get_field("email"), EncryptedField)
    # what is no entity stays as it is
    assert isinstance(Plain._meta.get_field("email"), models.EmailField)


def test_a_child_table_has_a_row_key_of_its_own(isolated: None) -> None:
    class Parent(Base):
        email = read_write(models.EmailField())

    class Child(Parent):
        phone = read_write(models.CharField(max_length=9))

        class Meta:
            app_label = "secrets"

    class Proxy(Child):
        class Meta:
            proxy = True
            app_label = "secrets"

    phone = Child._meta.get_field("phone")
    assert phone.row_key == "child_row_key"
    assert phone.row_key_field.model is Child
    assert Proxy._meta.get_field("phone").label == "secrets.Child.phone"


def test_a_field_that_was_renamed_can_keep_the_name_that_the_cipher_knows(isolated: None) -> None:
    class Account(Base):
        contact = read_write(encrypted(models.EmailField(), known_as="secrets.Account.email"))

    field = Account._meta.get_field("contact")
    assert field.label == "secrets.Account.email"
    assert field.clone().known_as == "secrets.Account.email"


@pytest.mark.django_db
def test_a_migration_sees_stable_columns() -> None:
    printed = io.StringIO()
    call_command("makemigrations", "secrets", "--dry-run", verbosity=3, stdout=printed)
    for line in (
        "('email', backk_security.models.EncryptedField(inner=models.EmailField(max_length=254, unique=True), ",
        "('row_key', backk_security.models.RowKeyField())",
        "('email_index', backk_security.models.BlindIndexField(of='email', unique=True))",
        "('password', backk_security.models.HashedField(inner=models.CharField(",
    ):
        assert line in printed.getvalue()


def test_a_project_with_migrations_needs_no_new_ones() -> None:
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.state import ModelState, ProjectState

    state = ProjectState()
    state.add_model(ModelState.from_model(apps.get_model("secrets", "Person")))
    # as a migration's operations make the models, which know nothing of entities
    rendered = ProjectState()
    rendered.add_model(ModelState.from_model(state.apps.get_model("secrets", "Person")))
    changes = MigrationAutodetector(state, rendered).changes(graph=_NoGraph())
    assert changes == {}


class _NoGraph:
    def leaf_nodes(self, app: str | None = None) -> list[Any]:
        return []
