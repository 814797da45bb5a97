"""G11: more than sixty attack tokens, each refused for the right reason.

`python -m tests.goals.g11` prints the table.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.identity_provider import AUDIENCE, ISSUER, SigningKey, good_claims, running_provider, segment


@dataclass(frozen=True)
class Attack:
    """A token that must be refused, and why it must be."""

    name: str
    token: str
    reason: str


@dataclass(frozen=True)
class Keys:
    rsa: SigningKey
    curve: SigningKey
    edwards: SigningKey

    @classmethod
    def made(cls) -> Keys:
        return cls(SigningKey.made("rsa-1"), SigningKey.made("curve-1", "ES256"), SigningKey.made("edwards-1", "EdDSA"))

    @property
    def all(self) -> tuple[SigningKey, ...]:
        return self.rsa, self.curve, self.edwards


def attacks(keys: Keys) -> list[Attack]:
    found = [*_algorithms(keys), *_key_ids(keys), *_headers(keys), *_claims(keys), *_forms(keys), *_signatures(keys)]
    return [Attack(*attack) for attack in found]


def _algorithms(keys: Keys) -> Iterator[tuple[str, str, str]]:
    claims, reason = segment(good_claims()), "algorithm not allowed"
    for algorithm in ("none", "None", "NONE", "nOnE", "", None, 0, ["RS256"], {"RS256": 1}, "HS512", "PS256", "RS384"):
        header = {"alg": algorithm, "typ": "JWT", "kid": "rsa-1"}
        yield f"alg {algorithm!r}", f"{segment(header)}.{claims}.{segment(b'x')}", reason
    yield "alg none, no signature", f"{segment({'alg': 'none'})}.{claims}.", reason
    yield "no alg", f"{segment({'typ': 'JWT', 'kid': 'rsa-1'})}.{claims}.{segment(b'x')}", reason
    der = keys.rsa.private.public_key()
    for name, secret in (
        ("public key as PEM", keys.rsa.pem),
        ("public key as PEM without its end of line", keys.rsa.pem.strip()),
        ("public key's modulus", str(der.public_numbers().n).encode()),
        ("published key", json.dumps(keys.rsa.published).encode()),
        ("empty secret", b""),
    ):
        yield f"HS256 with {name}", _hs256(secret, good_claims(), kid="rsa-1"), reason


def _hs256(secret: bytes, claims: Any, **headers: Any) -> str:
    signed = f"{segment({'alg': 'HS256', **headers})}.{segment(claims)}"
    return f"{signed}.{segment(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def _key_ids(keys: Keys) -> Iterator[tuple[str, str, str]]:
    stranger = SigningKey.made("unknown")
    yield "unknown kid", stranger.token(), "unknown key"
    for name, key_id in (
        ("path", "../../../../dev/null"),
        ("SQL", "x' UNION SELECT 'secret'--"),
        ("shell", "|/usr/bin/id"),
        ("URL", "https://attacker.example.com/key"),
    ):
        yield f"kid with {name}", stranger.token(kid=key_id), "unknown key"
    for name, value in (
        ("huge", "k" * 5000),
        ("empty", ""),
        ("number", 7),
        ("array", ["rsa-1"]),
        ("object", {"rsa-1": 1}),
        ("null", None),
        ("NUL", "rsa-1\0"),
    ):
        yield f"kid {name}", _signed(keys.rsa, {"alg": "RS256", "kid": value}, good_claims()), "no key id"


def _signed(key: SigningKey, header: Any, claims: Any) -> str:
    """Sign a header and claims that no library would write; bytes are taken as they are."""
    signed = f"{segment(header)}.{segment(claims)}"
    algorithm = jwt.PyJWK(key.published, algorithm=key.algorithm).Algorithm
    return f"{signed}.{segment(algorithm.sign(signed.encode(), key.private))}"


def _headers(keys: Keys) -> Iterator[tuple[str, str, str]]:
    stranger = SigningKey.made("rsa-1")
    yield "jwk of the attacker", stranger.token(jwk=stranger.published), "brings its own key"
    yield "jku of the attacker", stranger.token(jku="https://attacker.example.com/jwks"), "brings its own key"
    yield "x5u of the attacker", stranger.token(x5u="https://attacker.example.com/cert"), "brings its own key"
    yield "x5c of the attacker", stranger.token(x5c=["MIIB"]), "brings its own key"
    header = {"alg": "RS256", "kid": "rsa-1", "crit": ["exp"], "exp": 0}
    yield "crit that we do not know", _signed(keys.rsa, header, good_claims()), "header not allowed"
    header = {"alg": "RS256", "kid": "rsa-1", "b64": False, "crit": ["b64"]}
    yield "unencoded payload", _signed(keys.rsa, header, good_claims()), "header not allowed"


def _claims(keys: Keys) -> Iterator[tuple[str, str, str]]:
    now = int(time.time())
    for name, changes, reason in (
        ("expired", {"exp": now - 3600}, "expired"),
        ("expired beyond the leeway", {"exp": now - 31}, "expired"),
        ("exp true", {"exp": True}, "malformed claim"),
        ("not yet valid", {"nbf": now + 3600}, "not yet valid"),
        ("issued in the future", {"iat": now + 3600}, "not yet valid"),
        ("exp as a text", {"exp": str(now + 3600)}, "malformed claim"),
        ("exp infinite", {"exp": float("inf")}, "malformed claim"),
        ("exp an object", {"exp": {"$gt": 0}}, "malformed claim"),
        ("wrong audience", {"aud": "another-service"}, "wrong audience"),
        ("audience in another case", {"aud": AUDIENCE.upper()}, "wrong audience"),
        ("audience as an object", {"aud": {AUDIENCE: 1}}, "wrong audience"),
        ("wrong issuer", {"iss": "https://attacker.example.com"}, "wrong issuer"),
        ("issuer that begins like ours", {"iss": f"{ISSUER}.attacker.example.com"}, "wrong issuer"),
        ("issuer as an array", {"iss": [ISSUER]}, "wrong issuer"),
        ("sub a number", {"sub": 1}, "no subject"),
        ("sub an array", {"sub": ["a1b2"]}, "no subject"),
        ("sub empty", {"sub": ""}, "no subject"),
        ("sub with NUL", {"sub": "a1b2\0admin"}, "no subject"),
        ("sub of 300 characters", {"sub": "s" * 300}, "no subject"),
    ):
        header = {"alg": "RS256", "kid": "rsa-1"}
        yield name, _signed(keys.rsa, header, good_claims(**changes)), reason
    for name in ("exp", "aud", "iss", "sub"):
        claims = {known: value for known, value in good_claims().items() if known != name}
        yield f"no {name}", keys.rsa.token(claims), f"no {name}"
    twice = json.dumps(good_claims())[:-1] + ', "sub": "somebody else"}'
    header = {"alg": "RS256", "kid": "rsa-1"}
    yield "sub twice", _signed(keys.rsa, header, twice.encode()), "a name stands twice"
    alg_twice = b'{"alg": "none", "kid": "rsa-1", "alg": "RS256"}'
    yield "alg twice", _signed(keys.rsa, alg_twice, good_claims()), "a name stands twice"


def _forms(keys: Keys) -> Iterator[tuple[str, str, str]]:
    good = keys.rsa.token()
    head, body, signature = good.split(".")
    yield "empty", "", "not a token"
    yield "base64 junk", base64.b64encode(os.urandom(300)).decode(), "not a token"
    yield "two parts", f"{head}.{body}", "not a token"
    yield "five parts, encrypted", f"{head}.{body}.{signature}.{body}.{signature}", "not a token"
    yield "header an array", f"{segment([1])}.{body}.{signature}", "not a token"
    yield "header no JSON", f"{segment(b'alg: RS256')}.{body}.{signature}", "not a token"
    deep = b'{"kid":' + b"[" * 5000 + b"]" * 5000 + b"}"
    # newer Pythons read this deep, and then miss the algorithm
    reason = "not a token" if sys.version_info < (3, 12) else "algorithm not allowed"
    yield "header of 5,000 brackets", f"{segment(deep)}.{body}.{signature}", reason
    yield "claims an array", _signed(keys.rsa, {"alg": "RS256", "kid": "rsa-1"}, [1, 2]), "not a token"
    yield "oversized", keys.rsa.token(good_claims(filler="x" * 20_000)), "too long"
    yield "a million characters", "a" * 1_000_000, "too long"
    yield "letters of another alphabet", good.replace("e", "е"), "not a token"
    yield "white space inside", f"{head} .{body}.{signature}", "not a token"


def _signatures(keys: Keys) -> Iterator[tuple[str, str, str]]:
    reason = "bad signature"
    head, body, signature = keys.rsa.token().split(".")
    yield "another key under a known id", SigningKey.made("rsa-1").token(), reason
    yield "claims changed", f"{head}.{segment(good_claims(sub='admin'))}.{signature}", reason
    yield "no signature", f"{head}.{body}.", reason
    yield (
        "signature of another token",
        f"{head}.{body}.{keys.rsa.token(good_claims(sub='other')).split('.')[2]}",
        reason,
    )
    head, body, _ = keys.curve.token().split(".")
    yield "ES256 signature of zeros", f"{head}.{body}.{segment(bytes(64))}", reason
    der = bytes.fromhex("3006020100020100")
    yield "ES256 signature of zeros in DER", f"{head}.{body}.{segment(der)}", reason
    wide = SigningKey("curve-1", "ES256", ec.generate_private_key(ec.SECP384R1()))
    header = {"alg": "ES256", "kid": "curve-1"}
    signed = f"{segment(header)}.{segment(good_claims())}"
    algorithm = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256)
    yield "wrong curve", f"{signed}.{segment(algorithm.sign(signed.encode(), wide.private))}", reason
    yield (
        "RS256 said of an ES256 key",
        _signed(keys.rsa, {"alg": "RS256", "kid": "curve-1"}, good_claims()),
        ("algorithm not allowed"),
    )
    yield "EdDSA with another key", SigningKey.made("edwards-1", "EdDSA").token(), reason
    short = rsa.generate_private_key(65537, 1024)
    header = {"alg": "RS256", "kid": "rsa-1"}
    yield "a short RSA key", _signed_short(short, header), reason


def _signed_short(private: Any, header: Any) -> str:
    signed = f"{segment(header)}.{segment(good_claims())}"
    algorithm = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)
    return f"{signed}.{segment(algorithm.sign(signed.encode(), private))}"


SERVICE, CALLER, SERVICE_SECRET = "market.default", "orders.default", "a secret of all services of one cluster"


def service_attacks() -> list[Attack]:
    """Tokens that prove no service of the cluster, each with why; ``another`` ones are no services' tokens at all."""
    return [Attack(*attack) for attack in (*_of_other_signers(), *_of_other_claims())]


