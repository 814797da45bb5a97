"""What a project can set about other microservices: where they are, and how long they may take."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf, forget_when_changed, from_environment, read_settings, settings_group


def _read_addresses(text: str) -> dict[str, str | dict[str, str]]:
    try:
        return msgspec.json.decode(text, type=dict[str, str | dict[str, str]])
    except msgspec.MsgspecError:
        msg = 'it is JSON: {"notification-service": "https://notifications.example.com"}'
        raise ValueError(msg) from None


@settings_group
@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TransportConf:
    """The settings of messages and calls to others. Keys of ``BACKK`` are these names in upper case."""

    #: Where other microservices are: by name, or by ``name.namespace`` in other namespaces, the address or a
    #: dictionary of ``address``, ``ca_file``, ``certificate_file`` and ``key_file``; JSON in the variable.
    remote_services: dict[str, str | dict[str, str]] = field(
        default_factory=dict, metadata={"variable": "REMOTE_SERVICES", "read": _read_addresses}
    )
    #: Seconds that another microservice has for its answer, where a call says nothing else.
    remote_timeout: float = from_environment("REMOTE_TIMEOUT_IN_SECONDS", 10.0, float)


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a microservice is, and how TLS knows it and us.

    ``ca_file`` has the certificates that its certificate is checked against, empty: the system's; the other two are
    what we show it.
    """

    address: str
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""

    @property
    def is_encrypted(self) -> bool:
        return self.address.lower().startswith("https:")


class UnknownMicroservice(LookupError):
    """A microservice that the settings give no address of."""

    def __init__(self, destination: str) -> None:
        line = f'BACKK = {{"REMOTE_SERVICES": {{"{destination}": "https://…"}}}}'
        super().__init__(f"nobody said where {destination} is: {line}")


@lru_cache(maxsize=1)
def transport_conf() -> TransportConf:
    """Return the app's settings. ImproperlyConfigured where one is wrong."""
    found = read_settings(TransportConf)
    if found.remote_timeout <= 0:
        msg = f"BACKK['REMOTE_TIMEOUT'] is {found.remote_timeout!r}: it is a positive number of seconds"
        raise ImproperlyConfigured(msg)
    return found


forget_when_changed(transport_conf)


def addresses() -> dict[str, Address]:
    """Return the addresses by ``name.namespace``. ImproperlyConfigured where one is none."""
    own = conf().microservice_namespace
    found = {}
    for name, given in transport_conf().remote_services.items():
        found[name if "." in name else f"{name}.{own}"] = _address(name, given)
    return found


def address_of(destination: str) -> Address:
    """Return where ``name.namespace`` is. UnknownMicroservice where the settings do not say."""
    known = addresses().get(destination)
    if known is None:
        raise UnknownMicroservice(destination)
    return known


def _address(name: str, given: str | dict[str, str]) -> Address:
    said = {"address": given} if isinstance(given, str) else given
    place = f"BACKK['REMOTE_SERVICES'][{name!r}]"
    words = {known.name for known in fields(Address)}
    if "address" not in said or said.keys() - words:
        raise ImproperlyConfigured(f"{place} is an address, or has the keys {', '.join(sorted(words))}")
    if not _is_address(said["address"]):
        # what it is instead may have a password in it
        raise ImproperlyConfigured(f"{place} is no address: 'https://host', with a port and a path if need be")
    if bool(said.get("key_file")) > bool(said.get("certificate_file")):
        raise ImproperlyConfigured(f"{place} has a key_file without the certificate_file that it belongs to")
    return Address(**said)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    is_plain = text.isascii() and text.isprintable() and " " not in text and "@" not in parts.netloc
    return (
        is_plain
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and port != 0
        and not (parts.query or parts.fragment)
    )
