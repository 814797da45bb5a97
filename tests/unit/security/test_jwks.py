import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backk_security.jwks import Jwks, KeysUnavailable
from tests.identity_provider import Provider, SigningKey, certificates, running_provider

FIRST, SECOND = SigningKey.made("first", "ES256"), SigningKey.made("second", "ES256")


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    with running_provider(tmp_path, FIRST) as running:
        yield running


def keys_of(provider: Provider, **options: Any) -> Jwks:
    return Jwks(provider.url, ca_file=provider.ca_file, **options)


def wait_for(condition: Any) -> None:
    """Give a thread the time that it needs; the test's own time limit ends a condition that never holds."""
    event = threading.Event()
    for _ in range(2000):
        if condition():
            return
        event.wait(0.005)
    pytest.fail("it did not happen")


def test_a_key_is_fetched_once_however_often_it_is_wanted(provider: Provider) -> None:
    keys = keys_of(provider)
    assert [keys.key("first") is not None for _ in range(50)] == [True] * 50
    assert provider.requests == 1


def test_many_threads_that_want_a_new_key_ask_once(provider: Provider) -> None:
    keys = keys_of(provider)
    assert keys.key("first")
    provider.keys, provider.delay = [FIRST, SECOND], 0.1
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(keys.key("second"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found)
    assert len(found) == 8
    # the first, one for the new key, and perhaps one for a thread that came after that had begun
    assert provider.requests <= 3


def test_many_threads_with_forged_key_ids_wait_for_one_request(provider: Provider) -> None:
    keys = keys_of(provider, pause=0)
    assert keys.key("first")
    provider.delay = 0.2
    threads = [threading.Thread(target=keys.key, args=(f"forged-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # the first, one for them, and perhaps one for a thread that came after that had begun
    assert provider.requests <= 3


def test_a_rotation_is_noticed_with_the_first_token_of_the_new_key(provider: Provider) -> None:
    keys = keys_of(provider)
    assert keys.key("first")
    provider.keys = [FIRST, SECOND]
    assert keys.key("second")
    assert keys.key("first")


def test_a_key_that_is_withdrawn_is_forgotten_with_the_next_fetch(provider: Provider) -> None:
    keys = keys_of(provider)
    assert keys.key("first")
    provider.keys = [SECOND]
    assert keys.key("second")
    assert keys.key("first") is None


def test_ten_rotations_fail_no_call(provider: Provider) -> None:
    keys = keys_of(provider, pause=0)
    previous = FIRST
    for number in range(10):
        following = SigningKey.made(f"key-{number}", "ES256")
        # a provider signs with the new key as soon as it publishes it, while tokens of the old one are about
        provider.keys = [previous, following]
        assert keys.key(following.key_id)
        assert keys.key(previous.key_id)
        previous = following


def test_forged_key_ids_cannot_make_us_ask_more_than_a_few_times(provider: Provider) -> None:
    keys = keys_of(provider, pause=3600)
    assert [keys.key(f"forged-{number}") for number in range(200)] == [None] * 200
    assert provider.requests == 5
    assert keys.key("first")


def test_known_keys_stay_in_use_while_the_provider_is_down(provider: Provider) -> None:
    keys = keys_of(provider, lifetime=0)
    assert keys.key("first")
    provider.is_down = True
    assert keys.key("first")
    wait_for(lambda: provider.requests >= 2)
    assert keys.key("first")


def test_no_call_waits_while_known_keys_are_renewed(provider: Provider) -> None:
    keys = keys_of(provider, lifetime=0)
    assert keys.key("first")
    held = threading.Event()
    keys._fetch = lambda: (held.wait(20), {})[1]  # type: ignore[method-assign]
    assert keys.key("first")
    wait_for(keys._lock.locked)
    assert keys.key("first")
    held.set()
    wait_for(lambda: not keys._lock.locked())


def test_keys_that_grow_old_are_asked_for_again(provider: Provider) -> None:
    keys = keys_of(provider, lifetime=0)
    assert keys.key("first")
    provider.keys = [SECOND]
    keys.key("first")
    wait_for(lambda: keys._keys.keys() == {"second"})


def test_a_provider_that_never_answered_is_told_from_one_that_lacks_a_key(provider: Provider) -> None:
    provider.is_down = True
    keys = keys_of(provider, pause=0)
    with pytest.raises(KeysUnavailable):
        keys.key("first")
    provider.is_down = False
    assert keys.key("first")


@pytest.mark.parametrize(
    "body", [b"", b"no JSON", b"[]", b'{"keys": []}', b'{"keys": null}', b'{"keys": [1, {"kid": 3}]}', b" " * 300_000]
)
def test_a_document_that_is_broken_changes_nothing(provider: Provider, body: bytes) -> None:
    keys = keys_of(provider, pause=0)
    assert keys.key("first")
    provider.body = body
    assert keys.key("second") is None
    assert keys.key("first")


def test_a_server_with_a_certificate_of_another_authority_is_not_believed(provider: Provider, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    stranger, _ = certificates(tmp_path / "other")
    with pytest.raises(KeysUnavailable):
        Jwks(provider.url, ca_file=stranger).key("first")
    assert provider.requests == 0


def test_redirects_are_not_followed(provider: Provider) -> None:
    provider.redirect = provider.url
    with pytest.raises(KeysUnavailable):
        keys_of(provider).key("first")
    assert provider.requests == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"alg": "ES384"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kid": 3},
        {"crv": "P-384"},
        {"crv": ["P-256"]},
        {"x": "AA"},
        {"x": None},
    ],
    ids=str,
)
def test_a_key_for_something_else_is_not_used(provider: Provider, changes: dict[str, Any]) -> None:
    import json

    provider.body = json.dumps({"keys": [SECOND.published, {**FIRST.published, **changes}]}).encode()
    keys = keys_of(provider)
    assert keys.key("second")
    assert keys.key("first") is None


def test_an_rsa_key_that_is_too_short_is_not_used(provider: Provider) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    provider.keys = [SECOND, SigningKey("short", "RS256", rsa.generate_private_key(65537, 1024))]
    assert keys_of(provider).key("short") is None


@pytest.mark.parametrize("url", ["", "ftp://id.example.com/keys", "file:///etc/passwd", "id.example.com"])
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Jwks(url)
