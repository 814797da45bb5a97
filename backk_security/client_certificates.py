"""Services of the cluster that a trusted proxy knows by their client certificates (mutual TLS)."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TypeAlias

from django.core.exceptions import ImproperlyConfigured

from backk_core.execute.call import Call, Principal
from backk_security.conf import security_conf

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

#: The shortest prefixes of a network that is believed: wider ones are half of the internet.
_WIDEST = {4: 8, 6: 32}


class ClientCertificateAuthenticator:
    """Believes ``BACKK["CLIENT_IDENTITY_HEADER"]`` where one of the ``CLIENT_IDENTITY_PROXIES`` sends it.

    Whoever else sends it is not heard, and of those whom a proxy names only ``CLIENT_IDENTITIES`` are services of the
    cluster. ImproperlyConfigured where one of the three is missing.
    """

    def __init__(self) -> None:
        settings = security_conf()
        self._header = settings.client_identity_header.lower()
        self._identities = frozenset(settings.client_identities)
        networks = trusted_networks(settings.client_identity_proxies)
        if not (self._header and self._identities and networks):
            msg = (
                "BACKK needs CLIENT_IDENTITY_HEADER, CLIENT_IDENTITY_PROXIES and CLIENT_IDENTITIES together: a "
                "header that anybody may send proves nothing"
            )
            raise ImproperlyConfigured(msg)
        self._is_trusted = lru_cache(maxsize=1024)(lambda address: _is_in(address, networks))

    def authenticate(self, call: Call) -> Principal | None:
        """Return the service that calls, None where no trusted proxy named one."""
        identity = call.header(self._header)
        if identity is None or identity not in self._identities or not self._is_trusted(call.peer):
            return None
        return Principal(is_internal=True, claims={"identity": identity})


def trusted_networks(addresses: tuple[str, ...]) -> tuple[Network, ...]:
    """Return the networks of the settings. ImproperlyConfigured where one is none, or is too wide to trust."""
    found = []
    for address in addresses:
        try:
            network = ipaddress.ip_network(address)
        except ValueError as error:
            raise ImproperlyConfigured(f"BACKK['CLIENT_IDENTITY_PROXIES']: {error}") from None
        if network.prefixlen < _WIDEST[network.version]:
            raise ImproperlyConfigured(f"BACKK['CLIENT_IDENTITY_PROXIES']: {address} is too wide to be trusted")
        found.append(network)
    return tuple(found)


def _is_in(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return any((mapped or known) in network for network in networks)