def service_claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": CALLER, "aud": SERVICE, "iat": now, "exp": now + 60, **changes}


def service_signed(claims: Any, secret: bytes = SERVICE_SECRET.encode(), **header: Any) -> str:
    written = segment({"alg": "HS256", "typ": "service+jwt", **header})
    signed = f"{written}.{segment(claims)}"
    digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(str(header.get("alg")), hashlib.sha256)
    return f"{signed}.{segment(hmac.new(secret, signed.encode(), digest).digest())}"


def _of_other_signers() -> Iterator[tuple[str, str, str]]:
    good = service_signed(service_claims())
    head, body, signature = good.split(".")
    for name, secret in (("another secret", b"x" * 32), ("an empty secret", b""), ("its name", SERVICE.encode())):
        yield f"signed with {name}", service_signed(service_claims(), secret), "bad signature"
    yield "no signature", f"{head}.{body}.", "bad signature"
    yield "claims changed", f"{head}.{segment(service_claims(iss='admin'))}.{signature}", "bad signature"
    for algorithm in ("none", "None", "HS384", "HS512", "RS256", "", None, ["HS256"]):
        yield f"alg {algorithm!r}", service_signed(service_claims(), alg=algorithm), "algorithm not allowed"
    key = SigningKey.made("rsa-1")
    yield "signed by an own key", key.token(service_claims(), typ="service+jwt"), "algorithm not allowed"
    yield "brings its key", service_signed(service_claims(), jwk={"kty": "oct", "k": "eA"}), "brings its own key"
    yield "crit", service_signed(service_claims(), crit=["exp"]), "header not allowed"
    yield "a user's type", service_signed(service_claims(), typ="JWT"), "another"
    yield "no type", service_signed(service_claims(), typ=None), "another"
    yield "a type that begins so", service_signed(service_claims(), typ="service+jwt2"), "another"
    yield "header alone", head, "another"
    yield "oversized", service_signed(service_claims(filler="x" * 5000)), "another"


