import base64
import json
import logging
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import override_settings

from backk_core import One, Result, Service, allow_for_every_user, allow_for_user_roles
from backk_core.declare.errors import TemporarilyUnavailable
from backk_core.describe.registry import build
from backk_core.execute.call import Call, HeaderMap, Reply
from backk_core.execute.injection import Services
from backk_core.execute.pipeline import Pipeline
from backk_security.authentication import BadToken, JwtAuthenticator, TokenVerifier, token_verifier
from backk_security.conf import SecurityConf
from tests.identity_provider import AUDIENCE, ISSUER, Provider, SigningKey, good_claims, running_provider

KEYS = [SigningKey.made("rsa", "RS256"), SigningKey.made("curve", "ES256"), SigningKey.made("edwards", "EdDSA")]
NO_SUBJECT = "no subject"


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    with running_provider(tmp_path, *KEYS) as running:
        yield running


def verifier_of(provider: Provider, *, in_production: bool = True, **changes: Any) -> TokenVerifier:
    settings = SecurityConf(
        auth_server_public_key_url=provider.url,
        auth_server_ca_file=provider.ca_file,
        jwt_issuer=ISSUER,
        jwt_audience=AUDIENCE,
    )
    return TokenVerifier(replace(settings, **changes), in_production=in_production)


def development_verifier(secret: str = "s", **settings: Any) -> TokenVerifier:
    return TokenVerifier(SecurityConf(jwt_sign_secret=secret, **settings), in_production=False)


def signed(claims: Any, secret: str = "s") -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return jwt.encode(claims, secret, algorithm="HS256")


def refusal(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(BadToken) as refused:
        verifier.principal(token)
    return refused.value.reason


# tokens of a provider


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.algorithm)
def test_a_token_of_the_provider_names_subject_roles_and_claims(provider: Provider, key: SigningKey) -> None:
    principal = verifier_of(provider).principal(key.token())
    assert (principal.subject, principal.roles) == ("a1b2", {"seller"})
    assert principal.claims["iss"] == ISSUER


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padding", [b"=", b""])
def test_the_base64_of_a_token_is_as_good_as_the_token(provider: Provider, encode: Any, padding: bytes) -> None:
    for length in range(3):
        token = KEYS[1].token(good_claims(filler="~" * length))
        sent = encode(token.encode()).rstrip(b"=") + (padding * (-len(token.encode()) % 3))
        assert verifier_of(provider).principal(sent.decode()).subject == "a1b2"


def test_clocks_may_differ_by_the_leeway(provider: Provider) -> None:
    now = int(time.time())
    verifier = verifier_of(provider, jwt_leeway=30)
    assert verifier.principal(KEYS[1].token(good_claims(exp=now - 20, nbf=now + 20, iat=now + 20)))
    assert refusal(verifier, KEYS[1].token(good_claims(exp=now - 40))) == "expired"
    assert refusal(verifier, KEYS[1].token(good_claims(nbf=now + 40))) == "not yet valid"


def test_one_of_several_audiences_is_enough(provider: Provider) -> None:
    assert verifier_of(provider).principal(KEYS[1].token(good_claims(aud=["account", AUDIENCE])))


def test_a_rotation_of_the_providers_key_fails_no_call(provider: Provider) -> None:
    verifier = verifier_of(provider, jwks_pause=0)
    tokens = [KEYS[1].token()]
    for number in range(5):
        following = SigningKey.made(f"next-{number}", "ES256")
        provider.keys = [*provider.keys, following]
        tokens.append(following.token(good_claims(jti=str(number))))
        assert [verifier.principal(token).subject for token in tokens] == ["a1b2"] * len(tokens)


def test_calls_with_known_keys_succeed_while_the_provider_is_down(provider: Provider) -> None:
    verifier = verifier_of(provider, jwks_lifetime=0, jwks_pause=0, jwt_memory=0)
    assert verifier.principal(KEYS[1].token())
    provider.is_down = True
    for number in range(20):
        assert verifier.principal(KEYS[1].token(good_claims(jti=str(number)))).subject == "a1b2"


def test_a_token_cannot_be_judged_before_the_provider_has_answered_once(provider: Provider) -> None:
    provider.is_down = True
    with pytest.raises(TemporarilyUnavailable):
        verifier_of(provider).principal(KEYS[1].token())


def test_a_key_signs_with_its_own_algorithm_alone(provider: Provider) -> None:
    token = SigningKey("curve", "RS256", KEYS[0].private).token()
    assert refusal(verifier_of(provider), token) == "algorithm not allowed"


