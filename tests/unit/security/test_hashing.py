import threading
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import FieldError
from django.test import override_settings

from backk_core.declare.errors import TemporarilyUnavailable
from backk_security.hashing import PasswordHash, _hashing, hash_of, verify
from tests.apps.secrets.models import Person

QUICK = {"ENVIRONMENT": "test", "PASSWORD_HASH_MEMORY": 64, "PASSWORD_HASH_PASSES": 1, "PASSWORD_HASH_LANES": 1}
PASSWORD, OTHER = "Jxq7!mvbR2zw", "Jxq7!mvbR2zW"


@pytest.fixture(autouse=True)
def quick() -> Any:
    with override_settings(BACKK=QUICK):
        yield


def made(**values: Any) -> Person:
    return Person.objects.create(**{"nick": "n", "email": "a@example.com", "password": PASSWORD, **values})


def kept(person: Person) -> str:
    return str(Person.objects.get(pk=person.pk).password.encoded)


def test_the_costs_of_argon2id_are_those_of_the_rfc_unless_said_otherwise() -> None:
    with override_settings(BACKK={"ENVIRONMENT": "test"}):
        assert hash_of(PASSWORD).encoded.startswith("argon2$argon2id$v=19$m=65536,t=3,p=4$")


def test_each_hash_has_its_own_salt() -> None:
    assert hash_of(PASSWORD) != hash_of(PASSWORD)
    assert PASSWORD not in repr(hash_of(PASSWORD))
    assert hash_of(PASSWORD).encoded not in repr(hash_of(PASSWORD))


@pytest.mark.django_db
def test_a_password_is_kept_as_its_hash_and_verified() -> None:
    person = made()
    assert isinstance(person.password, PasswordHash)
    assert kept(person).startswith("argon2$argon2id$")
    for known in (person, Person.objects.get(pk=person.pk), Person.objects.defer("password").get(pk=person.pk)):
        assert verify(known, "password", PASSWORD)
        assert not verify(known, "password", OTHER)


@pytest.mark.django_db
def test_saving_again_does_not_hash_the_hash() -> None:
    person = Person.objects.get(pk=made().pk)
    before = kept(person)
    person.nick = "m"
    person.save()
    assert kept(person) == before


@pytest.mark.django_db
def test_a_new_password_is_hashed_however_it_is_written() -> None:
    person = made()
    person.password = OTHER
    person.save(update_fields=["password"])
    assert verify(Person.objects.get(), "password", OTHER)
    Person.objects.update(password=PASSWORD)
    assert verify(Person.objects.get(), "password", PASSWORD)
    Person.objects.update(password=None)
    assert not verify(Person.objects.get(), "password", PASSWORD)


@pytest.mark.django_db
def test_what_looks_like_a_hash_is_a_password_all_the_same() -> None:
    cunning = hash_of(OTHER).encoded
    person = made(password=cunning)
    assert kept(person) != cunning
    assert verify(person, "password", cunning)
    assert not verify(person, "password", OTHER)


@pytest.mark.django_db
def test_a_hash_of_other_costs_is_replaced_when_the_password_is_right() -> None:
    person = made()
    before = kept(person)
    with override_settings(BACKK={**QUICK, "PASSWORD_HASH_PASSES": 2}):
        assert not verify(Person.objects.get(), "password", OTHER)
        assert kept(person) == before
        assert verify(Person.objects.get(), "password", PASSWORD)
        assert "t=2" in kept(person)
        renewed = kept(person)
        assert verify(Person.objects.get(), "password", PASSWORD)
        assert kept(person) == renewed


@pytest.mark.django_db
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
def test_a_hash_that_was_brought_along_is_replaced_by_ours() -> None:
    person = made(password=PasswordHash(PBKDF2PasswordHasher().encode(PASSWORD, "salt", 10)))
    assert kept(person).startswith("pbkdf2_sha256$10$")
    assert not verify(person, "password", OTHER)
    assert verify(person, "password", PASSWORD)
    assert kept(person).startswith("argon2$argon2id$")


@pytest.mark.django_db
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
@pytest.mark.parametrize("encoded", ["", "md5$salt$x", "plain text", "argon2$", "argon2$argon2id$v=19$m=8$x$y"])
def test_a_hash_that_nobody_knows_fits_no_password(encoded: str) -> None:
    person = made()
    person.password = PasswordHash(encoded)
    person.save()
    assert not verify(person, "password", PASSWORD)


@pytest.mark.django_db
def test_a_password_that_was_changed_meanwhile_is_not_undone_by_a_renewed_hash() -> None:
    person = made()
    read = Person.objects.get()
    Person.objects.update(password=OTHER)
    with override_settings(BACKK={**QUICK, "PASSWORD_HASH_PASSES": 2}):
        assert verify(read, "password", PASSWORD)
    assert verify(Person.objects.get(pk=person.pk), "password", OTHER)


@pytest.mark.django_db
def test_passwords_are_not_searched() -> None:
    person = made()
    for condition in ({"password": PASSWORD}, {"password": kept(person)}, {"password__startswith": "argon2"}):
        with pytest.raises(FieldError, match="verified, not searched"):
            Person.objects.filter(**condition).exists()
    assert Person.objects.filter(password__isnull=False).exists()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    hashing, done = _hashing(), []
    real = hashing.hasher.verify
    monkeypatch.setattr(hashing.hasher, "verify", lambda *given: (done.append("verified"), real(*given))[1])
    return done


def test_a_user_that_does_not_exist_costs_what_one_costs_that_does(monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person(password=hash_of(PASSWORD))
    verify(None, "password", PASSWORD)
    done = counted(monkeypatch)
    for entity, right in ((person, PASSWORD), (person, OTHER), (None, PASSWORD), (Person(), PASSWORD)):
        done.clear()
        assert verify(entity, "password", right) is (entity is person and right == PASSWORD)
        assert done == ["verified"]


def test_a_field_that_is_not_hashed_is_not_verified() -> None:
    with pytest.raises(TypeError, match="no hashed field"):
        verify(Person(nick="n"), "nick", "n")
    with pytest.raises(TypeError, match="not saved"):
        verify(Person(password=PASSWORD), "password", PASSWORD)


def test_no_more_passwords_are_hashed_at_once_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(BACKK={**QUICK, "PASSWORD_HASHES_AT_ONCE": 2}):
        hashing, lock, leave = _hashing(), threading.Lock(), threading.Event()
        inside, most = 0, 0

        def encode(*_: Any) -> str:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
                if inside == 2:
                    leave.set()
            leave.wait(10)
            with lock:
                inside -= 1
            return "hash"

        monkeypatch.setattr(hashing.hasher, "encode", encode)
        threads = [threading.Thread(target=hash_of, args=(PASSWORD,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == 2


def test_who_waits_too_long_for_a_turn_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backk_security.hashing._PATIENCE", 0.01)
    with override_settings(BACKK={**QUICK, "PASSWORD_HASHES_AT_ONCE": 1}):
        with _hashing()._turn(), pytest.raises(TemporarilyUnavailable):
            hash_of(PASSWORD)
        hash_of(PASSWORD)
