"""The pages that show the API: Swagger UI and Redoc, with all their files from this machine and none from elsewhere."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template import Context, Engine
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe
from drf_spectacular.settings import spectacular_settings

from backk_core.declare.conf import conf
from backk_core.publish.openapi import servers

_HERE = Path(__file__).parent
_SIDECAR = "drf_spectacular_sidecar"
#: Where each file that a page may ask for is kept, inside the sidecar or beside this module.
_IN_SIDECAR = {
    "swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "favicon-32x32.png": "swagger-ui-dist/favicon-32x32.png",
    "redoc.standalone.js": "redoc/bundles/redoc.standalone.js",
}
_OWN = ("page.css", "swagger_ui_start.js")

#: Only files from here.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
#: Redoc makes its styles while it runs, and searches in a worker of its own.
_REDOC_POLICY = {**_POLICY, "style-src": "'self' 'unsafe-inline'", "worker-src": "blob:"}
_A_YEAR = 31_536_000


@require_safe
def swagger_ui(request: HttpRequest) -> HttpResponseBase:
    """Show the API with forms that call it. Http404 where the project does not publish its description."""
    settings = json.dumps(spectacular_settings.SWAGGER_UI_SETTINGS)
    return _page(request, "swagger_ui.html", _POLICY, here="docs", settings=settings)


@require_safe
def redoc(request: HttpRequest) -> HttpResponseBase:
    """Show the API as a page to read. Http404 where the project does not publish its description."""
    return _page(request, "redoc.html", _REDOC_POLICY, here="redoc")


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer one of the pages' files; its address changes with its content. Http404 where the name is none of them."""
    _refuse_unless_published()
    if name not in _files():
        raise Http404
    content, tag = _content(name)
    etag = quote_etag(tag)
    found = HttpResponse(content, content_type=mimetypes.guess_type(name)[0])
    response = get_conditional_response(request, etag=etag, response=found) or found
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
    return _guarded(response)


def _page(
    request: HttpRequest, template: str, policy: dict[str, str], *, here: str, **context: str
) -> HttpResponseBase:
    _refuse_unless_published()
    if request.path.endswith("/"):
        # the page's addresses are relative, so that they hold behind a gateway's prefix too
        return _guarded(HttpResponseRedirect(f"../{here}"))
    assets = {name.partition(".")[0].replace("-", "_"): f"{name}?{_content(name)[1]}" for name in _files()}
    title = spectacular_settings.TITLE or f"{conf().microservice_name} API"
    text = _templates().get_template(template).render(Context({"title": title, "assets": assets, **context}))
    response = HttpResponse(text)
    policy = {**policy, "connect-src": " ".join(["'self'", *_origins()])}
    response["Content-Security-Policy"] = "; ".join(f"{name} {sources}" for name, sources in policy.items())
    response["Cache-Control"] = "no-cache"
    return _guarded(response)


def _origins() -> list[str]:
    """Return the other origins that the document names: a page's forms may call those too."""
    addresses = [urlsplit(server["url"]) for server in servers()]
    return sorted({f"{address.scheme}://{address.netloc}" for address in addresses if address.netloc})


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "DENY"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _refuse_unless_published() -> None:
    if not conf().publish_metadata:
        raise Http404


@cache
def _templates() -> Engine:
    # an engine of its own: a project needs no TEMPLATES for these pages, and cannot change them by accident
    return Engine(dirs=[str(_HERE)])


@cache
def _files() -> dict[str, Path]:
    """Return the files by the names that pages know: no other file can be asked for."""
    found = find_spec(_SIDECAR)
    if found is None or found.origin is None:
        raise Http404
    sidecar = Path(found.origin).parent / "static" / _SIDECAR
    return {**{name: sidecar / path for name, path in _IN_SIDECAR.items()}, **{name: _HERE / name for name in _OWN}}


@cache
def _content(name: str) -> tuple[bytes, str]:
    """Return a file's content, and a short name for what it is."""
    content = _files()[name].read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]
