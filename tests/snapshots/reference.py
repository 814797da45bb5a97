"""The reference of all public names, made of their docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import backk_core
import backk_core.models
import backk_core.testing
import backk_security
import backk_transport
import backk_transport.testing
from backk_core.declare.validators import Validator

MODULES = (backk_core, backk_core.models, backk_core.testing, backk_security, backk_transport, backk_transport.testing)
_LONGEST = 160
#: What has no docstring that it could say it in.
_PLAIN = {"anonymous": "Nobody: who calls without a token."}


def reference() -> str:
    """Return the page: a table a module, validators apart."""
    return "\n".join(line for module in MODULES for line in _module(module))


def _module(module: ModuleType) -> Iterator[str]:
    names = sorted(module.__all__, key=lambda name: (name.lower(), name))
    rules = [name for name in names if _is_rule(getattr(module, name))]
    yield from (f"## `{module.__name__}`", "", _first_paragraph(module), "", "| name | what it is |", "|---|---|")
    for name in names:
        if name not in rules:
            said = _PLAIN.get(name) or _first_paragraph(getattr(module, name))
            yield f"| `{_signature(name, getattr(module, name))}` | {said} |"
    yield ""
    if rules:
        listed = ", ".join(f"`{name}`" for name in rules)
        yield from (f"Validators, which [a page of their own](validators.md) tells: {listed}.", "")


def _is_rule(value: Any) -> bool:
    if isinstance(value, Validator) or (isinstance(value, type) and issubclass(value, Validator)):
        return True
    return getattr(value, "__module__", "").startswith("backk_core.declare.validators")


def _signature(name: str, value: Any) -> str:
    if not inspect.isfunction(value):
        return name
    text = str(inspect.signature(value))
    # where a type is from is of no use to readers
    text = re.sub(r"\b(?:[a-z_]+\.)+([A-Z]\w*)", r"\1", text.replace("'", ""))
    return f"{name}{text if len(text) <= _LONGEST else '(…)'}".replace("|", "\\|")


def _first_paragraph(value: Any) -> str:
    documented = inspect.getdoc(value) or ""
    if not documented and isinstance(value, type) and issubclass(value, Exception):
        documented = f"{getattr(value, 'code', '')}, {getattr(value, 'status', '')}: {getattr(value, 'message', '')}"
    if not inspect.isfunction(value) and not isinstance(value, type | ModuleType):
        # of a constant its type says what it is
        documented = inspect.getdoc(type(value)) or ""
    paragraph = " ".join(documented.partition("\n\n")[0].split())
    paragraph = re.sub(r":\w+:`~?\.?([^`]+)`", r"`\1`", paragraph.replace("``", "`"))
    return paragraph.replace("|", "\\|").strip(" ,:") or "…"
