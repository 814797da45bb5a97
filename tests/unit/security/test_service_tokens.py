import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import override_settings

from backk_core.execute.call import Call, HeaderMap, Principal
from backk_core.execute.pipeline import Pipeline
from backk_core.publish.assembly import build_pipeline
from backk_security.authentication import BadToken, JwtAuthenticator
from backk_security.client_certificates import ClientCertificateAuthenticator
from backk_security.service_tokens import ServiceTokenAuthenticator, own_address, service_token
from tests.goals.g11 import (
    SERVICE,
    SERVICE_SECRET,
    service_attacks,
    service_authenticator,
    service_claims,
    service_outcome,
    service_signed,
)

SETTINGS = {
    "ENVIRONMENT": "test",
    "MICROSERVICE_NAME": "market",
    "SERVICE_TOKEN_SECRETS": [SERVICE_SECRET],
    "JWT_SIGN_SECRET": "a user's secret",
    "AUTHENTICATORS": [
        "backk_security.service_tokens.ServiceTokenAuthenticator",
        "backk_security.client_certificates.ClientCertificateAuthenticator",
        "backk_security.authentication.JwtAuthenticator",
    ],
    "CLIENT_IDENTITY_HEADER": "X-Client-Identity",
    "CLIENT_IDENTITY_PROXIES": ["10.1.0.0/16", "192.0.2.7", "fd00::/48"],
    "CLIENT_IDENTITIES": ["spiffe://cluster/orders", "CN=billing"],
}
ATTACKS = service_attacks()


def call(*, remote_address: str = "203.0.113.9", peer: str = "203.0.113.9", **headers: str) -> Call:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call("guardedService.forTheCluster", b"", header=HeaderMap(sent), remote_address=remote_address, peer=peer)


@pytest.fixture
def pipeline() -> Iterator[Pipeline]:
    with override_settings(BACKK=SETTINGS):
        yield build_pipeline()


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    """The tokens, made now: those of the parameters may be old when their tests run."""
    return {attack.name: attack.token for attack in service_attacks()}


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name.replace("\0", "NUL") for attack in ATTACKS])
def test_a_token_that_proves_no_service_is_refused_for_the_right_reason(attack: Any, fresh: dict[str, str]) -> None:
    with service_authenticator() as authenticator:
        assert service_outcome(authenticator, fresh[attack.name]) == attack.reason


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name.replace("\0", "NUL") for attack in ATTACKS])
def test_no_attack_token_opens_a_function_of_the_cluster(
    pipeline: Pipeline, attack: Any, fresh: dict[str, str]
) -> None:
    assert pipeline.execute(call(**bearer(fresh[attack.name]))).status == 403


@pytest.mark.django_db
def test_a_service_opens_functions_of_the_cluster_and_no_others(pipeline: Pipeline) -> None:
    token = service_token(SERVICE, issuer="orders.default")
    assert pipeline.execute(call(**bearer(token))).status == 200
    for_roles = Call("guardedService.forRoles", b"", header=HeaderMap(bearer(token)))
    assert pipeline.execute(for_roles).status == 403


@pytest.mark.django_db
def test_neither_address_nor_url_nor_header_alone_is_a_service(pipeline: Pipeline) -> None:
    for headers in (
        {},
        {"x_forwarded_for": "10.1.2.3"},
        {"x_client_identity": "spiffe://cluster/orders"},
        {"x_client_identity": "spiffe://cluster/orders", "x_forwarded_for": "10.1.2.3"},
        {"host": "market.default.svc.cluster.local"},
    ):
        assert pipeline.execute(call(**headers)).status == 401
    forwarded = call(remote_address="10.1.2.3", x_client_identity="spiffe://cluster/orders")
    assert pipeline.execute(forwarded).status == 401
    assert pipeline.execute(call(peer="10.1.2.3")).status == 401
    assert pipeline.execute(call(remote_address="127.0.0.1")).status == 401


def test_a_token_is_for_one_service_and_for_a_short_while() -> None:
    with override_settings(BACKK={**SETTINGS, "MICROSERVICE_NAME": "orders"}):
        mine, others = own_address(), service_token(SERVICE)
        with pytest.raises(BadToken):
            ServiceTokenAuthenticator().authenticate(call(**bearer(others)))
        assert ServiceTokenAuthenticator().authenticate(call(**bearer(service_token(mine)))) is not None
        for lifetime in (0, -1, 301):
            with pytest.raises(ValueError, match="300 seconds"):
                service_token(SERVICE, lifetime=lifetime)


