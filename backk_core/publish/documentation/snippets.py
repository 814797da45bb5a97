"""How a function is called from a shell, from TypeScript and from Python: the same example in each."""

from __future__ import annotations

import json
import shlex
from typing import Any

from backk_core.declare.naming import to_python
from backk_core.describe.contracts import FieldContract
from backk_core.describe.field_kinds import ARRAY, DATE, MAP, OBJECT, TIME, TIMESTAMP, UUID
from backk_core.publish.clients.python import package_name as python_package
from backk_core.publish.clients.surface import ClientFunction, ClientService, ClientType, Surface
from backk_core.publish.clients.typescript import package_name as typescript_package
from backk_core.publish.clients.typescript.services import function_name
from backk_core.publish.failures import is_open

_ADDRESS = "http://127.0.0.1:3001"
#: Kinds whose values are objects in Python; what is on the wire becomes one by msgspec.
_CONVERTED = frozenset({DATE, TIME, TIMESTAMP, UUID})


def snippets_of(
    surface: Surface, service: ClientService, function: ClientFunction, sent: dict[str, Any] | None
) -> list[dict[str, str]]:
    """Return each language's name and text; none where no example of the argument is known."""
    if sent is None and function.argument is not None:
        return []
    return [
        {"language": "curl", "text": _curl(function, sent)},
        {"language": "TypeScript", "text": _typescript(service, function, sent)},
        {"language": "Python", "text": _python(surface, service, function, sent)},
    ]


def _curl(function: ClientFunction, sent: dict[str, Any] | None) -> str:
    parts = [f"curl {_ADDRESS}/{function.contract.wire_name}"]
    if not is_open(function.contract):
        parts.append('-H "Authorization: Bearer $TOKEN"')
    parts.append(f"-d {shlex.quote(json.dumps(sent or {}, ensure_ascii=False))}")
    return " \\\n  ".join(parts)


def _typescript(service: ClientService, function: ClientFunction, sent: dict[str, Any] | None) -> str:
    argument = "" if function.argument is None else _javascript(sent or {})
    names = "[, error]" if function.contract.result_shape == "none" else "[value, error]"
    return (
        f'import {{ {service.name} }} from "{typescript_package("public")}";\n\n'
        f"const {names} = await {service.name}.{function_name(function.contract)}({argument});"
    )


def _javascript(value: Any) -> str:
    """Return a JSON value with names that need no quotes without them."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    lines = []
    for line in text.splitlines():
        name, colon, rest = line.lstrip().partition('":')
        if colon and name[:1] == '"' and name[1:].replace("$", "_").isidentifier():
            line = line[: len(line) - len(line.lstrip())] + f"{name[1:]}:{rest}"  # noqa: PLW2901 - the same line, shorter
        lines.append(line)
    return "\n".join(lines)


def _python(surface: Surface, service: ClientService, function: ClientFunction, sent: dict[str, Any] | None) -> str:
    call = f"client.{to_python(service.name)}.{to_python(function.contract.function_name)}"
    argument = "" if function.argument is None else _literal(surface, function.argument, sent or {}, 1)
    result = "" if function.contract.result_shape == "none" else "value = "
    token = "" if is_open(function.contract) else ", token=token"
    return (
        f"from {python_package('public')} import Client, types\n\n"
        f'with Client("{_ADDRESS}"{token}) as client:\n'
        f"    {result}{call}({argument})"
    )


def _literal(surface: Surface, known: ClientType, value: dict[str, Any], depth: int) -> str:
    """Return the expression that makes a value of a type."""
    if known.contract.entries is not None:
        return _value(surface, known, known.contract.entries, value, depth)
    by_name = {field.wire_name: field for field in known.fields}
    items = [
        f"{by_name[name].name}={_value(surface, known, by_name[name], item, depth + 1)}" for name, item in value.items()
    ]
    plain = f"types.{known.name}({', '.join(items)})"
    if len(plain) <= 80:
        return plain
    indent = "    " * (depth + 1)
    return f"types.{known.name}(\n" + "".join(f"{indent}{item},\n" for item in items) + "    " * depth + ")"


def _value(surface: Surface, known: ClientType, field: FieldContract, value: Any, depth: int) -> str:
    if value is None:
        return "None"
    if field.kind is ARRAY and field.element is not None:
        inside = surface.inside(known, field)
        return "[" + ", ".join(_value(surface, inside, field.element, item, depth) for item in value) + "]"
    if field.kind is MAP and field.element is not None:
        inside = surface.inside(known, field)
        items = [f"{json.dumps(n)}: {_value(surface, inside, field.element, item, depth)}" for n, item in value.items()]
        return "{" + ", ".join(items) + "}"
    if field.kind is OBJECT and (held := surface.held(field, known.use)) is not None:
        return _literal(surface, held, value, depth)
    if field.kind in _CONVERTED:
        return f"msgspec.convert({json.dumps(value)}, {_class(field)})"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _class(field: FieldContract) -> str:
    names = {TIMESTAMP: "datetime.datetime", DATE: "datetime.date", TIME: "datetime.time"}
    return names.get(field.kind, "uuid.UUID")
