"""The view that answers service calls behind Django's handler."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from rest_framework.views import APIView

from backk_core.declare.conf import conf
from backk_core.declare.errors import CallError, InvalidArgument, RequestTooLong
from backk_core.execute.call import Call, HeaderMap, Reply
from backk_core.publish.assembly import pipeline
from backk_core.publish.door import argument_in, check_host


class ServiceCallView(APIView):
    """Answers every service function; what REST framework does for a view, the pipeline does for all doors alike."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view; calls carry no cookies that would need a CSRF token."""
        return csrf_exempt(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *_: Any, **path: Any) -> HttpResponseBase:
        """Answer a call of any method."""
        call = Call(
            path["wire_name"],
            b"",
            method=request.method or "POST",
            header=HeaderMap({name.lower(): value for name, value in request.headers.items()}),
            remote_address=request.META.get("REMOTE_ADDR", ""),
        )
        known = pipeline()
        try:
            check_host(request.META.get("HTTP_HOST"))
            call.body = self._body(request)
            reply = known.execute(call)
        except CallError as error:
            reply = known.refuse(call, error)
        return _response(reply)

    def _body(self, request: HttpRequest) -> bytes:
        if request.method == "GET":
            return argument_in(request.META.get("QUERY_STRING", ""))
        longest = conf().max_request_content_length
        sent = request.META.get("CONTENT_LENGTH") or "0"
        chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "")
        if sent.isdigit() and int(sent) > longest:
            raise RequestTooLong
        # a chunked body has no length, and Django's own stream ends where the length says: at once
        stream = request.META.get("wsgi.input") if chunked else request
        try:
            body: bytes = stream.read(longest + 1)  # type: ignore[union-attr]
        except OSError:
            raise InvalidArgument("the body ended too early") from None
        if len(body) > longest:
            raise RequestTooLong
        if not chunked and sent.isdigit() and len(body) < int(sent):
            raise InvalidArgument("the body ended too early")
        return body


def _response(reply: Reply) -> HttpResponse:
    response = HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))
    if not reply.body:
        response.headers.pop("Content-Type", None)
    response.headers["Content-Length"] = str(len(reply.body))
    return response
