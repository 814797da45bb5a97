"""A service's module in Python: each endpoint a method, once for calls one by one and once for many at a time."""

from __future__ import annotations

from backk_core.declare.naming import to_python
from backk_core.execute.deprecation import advice
from backk_core.execute.repetition import once_of
from backk_core.publish.authorization_matrix import who_may_call
from backk_core.publish.clients.python.text import docstring, import_line, indented, quoted
from backk_core.publish.clients.surface import ClientFunction, ClientService
from backk_core.publish.failures import is_open


def service_module(service: ClientService) -> str:
    """Return the module of a service."""
    functions = service.functions
    named = sorted({known.name for f in functions for known in (f.argument, f.result) if known is not None})
    counted = any(function.contract.options.counts and "" in function.contract.options.counts for function in functions)
    runtime = {"AsyncCaller", "CallOptions", "Caller", "Operation"}
    runtime |= {{"one": "One", "many": "Many"}.get(function.contract.result_shape, "whole") for function in functions}
    runtime |= {"data_of"} & {_value(function) for function in functions}
    uses_any = any(_result(function) == "Any" for function in functions)
    imports = [
        f"from typing import {'Any, ' if uses_any else ''}Unpack\n\n",
        f"{'import msgspec' + chr(10) if counted else ''}",
        f"{'from msgspec import UNSET, UnsetType' + chr(10) * 2 if counted else ''}",
        import_line("._backk", sorted(runtime)),
        import_line(".types", named),
    ]
    documentation = docstring(service.documentation, f"The functions of {service.name}.")
    parts = [documentation, "\nfrom __future__ import annotations\n\n", *imports]
    parts += [_counted(function) for function in functions if _is_counted(function)]
    parts += ["\n\n"] if any(map(_is_counted, functions)) else ["\n"]
    parts += [_operation(function) for function in functions]
    parts += [_class(service, functions, "", "Caller"), _class(service, functions, "Async", "AsyncCaller")]
    return "".join(parts)


def class_name(service: ClientService) -> str:
    """Return what the class of a service is called."""
    return service.name[:1].upper() + service.name[1:]


def _class(service: ClientService, functions: tuple[ClientFunction, ...], prefix: str, caller: str) -> str:
    word = "async def" if prefix else "def"
    wait = "await " if prefix else ""
    methods = "".join(f"\n{_method(function, word, wait)}" for function in functions)
    head = f"\n\nclass {prefix}{class_name(service)}:\n"
    init = f"\ndef __init__(self, caller: {caller}) -> None:\n    self._caller = caller\n"
    return head + indented(docstring(service.documentation, f"The functions of {service.name}.") + init + methods)


def _method(function: ClientFunction, word: str, wait: str) -> str:
    argument = function.argument
    optional = argument is not None and not any(argument.requires(field) for field in argument.fields)
    takes = ""
    if argument is not None:
        takes = f", argument: {argument.name}{' | None = None' if optional else ''}"
    name = to_python(function.contract.function_name)
    result = _result(function)
    body = f"{wait}self._caller.call({_constant(function)}, {'argument' if argument else 'None'}, options)"
    line = f"{word} {name}(self{takes}, **options: Unpack[CallOptions]) -> {result}:\n"
    if len(line) > 117:
        line = f"{word} {name}(\n    self{takes}, **options: Unpack[CallOptions]\n) -> {result}:\n"
    does = f"{'' if result == 'None' else 'return '}{body}\n"
    return line + indented(docstring(_documentation(function), f"Call {function.contract.wire_name}.") + does)


def _documentation(function: ClientFunction) -> str:
    contract = function.contract
    deprecation = contract.options.deprecation
    own = [failure for failure in function.failures if not failure.code.startswith("error.")]
    paragraphs = [
        contract.documentation or f"Call {contract.wire_name}.",
        "For everyone." if is_open(contract) else f"For {who_may_call(contract)}.",
        f"Raises {', '.join(failure.name for failure in own)}." if own else "",
        advice(deprecation) if deprecation is not None else "",
    ]
    return "\n\n".join(filter(None, paragraphs))


def _operation(function: ClientFunction) -> str:
    contract = function.contract
    facts = [quoted(contract.wire_name), _answer(function), _value(function)]
    if contract.kind == "get":
        facts.append('repeats="reads"')
    elif once_of(contract) is not None:
        facts.append('repeats="once"')
    if contract.result_shape == "plain":
        facts.append("any_status=True")
    if contract.options.redirect is not None:
        facts.append("redirects=True")
    if contract.options.deprecation is not None:
        facts.append(f"deprecated={quoted(advice(contract.options.deprecation))}")
    lines = "".join(f"    {fact},\n" for fact in facts)
    return f"{_constant(function)}: Operation[{_result(function)}] = Operation(\n{lines})\n"


def _constant(function: ClientFunction) -> str:
    return f"_{to_python(function.contract.function_name).upper()}"


def _answer(function: ClientFunction) -> str:
    shape = function.contract.result_shape
    if shape == "none":
        return "None"
    if shape in ("one", "many"):
        return f"{'One' if shape == 'one' else 'Many'}[{_row(function)}]"
    return _result(function)


def _value(function: ClientFunction) -> str:
    return "data_of" if function.contract.result_shape in ("one", "many") else "whole"


def _result(function: ClientFunction) -> str:
    shape = function.contract.result_shape
    if shape == "none":
        return "None"
    if function.result is None:
        return "Any"
    return f"list[{_row(function)}]" if shape == "many" else _row(function)


def _row(function: ClientFunction) -> str:
    assert function.result is not None
    return f"{_counted_name(function)}" if _is_counted(function) else function.result.name


def _is_counted(function: ClientFunction) -> bool:
    return function.result is not None and "" in function.contract.options.counts


def _counted_name(function: ClientFunction) -> str:
    assert function.result is not None
    name = function.contract.function_name
    return f"{name[:1].upper()}{name[1:]}Row"


def _counted(function: ClientFunction) -> str:
    assert function.result is not None
    return (
        f"\n\nclass {_counted_name(function)}({function.result.name}, kw_only=True):\n"
        '    """A row, with how many there are on all pages."""\n\n'
        '    count: int | UnsetType = msgspec.field(default=UNSET, name="_count")\n'
    )
