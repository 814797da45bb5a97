"""Rules about what the Internet names things: e-mail addresses, URLs, hosts, addresses, ports, locales."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from .base import Kind
from .encodings import consists_of
from .texts import TextRule

_DIGITS = b"0123456789"
# RFC 5321: 64 characters before the @ and 255 after it.
_LONGEST_EMAIL = 320
_LONGEST_NAME = 253
# What browsers and the original take.
_LONGEST_URL = 2083
_LONGEST_MAGNET_URI = 8192
_LONGEST_LOCALE = 64
_DEFAULT_PROTOCOLS = ("http", "https", "ftp")


class IsEmail(TextRule):
    """An e-mail address (RFC 5321, RFC 6531) whose domain has a dot; it is not looked up."""

    name = "isEmail"
    message = "must be an email"
    example = "jane@example.com"
    schema = {"maxLength": _LONGEST_EMAIL}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_EMAIL or "@" not in value:
            return False
        from email_validator import EmailNotValidError, validate_email

        try:
            validate_email(value, check_deliverability=False, test_environment=True, strict=True)
        except (EmailNotValidError, UnicodeError):
            return False
        return True

    def json_schema(self) -> dict[str, Any]:
        return {"format": "idn-email", **self.schema}


class IsFqdn(TextRule):
    """A fully qualified domain name (RFC 1035, RFC 5891) of at least two labels, without a dot at its end."""

    name = "isFqdn"
    message = "must be a valid domain name"
    example = "www.example.com"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and is_host_name(value) and "." in value

    def json_schema(self) -> dict[str, Any]:
        return {"format": "idn-hostname", "maxLength": _LONGEST_NAME}


@dataclass(frozen=True)
class IsUrl(TextRule):
    """A URL of one of the protocols, shorter than 2083 characters.

    The protocol itself may be left out unless `require_protocol`; the host needs a dot unless `require_tld` is false.
    """

    protocols: tuple[str, ...] = _DEFAULT_PROTOCOLS
    require_protocol: bool = False
    require_tld: bool = True
    name = "isUrl"
    message = "must be an URL address"

    def __post_init__(self) -> None:
        object.__setattr__(self, "protocols", tuple(self.protocols))

    @property
    def arguments(self) -> tuple[Any, ...]:
        names = ("protocols", "require_protocol", "require_tld")
        changed = {name: getattr(self, name) for name in names if getattr(self, name) != getattr(is_url, name)}
        return (json.dumps(changed, separators=(",", ":")),) if changed else ()

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or not 0 < len(value) < _LONGEST_URL:
            return False
        # The parser would drop line breaks and tabs silently.
        if not value.isprintable() or any(sign in value for sign in " <>") or value.startswith("mailto:"):
            return False
        has_protocol = "://" in value.partition("?")[0].partition("#")[0]
        if not has_protocol and (self.require_protocol or value.startswith("//")):
            return False
        try:
            parts = urlsplit(value if has_protocol else f"//{value}")
            port, host = parts.port, parts.hostname or ""
        except ValueError:
            return False
        # Without a protocol, "javascript:1/alert()" or "javascript:alert()@a.com" would read as host, port and user.
        if has_protocol:
            is_safe = parts.scheme in self.protocols and _is_user(parts.netloc)
        else:
            is_safe = "@" not in parts.netloc and (":" not in parts.netloc or "." in host)
        return is_safe and port != 0 and parts.netloc[-1:] != ":" and self._is_host(host, parts.netloc)

    def json_schema(self) -> dict[str, Any]:
        return {"format": "iri" if self.require_protocol else "iri-reference", "maxLength": _LONGEST_URL - 1}

    def sample(self) -> str:
        return f"{self.protocols[0]}://www.example.com/"

    def _is_host(self, host: str, netloc: str) -> bool:
        if "[" in netloc:
            return is_ip_address(host, 6)
        return is_ip_address(host, 4) or (is_host_name(host) and ("." in host or not self.require_tld))


@dataclass(frozen=True)
class IsIp(TextRule):
    """An IP address of version 4 or 6, or either; without a zone."""

    version: Literal[4, 6] | None = None
    name = "isIp"
    message = "must be an ip address"

    def __post_init__(self) -> None:
        if self.version not in (4, 6, None):
            raise ValueError("is_ip_version() takes 4 or 6; is_ip is of either")

    @property
    def arguments(self) -> tuple[Any, ...]:
        return () if self.version is None else (self.version,)

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and is_ip_address(value, self.version)

    def json_schema(self) -> dict[str, Any]:
        return {"format": f"ipv{self.version}"} if self.version else {}

    def sample(self) -> str:
        return "2001:db8::1" if self.version == 6 else "192.0.2.1"


class IsPort(TextRule):
    """A port from 0 to 65535, as a string of digits or as a number."""

    name = "isPort"
    message = "must be a port"
    example = "8080"
    kinds = frozenset[Kind]({"string", "number"})

    def accepts(self, value: Any) -> bool:
        if isinstance(value, str):
            return len(value) <= 5 and consists_of(value, _DIGITS) and int(value) <= 65535
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 65535

    def json_schema(self) -> dict[str, Any]:
        return {"pattern": "^[0-9]{1,5}$", "minimum": 0, "maximum": 65535}


class IsMagnetUri(TextRule):
    """A magnet URI with an exact topic (BEP 9, BEP 53): a URN of a hash, at most 8192 characters."""

    name = "isMagnetURI"
    message = "must be magnet uri format"
    example = "magnet:?xt=urn:btih:06E2A9683BF4DA92C73A661AC56F0ECC9C63C5B4&dn=name"
    schema = {"pattern": "^[Mm][Aa][Gg][Nn][Ee][Tt]:[?]", "maxLength": _LONGEST_MAGNET_URI}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_MAGNET_URI or value[:8].lower() != "magnet:?":
            return False
        try:
            fields = parse_qsl(value[8:], max_num_fields=200)
        except ValueError:
            return False
        return any(_is_topic(topic) for name, topic in fields if name == "xt" or name.startswith("xt."))


class IsLocale(TextRule):
    """A language tag (BCP 47) whose parts are registered, with hyphens or underscores."""

    name = "isLocale"
    message = "must be locale"
    example = "fi-FI"
    schema = {"pattern": "^[A-Za-z0-9_-]+$", "maxLength": _LONGEST_LOCALE}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_LOCALE or not value.isascii():
            return False
        if not value.replace("-", "").replace("_", "").isalnum():
            return False
        from langcodes import tag_is_valid

        return tag_is_valid(value)


def _is_user(netloc: str) -> bool:
    """Tells whether the part before the host is no user, or a user with a password or without."""
    user, at, _ = netloc.rpartition("@")
    return not at or (user.strip(":") != "" and "@" not in user and user.count(":") <= 1)


def is_host_name(host: str) -> bool:
    """Tells whether the host is a name that the DNS can hold, internationalised or not, and no number at its end."""
    if not 0 < len(host) <= _LONGEST_NAME or host[-1] == "." or host.rpartition(".")[2].isdigit():
        return False
    import idna

    try:
        encoded = idna.encode(host, uts46=True)
    except UnicodeError:
        return False
    return len(encoded) <= _LONGEST_NAME and len(encoded.rpartition(b".")[2]) > 1


def is_ip_address(host: str, version: int | None = None) -> bool:
    """Tells whether the host is an address of the version, None for either; zones are not part of an address."""
    if len(host) > 45 or "%" in host:
        return False
    try:
        return version in (None, ip_address(host).version)
    except ValueError:
        return False


def _is_topic(topic: str) -> bool:
    urn, _, rest = topic.partition(":")
    space, _, digest = rest.rpartition(":")
    return urn.lower() == "urn" and space != "" and 32 <= len(digest) <= 128 and digest.isascii() and digest.isalnum()


is_email = IsEmail()
is_fqdn = IsFqdn()
is_url = IsUrl()
is_url_with = IsUrl
is_ip = IsIp()
is_ip_version = IsIp
is_port = IsPort()
is_magnet_uri = IsMagnetUri()
is_locale = IsLocale()
