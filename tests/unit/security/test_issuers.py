"""Tokens of several identity providers: each issuer's keys speak for that issuer alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from backk_security.authentication import BadToken, TokenVerifier
from backk_security.conf import SecurityConf, security_conf
from tests.identity_provider import AUDIENCE, SigningKey, good_claims, running_provider

ACME, EVIL = "https://id.acme.example", "https://id.evil.example"
#: Both providers call their key the same.
KEYS = {issuer: SigningKey.made("key-1") for issuer in (ACME, EVIL)}


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokenVerifier]:
    directory: Path = tmp_path_factory.mktemp("providers")
    one, two = directory / "one", directory / "two"
    one.mkdir()
    two.mkdir()
    with running_provider(one, KEYS[ACME]) as acme, running_provider(two, KEYS[EVIL]) as evil:
        both = directory / "both.pem"
        both.write_text(Path(acme.ca_file).read_text() + Path(evil.ca_file).read_text())
        settings = SecurityConf(
            jwt_issuers={ACME: acme.url, EVIL: evil.url}, auth_server_ca_file=str(both), jwt_audience=AUDIENCE
        )
        yield TokenVerifier(settings, in_production=True)


@pytest.mark.parametrize("issuer", [ACME, EVIL])
def test_a_principal_carries_the_issuer_whose_key_signed(verifier: TokenVerifier, issuer: str) -> None:
    principal = verifier.principal(KEYS[issuer].token(good_claims(iss=issuer)))
    assert (principal.subject, principal.issuer) == ("a1b2", issuer)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": ACME}, "bad signature"),
        ({"iss": f"{ACME}/"}, "wrong issuer"),
        ({"iss": "https://id.nobody.example"}, "wrong issuer"),
        ({"iss": [ACME, EVIL]}, "wrong issuer"),
        ({"iss": {ACME: 1}}, "wrong issuer"),
        ({"iss": ""}, "wrong issuer"),
        ({"iss": None}, "no iss"),
    ],
)
def test_one_issuers_key_never_speaks_for_another(verifier: TokenVerifier, claims: Any, reason: str) -> None:
    import json

    from tests.goals.g11 import _signed

    token = _signed(KEYS[EVIL], {"alg": "RS256", "kid": "key-1"}, json.dumps(good_claims(**claims)).encode())
    with pytest.raises(BadToken) as refused:
        verifier.principal(token)
    assert refused.value.reason == reason


def test_an_audience_is_wanted_in_production() -> None:
    with pytest.raises(ImproperlyConfigured, match="JWT_AUDIENCE"):
        TokenVerifier(SecurityConf(jwt_issuers={ACME: "https://a.example"}), in_production=True)


def test_the_environment_names_issuers_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(BACKK={}):
        monkeypatch.setenv("JWT_ISSUERS", '{"https://a.example": "https://a.example/certs"}')
        security_conf.cache_clear()
        assert security_conf().jwt_issuers == {"https://a.example": "https://a.example/certs"}
        monkeypatch.setenv("JWT_ISSUERS", "https://a.example")
        security_conf.cache_clear()
        with pytest.raises(ImproperlyConfigured, match="JWT_ISSUERS"):
            security_conf()
    security_conf.cache_clear()
