"""A static site that documents a project's services, made of contracts: pages, one style sheet, a search."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files as resources_of
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from drf_spectacular.settings import spectacular_settings

from backk_core.declare.conf import conf
from backk_core.describe.registry import Registry
from backk_core.publish.audiences import Audience
from backk_core.publish.authorization_matrix import Line
from backk_core.publish.clients.surface import Surface
from backk_core.publish.documentation.views import error_views, service_view, type_view

_HERE = Path(__file__).parent
_AS_THEY_ARE = ("site.css", "site.js")


def files(known: Registry, audience: Audience) -> dict[str, bytes]:
    """Return the files of the site, by their paths in its directory."""
    surface = Surface(known, audience)
    services = [service_view(surface, service) for service in surface.services]
    types = [type_view(surface, each) for each in sorted(surface.types, key=lambda each: each.name)]
    shared: dict[str, Any] = {
        "title": spectacular_settings.TITLE or conf().microservice_name,
        "description": spectacular_settings.DESCRIPTION or "",
        "services": services,
        "audience": audience,
    }
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "index.html": ("index.html", {}),
        "types.html": ("types.html", {"types": types}),
        "errors.html": ("errors.html", {"errors": error_views(surface)}),
        "access.html": ("access.html", {"lines": [_access(f.contract) for s in surface.services for f in s.functions]}),
        **{f"{service['name']}.html": ("service.html", {"service": service}) for service in services},
    }
    written: dict[str, str] = {
        path: _templates().get_template(template).render(Context({**shared, "here": path, **more}))
        for path, (template, more) in pages.items()
    }
    for name in _AS_THEY_ARE:
        written[name] = (resources_of(__package__) / "templates" / name).read_text(encoding="utf-8")
    written["search.js"] = f"window.backkSearch = {_script(list(_found(services, types)))};\n"
    return {path: _tidy(text).encode() for path, text in written.items()}


def _access(contract: Any) -> dict[str, Any]:
    line = Line.of(contract)
    return {"line": line, "service": contract.service_name, "function": contract.function_name}


def _found(services: list[dict[str, Any]], types: list[dict[str, Any]]) -> Any:
    """Yield what can be found: services, functions, types and properties, each with its address."""
    for service in services:
        yield {"name": service["name"], "kind": "service", "at": service["page"], "text": service["documentation"]}
        for function in service["functions"]:
            at = f"{service['page']}#{function['name']}"
            yield {"name": function["wire_name"], "kind": "function", "at": at, "text": function["summary"]}
    for each in types:
        properties = " ".join(field["name"] for field in each["fields"])
        yield {"name": each["name"], "kind": "type", "at": f"types.html#{each['name']}", "text": properties}


def _script(value: Any) -> str:
    # what would end a script element does not stand in one
    return json.dumps(value, ensure_ascii=False, indent=1).replace("</", "<\\/")


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines() if line.strip()) + "\n"


@cache
def _templates() -> Engine:
    return Engine(dirs=[str(_HERE / "templates")])