def test_secrets_can_be_changed_one_after_another() -> None:
    old, new = SERVICE_SECRET, "another secret of all services of the cluster"
    with override_settings(BACKK={**SETTINGS, "SERVICE_TOKEN_SECRETS": [old]}):
        token = service_token(SERVICE)
    with override_settings(BACKK={**SETTINGS, "SERVICE_TOKEN_SECRETS": [new, old]}):
        renewed = service_token(SERVICE)
        assert ServiceTokenAuthenticator().authenticate(call(**bearer(token))) is not None
    with override_settings(BACKK={**SETTINGS, "SERVICE_TOKEN_SECRETS": [new]}):
        assert ServiceTokenAuthenticator().authenticate(call(**bearer(renewed))) is not None
        with pytest.raises(BadToken):
            ServiceTokenAuthenticator().authenticate(call(**bearer(token)))


@pytest.mark.parametrize("secrets", [[], ["short"], [SERVICE_SECRET, "x" * 31]])
def test_without_a_long_secret_nobody_is_asked(secrets: list[str]) -> None:
    with override_settings(BACKK={**SETTINGS, "SERVICE_TOKEN_SECRETS": secrets}):
        with pytest.raises(ImproperlyConfigured, match="32 bytes"):
            ServiceTokenAuthenticator()
        with pytest.raises(ImproperlyConfigured):
            service_token(SERVICE, issuer="x")


def test_a_service_s_token_is_no_user_s_even_if_one_secret_signs_both() -> None:
    with override_settings(BACKK={**SETTINGS, "JWT_SIGN_SECRET": SERVICE_SECRET}), pytest.raises(BadToken):
        JwtAuthenticator().authenticate(call(**bearer(service_signed(service_claims()))))


def test_nothing_shows_the_caller_of_a_token() -> None:
    with override_settings(BACKK=SETTINGS):
        found = ServiceTokenAuthenticator().authenticate(call(**bearer(service_token(SERVICE, issuer="orders"))))
    assert found is not None
    assert found.subject is None
    assert "orders" not in repr(found)


def test_the_command_prints_a_service_s_token() -> None:
    printed = io.StringIO()
    with override_settings(BACKK=SETTINGS):
        call_command("dev_token", "--service", "orders.default", stdout=printed)
        found = ServiceTokenAuthenticator().authenticate(call(**bearer(printed.getvalue().strip())))
    assert found is not None
    assert found.claims["iss"] == "orders.default"
    with override_settings(BACKK={**SETTINGS, "SERVICE_TOKEN_SECRETS": []}), pytest.raises(CommandError, match="32"):
        call_command("dev_token", "--service", "orders.default")


# certificates


def identified(identity: str, peer: str) -> Principal | None:
    with override_settings(BACKK=SETTINGS):
        authenticator = ClientCertificateAuthenticator()
        return authenticator.authenticate(call(peer=peer, x_client_identity=identity))


@pytest.mark.parametrize("address", ["10.1.0.1", "10.1.255.254", "192.0.2.7", "::ffff:10.1.0.1", "fd00::1"])
def test_a_trusted_proxy_is_believed_who_calls(address: str) -> None:
    found = identified("spiffe://cluster/orders", address)
    assert found is not None
    assert found.is_internal


@pytest.mark.parametrize(
    "address", ["10.2.0.1", "192.0.2.8", "127.0.0.1", "fd01::1", "", "unix:", "10.1.0.1, 10.1.0.2"]
)
def test_the_header_of_anybody_else_is_not_heard(address: str) -> None:
    assert identified("spiffe://cluster/orders", address) is None


@pytest.mark.parametrize(
    "identity",
    [
        "spiffe://cluster/carts",
        "spiffe://cluster/orders2",
        "SPIFFE://cluster/orders",
        "",
        "*",
        "spiffe://cluster/orders, spiffe://cluster/orders",
        "spiffe://cluster/orders,CN=billing",
    ],
)
def test_an_identity_that_is_not_listed_is_nobody(identity: str) -> None:
    assert identified(identity, "10.1.0.1") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"CLIENT_IDENTITY_HEADER": ""},
        {"CLIENT_IDENTITY_PROXIES": []},
        {"CLIENT_IDENTITIES": []},
        {"CLIENT_IDENTITY_PROXIES": ["0.0.0.0/0"]},
        {"CLIENT_IDENTITY_PROXIES": ["::/0"]},
        {"CLIENT_IDENTITY_PROXIES": ["proxy.example.com"]},
        {"CLIENT_IDENTITY_PROXIES": ["10.1.0.1/16"]},
    ],
)
def test_a_header_that_anybody_might_send_is_refused_at_start_up(changes: dict[str, Any]) -> None:
    with override_settings(BACKK={**SETTINGS, **changes}), pytest.raises(ImproperlyConfigured):
        ClientCertificateAuthenticator()