def _of_other_claims() -> Iterator[tuple[str, str, str]]:
    now = int(time.time())
    for name, changes, reason in (
        ("for another service", {"aud": "orders.default"}, "wrong audience"),
        ("for another namespace", {"aud": "market.staging"}, "wrong audience"),
        ("for two services", {"aud": [SERVICE, "orders.default"]}, "wrong audience"),
        ("for this one, in an array", {"aud": [SERVICE]}, "wrong audience"),
        ("expired", {"iat": now - 200, "exp": now - 100}, "expired"),
        ("made in the future", {"iat": now + 100, "exp": now + 200}, "not yet valid"),
        ("not yet valid", {"nbf": now + 100}, "not yet valid"),
        ("living for a day", {"exp": now + 86_400}, "lives too long"),
        ("living for long since long", {"iat": now - 86_400}, "lives too long"),
        ("exp a text", {"exp": str(now + 60)}, "malformed claim"),
        ("exp infinite", {"exp": float("inf")}, "malformed claim"),
        ("iat true", {"iat": True}, "malformed claim"),
        ("issuer empty", {"iss": ""}, "wrong issuer"),
        ("issuer a number", {"iss": 7}, "wrong issuer"),
        ("issuer with NUL", {"iss": "orders\0admin"}, "wrong issuer"),
    ):
        yield name, service_signed(service_claims(**changes)), reason
    for name in ("iss", "aud", "iat", "exp"):
        claims = {known: value for known, value in service_claims().items() if known != name}
        yield f"no {name}", service_signed(claims), f"no {name}"
    twice = json.dumps(service_claims())[:-1] + ', "aud": "market.default"}'
    yield "aud twice", service_signed(twice.encode()), "a name stands twice"


