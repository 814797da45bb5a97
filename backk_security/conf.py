"""What a project can set about tokens, keys, limits and captchas."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from backk_core.declare.conf import forget_when_changed, from_environment, read_settings, settings_group


def comma_separated(text: str) -> tuple[str, ...]:
    """Read words that commas separate."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _read_issuers(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError:
        msg = 'it is JSON: {"https://id.example.com/realms/one": "https://id.example.com/realms/one/certs"}'
        raise ValueError(msg) from None


@settings_group
@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SecurityConf:
    """The security settings of a microservice. Keys of ``BACKK`` are these names in upper case."""

    #: Where the identity provider publishes its keys: the URL of a JWKS document (RFC 7517).
    auth_server_public_key_url: str = from_environment("AUTH_SERVER_PUBLIC_KEY_URL", "")
    #: A file with the certificates that the identity provider's is checked against; empty: the system's.
    auth_server_ca_file: str = from_environment("AUTH_SERVER_CA_FILE", "")
    #: Whom tokens must come from (``iss``); wanted in production.
    jwt_issuer: str = from_environment("JWT_ISSUER", "")
    #: Whom tokens must be for (``aud``); wanted in production.
    jwt_audience: str = from_environment("JWT_AUDIENCE", "")
    #: Several identity providers: whom tokens come from (``iss``), each with the URL of its keys; JSON in the variable.
    jwt_issuers: dict[str, str] = field(
        default_factory=dict, metadata={"variable": "JWT_ISSUERS", "read": _read_issuers}
    )
    #: The secret of HS256 tokens in development and tests; never accepted in production.
    jwt_sign_secret: str = from_environment("JWT_SIGN_SECRET", "")
    #: Where a token has its roles: names of claims, joined by dots.
    jwt_roles_claim_path: str = from_environment("JWT_ROLES_CLAIM_PATH", "realm_access.roles")
    #: Seconds by which clocks may differ.
    jwt_leeway: float = from_environment("JWT_LEEWAY_IN_SECONDS", 30.0, float)
    #: Seconds for which an accepted token is not verified again; 0: never remembered. A key that the provider withdraws
    #: is in use for as long.
    jwt_memory: float = from_environment("JWT_MEMORY_IN_SECONDS", 60.0, float)
    #: Seconds between two requests to the identity provider, however many tokens have keys we do not know.
    jwks_pause: float = from_environment("JWKS_PAUSE_IN_SECONDS", 10.0, float)
    #: Seconds after which known keys are asked for again.
    jwks_lifetime: float = from_environment("JWKS_LIFETIME_IN_SECONDS", 300.0, float)

    #: Secrets of the tokens by which services of the cluster prove themselves, at least 32 bytes each; the first signs,
    #: all are accepted, so that they can be changed one after another.
    service_token_secrets: tuple[str, ...] = from_environment("SERVICE_TOKEN_SECRETS", (), comma_separated)
    #: The header in which a proxy says whose client certificate it verified, the proxies (addresses, networks) that
    #: are believed, and the identities that are services of the cluster.
    client_identity_header: str = from_environment("CLIENT_IDENTITY_HEADER", "")
    client_identity_proxies: tuple[str, ...] = from_environment("CLIENT_IDENTITY_PROXIES", (), comma_separated)
    client_identities: tuple[str, ...] = from_environment("CLIENT_IDENTITIES", (), comma_separated)

    #: The one key of encrypted fields: a text, or the base64 of at least 32 bytes. Its id is "0".
    encryption_key: str = from_environment("ENCRYPTION_KEY", "")
    #: Keys of encrypted fields, ``id:base64`` separated by commas; the first is the active one unless said otherwise.
    encryption_keys: str = from_environment("ENCRYPTION_KEYS", "")
    #: A directory with a file a key, such as a mounted secret; a file's name is the key's id.
    encryption_keys_directory: str = from_environment("ENCRYPTION_KEYS_DIRECTORY", "")
    #: The id of the key that new values are encrypted with.
    encryption_active_key: str = from_environment("ENCRYPTION_ACTIVE_KEY", "")
    #: The same four for the keys of blind indexes, by which encrypted values are found.
    index_key: str = from_environment("ENCRYPTION_INDEX_KEY", "")
    index_keys: str = from_environment("ENCRYPTION_INDEX_KEYS", "")
    index_keys_directory: str = from_environment("ENCRYPTION_INDEX_KEYS_DIRECTORY", "")
    index_active_key: str = from_environment("ENCRYPTION_ACTIVE_INDEX_KEY", "")
    #: Argon2id (RFC 9106): memory in KiB, passes over it, lanes; the second recommended setting of section 4.
    password_hash_memory: int = from_environment("PASSWORD_HASH_MEMORY_IN_KIB", 65_536, int)
    password_hash_passes: int = from_environment("PASSWORD_HASH_PASSES", 3, int)
    password_hash_lanes: int = from_environment("PASSWORD_HASH_LANES", 4, int)
    #: Passwords that a process hashes at one time: so often the memory above is wanted at most.
    password_hashes_at_once: int = from_environment("PASSWORD_HASHES_AT_ONCE", 4, int)
    #: Seconds for which the answer to a call with an idempotency key is kept.
    idempotency_lifetime: float = from_environment("IDEMPOTENCY_LIFETIME_IN_SECONDS", 86_400.0, float)

    #: How often calls may come: ``"100/minute per caller"``, ``"5/hour per address on userAccountService"``, …
    rate_limits: tuple[str, ...] = ()
    #: The cache in whose Redis calls are counted; empty: the default one where it is in Redis, else the database.
    rate_limit_cache: str = ""

    #: Who tells people from programs: a dotted name such as ``backk_security.captcha.Turnstile``; empty: in development
    #: and tests, one that takes any token.
    captcha_verifier: str = from_environment("CAPTCHA_VERIFIER", "")
    #: The secret that the provider of captchas gave.
    captcha_secret: str = from_environment("CAPTCHA_SECRET", "")
    #: Hosts whose pages may show the captcha; wanted in production.
    captcha_hostnames: tuple[str, ...] = from_environment("CAPTCHA_HOSTNAMES", (), comma_separated)
    #: The action that a token must be for, where the provider tells it; ``{function}`` stands for the function's name.
    captcha_action: str = from_environment("CAPTCHA_ACTION", "")
    #: The least score of reCAPTCHA v3, 0.0 to 1.0.
    captcha_least_score: float = from_environment("CAPTCHA_LEAST_SCORE", 0.5, float)
    #: Seconds that the provider has to answer; asked once more where it does not.
    captcha_timeout: float = from_environment("CAPTCHA_TIMEOUT_IN_SECONDS", 3.0, float)
    #: Another address than the provider's own, and a file with the certificates that it is checked against.
    captcha_url: str = from_environment("CAPTCHA_URL", "")
    captcha_ca_file: str = from_environment("CAPTCHA_CA_FILE", "")


@lru_cache(maxsize=1)
def security_conf() -> SecurityConf:
    """Return the app's settings. ImproperlyConfigured where one is wrong."""
    return read_settings(SecurityConf)


forget_when_changed(security_conf)