def test_an_accepted_token_is_not_verified_again_for_a_while(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier, token = verifier_of(provider), KEYS[1].token()
    first = verifier.principal(token)
    monkeypatch.setattr(jwt, "decode", lambda *_, **__: pytest.fail("verified again"))
    assert verifier.principal(token) is first
    late = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: late)
    with pytest.raises(pytest.fail.Exception, match="verified again"):
        verifier.principal(token)


def test_a_token_is_remembered_no_longer_than_it_is_valid(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    now = int(time.time())
    verifier, token = verifier_of(provider, jwt_memory=3600), KEYS[1].token(good_claims(exp=now + 10))
    assert verifier.principal(token)
    monkeypatch.setattr(time, "time", lambda: now + 100.0)
    with monkeypatch.context() as clock:
        clock.setattr(jwt, "decode", lambda *_, **__: (_ for _ in ()).throw(jwt.ExpiredSignatureError()))
        assert refusal(verifier, token) == "expired"


def test_refused_tokens_are_not_remembered(provider: Provider) -> None:
    verifier = verifier_of(provider)
    for number in range(20):
        refusal(verifier, KEYS[1].token(good_claims(aud=str(number))))
    assert verifier._remembered == {}


def test_as_many_tokens_are_remembered_as_there_is_room_for(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backk_security.authentication._MOST_REMEMBERED", 3)
    verifier = verifier_of(provider)
    for number in range(10):
        verifier.principal(KEYS[1].token(good_claims(jti=str(number))))
        assert len(verifier._remembered) <= 3


# development


def test_a_secret_of_any_length_signs_in_development_without_exp_aud_or_iss() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for secret in ("s", "ä", "x" * 500):
            assert development_verifier(secret).principal(signed({"sub": "me"}, secret)).subject == "me"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [({"sub": "me", "exp": 1}, "expired"), ({}, NO_SUBJECT), ({"sub": "me", "nbf": 2**40}, "not yet valid")],
    ids=str,
)
def test_what_a_token_of_development_says_holds_all_the_same(claims: Any, reason: str) -> None:
    assert refusal(development_verifier(), signed(claims)) == reason


def test_another_secret_is_refused() -> None:
    assert refusal(development_verifier("right"), signed({"sub": "me"}, "wrong")) == "bad signature"


def test_a_shared_secret_is_never_accepted_in_production() -> None:
    verifier = TokenVerifier(SecurityConf(jwt_sign_secret="s"), in_production=True)
    assert refusal(verifier, signed({"sub": "me"})) == "algorithm not allowed"


def test_without_any_key_no_token_is_accepted() -> None:
    assert refusal(TokenVerifier(SecurityConf(), in_production=False), signed({"sub": "me"})) == "algorithm not allowed"
    assert refusal(TokenVerifier(SecurityConf(), in_production=False), KEYS[0].token()) == "algorithm not allowed"


@pytest.mark.parametrize("missing", ["jwt_issuer", "jwt_audience"])
def test_production_wants_issuer_and_audience(provider: Provider, missing: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="JWT_ISSUER and JWT_AUDIENCE"):
        verifier_of(provider, **{missing: ""})


@override_settings(BACKK={"JWT_SIGN_SECRET": "s", "JWT_ISSUER": "me", "JWT_AUDIENCE": "you", "ENVIRONMENT": "test"})
def test_the_command_prints_a_token_that_the_settings_accept(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("dev_token", "--subject", "somebody", "--role", "vitjaAdmin", "--role", "seller")
    principal = token_verifier().principal(capsys.readouterr().out.strip())
    assert (principal.subject, principal.roles) == ("somebody", {"vitjaAdmin", "seller"})


@override_settings(BACKK={"JWT_SIGN_SECRET": "s", "ENVIRONMENT": "production"})
def test_the_command_prints_no_token_in_production() -> None:
    with pytest.raises(CommandError, match="production"):
        call_command("dev_token")


# where roles are

KEYCLOAK = {
    "exp": 2**33,
    "iat": 1,
    "jti": "f2a8",
    "iss": ISSUER,
    "aud": ["market", "account"],
    "sub": "b1c9",
    "typ": "Bearer",
    "azp": "web",
    "acr": "1",
    "allowed-origins": ["https://example.com"],
    "realm_access": {"roles": ["offline_access", "seller"]},
    "resource_access": {"account": {"roles": ["view-profile"]}, "web.shop": {"roles": ["buyer"]}},
    "scope": "openid email profile",
    "email_verified": True,
    "preferred_username": "jane",
}
AUTH0 = {
    "iss": "https://market.eu.auth0.com/",
    "sub": "auth0|5f7c8ec7c33c6c004bbafe82",
    "aud": ["market", "https://market.eu.auth0.com/userinfo"],
    "iat": 1,
    "exp": 2**33,
    "azp": "my_client_id",
    "scope": "openid read:items write:items",
    "permissions": ["read:items"],
    "https://example.com/roles": ["seller", "buyer"],
}


@pytest.mark.parametrize(
    ("claims", "path", "roles"),
    [
        (KEYCLOAK, "realm_access.roles", {"offline_access", "seller"}),
        (KEYCLOAK, "resource_access.account.roles", {"view-profile"}),
        (KEYCLOAK, "resource_access.web.shop.roles", {"buyer"}),
        (AUTH0, "https://example.com/roles", {"seller", "buyer"}),
        (AUTH0, "permissions", {"read:items"}),
        (AUTH0, "scope", {"openid", "read:items", "write:items"}),
        (AUTH0, "realm_access.roles", set()),
        ({"roles": ["a", 1, None, {"b": 1}]}, "roles", {"a"}),
        ({"roles": {"a": 1}}, "roles", set()),
        ({"roles": 7}, "roles.admin", set()),
        ({"a.b": {"c": "x"}, "a": {"b": {"d": "y"}}}, "a.b.d", {"y"}),
    ],
)
def test_roles_stand_where_the_path_leads(claims: Any, path: str, roles: set[str]) -> None:
    verifier = development_verifier(jwt_roles_claim_path=path)
    assert verifier.principal(signed({"sub": "me", **claims})).roles == roles


def test_tokens_shaped_like_those_of_two_providers_are_accepted(provider: Provider) -> None:
    assert verifier_of(provider).principal(KEYS[0].token(KEYCLOAK)).subject == "b1c9"
    verifier = verifier_of(provider, jwt_issuer=AUTH0["iss"])
    assert verifier.principal(KEYS[0].token(AUTH0)).subject == "auth0|5f7c8ec7c33c6c004bbafe82"


# why a call was refused


class Greeting(Result):
    text: str


class GreetingService(Service):
    @allow_for_user_roles("seller")
    def greet_seller(self) -> One[Greeting]:
        return One(Greeting(text="hello"))

    @allow_for_every_user
    def greet(self) -> One[Greeting]:
        return One(Greeting(text="hello"))


def reply_to(name: str, token: str | None) -> Reply:
    pipeline = Pipeline(build([GreetingService]), Services({GreetingService}, {}), [JwtAuthenticator()])
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return pipeline.execute(Call(f"greetingService.{name}", b"", header=HeaderMap(headers)))


DEVELOPMENT = {"ENVIRONMENT": "development", "JWT_SIGN_SECRET": "s", "JWT_ROLES_CLAIM_PATH": "roles"}


@pytest.mark.parametrize(
    ("claims", "reason"),
    [({"sub": "me", "exp": 1}, "expired"), ({"sub": "me", "roles": ["buyer"]}, "wants role seller")],
)
def test_the_log_says_why_a_call_was_refused_and_nothing_about_who_called(
    claims: Any, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = signed(claims)
    with override_settings(BACKK=DEVELOPMENT), caplog.at_level(logging.WARNING, "backk_core"):
        reply = reply_to("greetSeller", token)
    assert reply.status == 403
    assert json.loads(reply.body)["reason"] == reason
    (record,) = caplog.records
    assert record.getMessage() == f"greetingService.greetSeller refused: {reason}"
    assert not any(part in str(vars(record)) for part in token.split("."))


def test_only_development_answers_why() -> None:
    with override_settings(BACKK={**DEVELOPMENT, "ENVIRONMENT": "test"}):
        reply = reply_to("greetSeller", "forged")
    assert json.loads(reply.body) == {
        "errorCode": "error.6",
        "statusCode": 403,
        "message": "Service function call not authorized",
    }


@pytest.mark.django_db
def test_a_seller_is_let_in_and_a_bad_token_counts_as_none_where_everybody_is() -> None:
    with override_settings(BACKK=DEVELOPMENT):
        assert reply_to("greetSeller", signed({"sub": "me", "roles": ["seller"]})).status == 200
        assert reply_to("greetSeller", None).status == 401
        assert reply_to("greet", "forged").status == 200
