"""A service's module in TypeScript: one function an endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterable

from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.execute.deprecation import advice
from backk_core.execute.queries import path_named
from backk_core.execute.repetition import once_of
from backk_core.publish.authorization_matrix import who_may_call
from backk_core.publish.clients.surface import ClientFunction, ClientService
from backk_core.publish.clients.typescript.text import import_line, remark
from backk_core.publish.failures import is_open
from backk_core.publish.uses import Use

#: Words that cannot be a function's name; one that is called so has a line after it.
_RESERVED = frozenset({"delete", "export", "import", "new", "return", "void", "with", "default", "in"})


def service_module(service: ClientService) -> str:
    """Return the module of a service."""
    functions = [_function(function) for function in service.functions]
    uses_projection = any("Projected<" in text for text in functions)
    imported = ["call", "type CallOptions", "type Outcome", *(["type Projected"] if uses_projection else [])]
    named = sorted({name for function in service.functions for name in _types_of(function)})
    parts = [
        _service_remark(service),
        "\n" + import_line(imported, "./backk.js"),
        import_line(named, "./types.js"),
    ]
    return "".join(parts) + "".join(f"\n{text}" for text in functions)


def _service_remark(service: ClientService) -> str:
    failures = {failure.code: failure.message for function in service.functions for failure in function.failures}
    own = "; ".join(f"{code}: {text}" for code, text in failures.items() if not code.startswith("error."))
    documentation = service.documentation or f"The functions of {service.name}."
    return remark(f"{documentation}\n\nErrors of its own: {own}" if own else documentation)


def function_name(function: ServiceFunctionContract) -> str:
    """Return what a function is called in its service's module."""
    name = function.function_name
    return f"{name}_" if name in _RESERVED else name


def _types_of(function: ClientFunction) -> Iterable[str]:
    if (argument := function.argument) is not None:
        # its properties' rules are imported with it, where it has some
        yield argument.name if argument.contract.entries is None else f"type {argument.name}"
    if (result := function.result) is not None and result is not function.argument:
        yield f"type {result.name}"


def _function(function: ClientFunction) -> str:
    contract, argument = function.contract, function.argument
    result = _result(function)
    selects = function.result is not None and function.result.use is Use.SELECTION and argument is not None
    generic = ""
    parameters = ["options?: CallOptions"]
    if argument is not None:
        optional = not any(argument.requires(field) for field in argument.fields)
        kind = argument.name
        if selects:
            generic, kind = f"<const Asked extends {argument.name}>", "Asked"
            # where nothing is asked, nothing tells what Asked is
            generic = generic.replace(">", " = object>") if optional else generic
        parameters.insert(0, f"argument{'?' if optional else ''}: {kind}")
    returned = f"Promise<Outcome<{result}>>"
    call = f"call(\n    {_operation(function)},\n    {'argument' if argument is not None else '{}'},\n    options,\n  )"
    lines = "".join(f"  {parameter},\n" for parameter in parameters)
    head = f"export function {function_name(contract)}{generic}(\n{lines}): {returned} {{\n"
    return f"{_remark(function)}{head}  return {call};\n}}\n"


def _operation(function: ClientFunction) -> str:
    contract, argument = function.contract, function.argument
    facts = {"name": json.dumps(contract.wire_name)}
    if argument is not None and argument.contract.entries is None:
        facts["argument"] = argument.name
    if contract.kind == "get":
        facts["repeats"] = '"reads"'
    elif once_of(contract) is not None:
        facts["repeats"] = '"once"'
    shapes = {"one": "data", "many": "data", "none": "nothing"}
    facts["answers"] = json.dumps(shapes.get(contract.result_shape, "document"))
    if contract.options.deprecation is not None:
        facts["deprecated"] = json.dumps(advice(contract.options.deprecation))
    return f"{{ {', '.join(f'{name}: {value}' for name, value in facts.items())} }}"


def _result(function: ClientFunction) -> str:
    contract, result = function.contract, function.result
    if result is None:
        return "undefined" if contract.result_shape == "none" else "unknown"
    name = result.name
    if result.use is Use.SELECTION and function.argument is not None:
        name = f"Projected<{name}, Asked>"
    if contract.options.counts:
        paths = [path_named(result.contract, path) for path in contract.options.counts]
        name = f"{name} & {_counts(paths)}"
    if contract.result_shape == "many":
        return f"readonly ({name})[]" if "&" in name else f"readonly {name}[]"
    return name


def _counts(paths: Iterable[str]) -> str:
    """Return the type of a row that has the total of each path in the rows of that path."""
    members: list[str] = []
    inner: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        if name:
            inner.setdefault(name, []).append(rest)
        else:
            members.append("readonly _count?: number")
    members += [f"readonly {name}?: readonly {_counts(rest)}[]" for name, rest in inner.items()]
    return f"{{ {'; '.join(members)} }}"


def _remark(function: ClientFunction) -> str:
    contract = function.contract
    deprecation = contract.options.deprecation
    paragraphs = [
        contract.documentation or f"Calls {contract.wire_name}.",
        "For everyone." if is_open(contract) else f"For {who_may_call(contract)}.",
        f"@deprecated {advice(deprecation)}" if deprecation is not None else "",
    ]
    return remark("\n\n".join(filter(None, paragraphs)))
