"""Authentication and throttling as a project that uses Django REST framework has them."""

from typing import Any

from django.db import connections
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class _Groups:
    def __init__(self, names: list[str]) -> None:
        self._names = names

    def values_list(self, *_: str, flat: bool) -> list[str]:
        return self._names


class Member:
    """Who a token names."""

    is_authenticated = True

    def __init__(self, pk: str, groups: list[str], *, is_active: bool = True) -> None:
        self.pk = pk
        self.groups = _Groups(groups)
        self.is_active = is_active


class TokenAuthentication(BaseAuthentication):
    """Knows three tokens, and looks them up in the database as real ones would be."""

    def authenticate(self, request: Request) -> tuple[Member, str] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "token":
            return None
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        members = {
            "root": Member("1", ["admin"]),
            "someone": Member("2", []),
            "gone": Member("3", ["admin"], is_active=False),
        }
        if token not in members:
            raise AuthenticationFailed
        return members[token], token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class HeaderThrottle(SimpleRateThrottle):
    """Lets three calls a minute pass that bear the same X-Throttled header; others it does not count."""

    rate = "3/min"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        throttled = request.headers.get("X-Throttled")
        return f"throttled-{throttled}" if throttled else None
