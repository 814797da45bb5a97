"""The view that answers service calls behind Django's handler."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from rest_framework.views import APIView

from backk_core.declare.errors import CallError, InvalidArgument
from backk_core.execute.call import Call, HeaderMap, Reply
from backk_core.publish import door
from backk_core.publish.assembly import pipeline


class ServiceCallView(APIView):
    """Answers every service function; what REST framework does for a view, the pipeline does for all doors alike."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view; calls carry no cookies that would need a CSRF token."""
        # with ATOMIC_REQUESTS, what a refused call wrote would be committed
        return csrf_exempt(transaction.non_atomic_requests(super().as_view(**initkwargs)))

    def dispatch(self, request: HttpRequest, *_: Any, **path: Any) -> HttpResponseBase:
        """Answer a call of any method."""
        header = HeaderMap({name.lower(): value for name, value in request.headers.items()})
        call = Call(
            path["wire_name"],
            b"",
            method=request.method or "POST",
            header=header,
            remote_address=door.address_of(request.META.get("REMOTE_ADDR", ""), header),
            peer=request.META.get("REMOTE_ADDR", ""),
        )
        known = pipeline()
        try:
            door.check_host(call.header)
            call.body = self._body(request)
            reply = known.execute(call)
        except CallError as error:
            reply = known.refuse(call, error)
        return _response(reply)

    def _body(self, request: HttpRequest) -> bytes:
        environ = request.META
        if request.method == "GET":
            return door.argument_in(environ.get("QUERY_STRING", ""))
        # of a body whose length is not told Django's own stream has nothing, since it ends where a Content-Length says
        has_no_length = not environ.get("CONTENT_LENGTH") and "wsgi.input" in environ
        try:
            return door.body_in(environ, environ["wsgi.input"] if has_no_length else request)
        except UnreadablePostError:
            raise InvalidArgument("the body ended too early") from None


def _response(reply: Reply) -> HttpResponse:
    response = HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))
    if not reply.body:
        response.headers.pop("Content-Type", None)
    for name, value in door.length_header(reply):
        response.headers[name] = value
    return response
