"""The page that Prometheus reads."""

from __future__ import annotations

import hmac

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from backk_core.declare.conf import conf
from backk_observability.conf import observability_conf
from backk_observability.metrics import rendered


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the metrics to who has the token. Http404 where metrics are off."""
    known = observability_conf()
    if not known.metrics:
        raise Http404
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    is_open = not known.metrics_token and not conf().in_production
    has_token = bool(known.metrics_token) and hmac.compare_digest(sent.encode(), known.metrics_token.encode())
    if not is_open and not has_token:
        return HttpResponse("Unauthorized", status=401, headers={"WWW-Authenticate": "Bearer"})
    content, content_type = rendered()
    return HttpResponse(content, content_type=content_type, headers={"Cache-Control": "no-store"})
