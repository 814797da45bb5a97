"""A project's own Django REST framework authentication and throttle classes, as parts of the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from rest_framework.exceptions import APIException, Throttled
from rest_framework.request import Request
from rest_framework.views import APIView

from backk_core.declare.errors import CallError, NotAuthorized, TooManyRequests
from backk_core.execute.call import Call, Principal, Reply

Next = Callable[[Call], Reply]


def _classes(setting: str) -> list[type[Any]]:
    """Return the classes that the project itself lists; what REST framework would use by default counts for nothing."""
    given = getattr(settings, "REST_FRAMEWORK", {}).get(setting, ())
    return [import_string(item) if isinstance(item, str) else item for item in given]


def configured_authenticators() -> list[Any]:
    """Return the project's REST framework authentication classes as authenticators of the pipeline."""
    found = _classes("DEFAULT_AUTHENTICATION_CLASSES")
    return [RestFrameworkAuthenticator(cls) for cls in found]


def configured_throttle() -> Callable[..., Reply] | None:
    """Return the project's REST framework throttle classes as one interceptor, None where it lists none."""
    found = _classes("DEFAULT_THROTTLE_CLASSES")
    return RestFrameworkThrottle(found) if found else None


def _request(call: Call) -> Request:
    request = HttpRequest()
    request.method = call.method if call.method in ("GET", "POST") else "POST"
    request.path = request.path_info = f"/{call.wire_name}"
    request.META = {"REMOTE_ADDR": call.remote_address, "REQUEST_METHOD": request.method}
    for name, value in call.header.items():
        key = name.upper().replace("-", "_")
        request.META[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return Request(request)


class RestFrameworkAuthenticator:
    """Asks one REST framework authentication class who calls."""

    def __init__(self, authentication: type[Any]) -> None:
        self._authentication = authentication

    def authenticate(self, call: Call) -> Principal | None:
        """Return who calls. NotAuthorized where the credential is bad."""
        try:
            found = self._authentication().authenticate(_request(call))
        except APIException as error:
            raise NotAuthorized(type(error).__name__) from error
        if found is None:
            return None
        user, _ = found
        if not getattr(user, "is_active", True):
            raise NotAuthorized("locked account")
        groups = getattr(user, "groups", None)
        roles = frozenset(groups.values_list("name", flat=True)) if groups is not None else frozenset()
        return Principal(subject=str(user.pk), roles=roles, user=user)


class RestFrameworkThrottle:
    """Asks a project's REST framework throttle classes before each call."""

    def __init__(self, throttles: list[type[Any]]) -> None:
        self._throttles = throttles

    def __call__(self, call: Call, next: Next) -> Reply:  # noqa: A002 - an interceptor's word
        if call.contract.options.no_rate_limit is not None:
            return next(call)
        request = _request(call)
        principal = _principal_if_good(call)
        request.user = cast(Any, principal.user if principal is not None and principal.user is not None else _Nobody())
        view = _ThrottledView()
        view.throttle_scope = call.contract.service_name
        try:
            waits = [
                throttle.wait()
                for throttle in (cls() for cls in self._throttles)
                if not throttle.allow_request(request, view)
            ]
        except Throttled as error:
            raise TooManyRequests(getattr(error, "wait", None)) from error
        if waits:
            raise TooManyRequests(max((wait for wait in waits if wait is not None), default=None))
        return next(call)


class _Nobody:
    """A caller whom no authenticator knows; Django's own AnonymousUser needs apps that a project may not have."""

    pk = None
    is_authenticated = False
    is_active = False


class _ThrottledView(APIView):
    """Stands for the function where a throttle class asks for the view."""

    throttle_scope: str


def _principal_if_good(call: Call) -> Principal | None:
    try:
        return call.principal
    except CallError:
        return None