@contextmanager
def service_authenticator() -> Iterator[Any]:
    """Who knows services' tokens, in a microservice of its own name and secret."""
    from django.test import override_settings

    from backk_security.service_tokens import ServiceTokenAuthenticator

    name, namespace = SERVICE.split(".")
    settings = {
        "MICROSERVICE_NAME": name,
        "MICROSERVICE_NAMESPACE": namespace,
        "SERVICE_TOKEN_SECRETS": [SERVICE_SECRET],
        "ENVIRONMENT": "production",
    }
    with override_settings(BACKK=settings):
        yield ServiceTokenAuthenticator()


def service_outcome(authenticator: Any, token: str) -> str:
    """Return why a service's token is refused, ``another`` where it is none, or what it was taken for."""
    from backk_core.execute.call import Call, HeaderMap
    from backk_security.authentication import BadToken

    try:
        call = Call("x.y", b"", header=HeaderMap({"authorization": f"Bearer {token}"}))
        principal = authenticator.authenticate(call)
    except BadToken as refused:
        return refused.reason
    return "another" if principal is None else f"ACCEPTED, internal: {principal.is_internal}"


def outcome(verifier: Any, token: str) -> str:
    """Return why a token is refused, or what it was taken for."""
    from backk_security.authentication import BadToken

    try:
        principal = verifier.principal(token)
    except BadToken as refused:
        return refused.reason
    return f"ACCEPTED as {principal.subject}"


@contextmanager
def production_verifier(keys: Keys) -> Iterator[Any]:
    """A verifier as in production, of a provider that publishes the keys."""
    from backk_security.authentication import TokenVerifier
    from backk_security.conf import SecurityConf

    with tempfile.TemporaryDirectory() as directory, running_provider(Path(directory), *keys.all) as provider:
        settings = SecurityConf(
            auth_server_public_key_url=provider.url,
            auth_server_ca_file=provider.ca_file,
            jwt_issuer=ISSUER,
            jwt_audience=AUDIENCE,
            jwt_sign_secret="never looked at in production",
        )
        yield TokenVerifier(settings, in_production=True)


def main() -> int:
    keys = Keys.made()
    tried = attacks(keys)
    failed = 0
    with production_verifier(keys) as verifier:
        for number, attack in enumerate(tried, 1):
            found = outcome(verifier, attack.token)
            right = found == attack.reason
            failed += not right
            print(
                f"{number:3}  {attack.name:46} {found:24} {'' if right else f'WRONG: wanted {attack.reason}'}".rstrip()
            )
        good = [outcome(verifier, key.token()) for key in keys.all]
    tried_as_service = service_attacks()
    with service_authenticator() as authenticator:
        for number, attack in enumerate(tried_as_service, 1):
            found = service_outcome(authenticator, attack.token)
            right = found == attack.reason
            failed += not right
            print(f"{number:3}  service: {attack.name:37} {found:24} {'' if right else 'WRONG'}".rstrip())
        failed += service_outcome(authenticator, service_signed(service_claims())) != "ACCEPTED, internal: True"
    tried += tried_as_service
    print(f"\n{len(tried)} attack tokens, {failed} not refused for the right reason; good tokens: {', '.join(good)}")
    return 1 if failed or set(good) != {"ACCEPTED as a1b2"} else 0


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main())
