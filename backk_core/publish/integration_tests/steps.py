"""Steps that a team writes by hand: YAML files that say who calls what with which argument, and what must come back."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from backk_core.describe.registry import Registry
from backk_core.publish.integration_tests.generated import Guidance
from backk_core.publish.integration_tests.requests import Request, templates_in

#: Names of the files' keys, and of those of a step.
_FILE_KEYS = ("service", "caller", "values", "before", "after")
_STEP_KEYS = ("name", "call", "as", "argument", "headers", "status", "error", "says", "result", "absent", "save")
#: Who calls: a name, the subject and the roles of the token.
CALLERS_FILE = "callers.yaml"
#: What every collection has, besides what is saved.
_ALWAYS_THERE = frozenset({"baseUrl"})


class BadSteps(Exception):
    """A file of steps says what nobody could do; the message names file, line and what to write."""


@dataclass(frozen=True)
class Caller:
    """Somebody with a token."""

    name: str
    subject: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServiceSteps:
    """What one file says about one service."""

    service: str
    guidance: Guidance = field(default_factory=Guidance)
    before: tuple[Request, ...] = ()
    after: tuple[Request, ...] = ()


class _Lines(yaml.SafeLoader):
    """Reads YAML, and remembers where each mapping begins."""


class _Mapping(dict[str, Any]):
    line = 0


def _mapping(loader: _Lines, node: yaml.MappingNode) -> _Mapping:
    loader.flatten_mapping(node)
    found = _Mapping(loader.construct_pairs(node, deep=True))
    found.line = node.start_mark.line + 1
    return found


_Lines.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def callers_in(directory: Path | None) -> list[Caller]:
    """Return who calls, as ``callers.yaml`` says. BadSteps where it is not understood."""
    if directory is None or not (directory / CALLERS_FILE).exists():
        return []
    file = directory / CALLERS_FILE
    callers = []
    for name, facts in _read(file).items():
        if not isinstance(facts, Mapping) or not isinstance(facts.get("subject"), str):
            raise BadSteps(f"{file}: {name} needs a subject: {name}: {{subject: {name}-1, roles: []}}")
        _refuse_unknown(file, getattr(facts, "line", 0), facts, ("subject", "roles"))
        callers.append(Caller(str(name), facts["subject"], tuple(map(str, facts.get("roles") or ()))))
    return callers


def steps_in(directory: Path | None, known: Registry, callers: Iterable[str]) -> list[ServiceSteps]:
    """Return what the files of a directory say, in the order of their names. BadSteps where one is not understood."""
    if directory is None:
        return []
    names = set(callers)
    files = sorted(file for file in directory.glob("*.yaml") if file.name != CALLERS_FILE)
    return [_Reader(file, known, names).steps() for file in files]


def refuse_unknown_templates(sequence: Iterable[Request]) -> None:
    """Raise BadSteps where a template needs what no earlier request saves."""
    saved = set(_ALWAYS_THERE)
    for request in sequence:
        for name in templates_in([request.argument, request.result, dict(request.headers)]):
            if name not in saved:
                there = ", ".join(sorted(saved - _ALWAYS_THERE)) or "none"
                raise BadSteps(
                    f"{request.name}: {{{{{name}…}}}} is saved by no earlier step; there are {there}: "
                    f"write save: {name} in the step that makes it"
                )
        if request.saved_as is not None:
            saved.add(request.saved_as.partition(".")[0])


class _Reader:
    def __init__(self, file: Path, known: Registry, callers: set[str]) -> None:
        self._file, self._known, self._callers = file, known, callers

    def steps(self) -> ServiceSteps:
        content = _read(self._file)
        _refuse_unknown(self._file, 1, content, _FILE_KEYS)
        service = content.get("service")
        if service not in self._known.services:
            raise BadSteps(f"{self._file}: service {service!r} is none{_nearest(str(service), self._known.services)}")
        caller = content.get("caller") or ""
        self._check_caller(caller, 1)
        return ServiceSteps(
            str(service),
            Guidance(caller=caller, values=dict(content.get("values") or {})),
            tuple(self._requests(content.get("before"))),
            tuple(self._requests(content.get("after"))),
        )

    def _requests(self, steps: Any) -> Iterator[Request]:
        for step in steps or ():
            if not isinstance(step, _Mapping):
                raise BadSteps(f"{self._file}: {step!r} is no step: - call: tagService.createTag")
            yield self._request(step)

    def _request(self, step: _Mapping) -> Request:
        _refuse_unknown(self._file, step.line, step, _STEP_KEYS)
        function = self._known.functions.get(str(step.get("call")))
        if function is None:
            near = _nearest(str(step.get("call")), self._known.functions)
            raise BadSteps(f"{self._file}:{step.line}: call {step.get('call')!r} is no function{near}")
        argument = step.get("argument")
        allowed = function.argument.entering_by_wire_name(function.argument_mode) if function.argument else {}
        must_fail = step.get("error") is not None
        unknown = (
            [n for n in argument or () if n not in allowed] if not must_fail and isinstance(argument, Mapping) else []
        )
        if unknown and (function.argument is None or function.argument.entries is None):
            near = _nearest(unknown[0], allowed)
            raise BadSteps(f"{self._file}:{step.line}: {function.wire_name} takes no {unknown[0]}{near}")
        self._check_caller(step.get("as") or "", step.line)
        status = step.get("status")
        if must_fail and status is None:
            raise BadSteps(f"{self._file}:{step.line}: an error has a status, too: status: 400")
        return Request(
            name=str(step.get("name") or f"{function.function_name} as {step.get('as') or 'nobody'}"),
            function=function.wire_name,
            argument=argument,
            caller=step.get("as"),
            headers={str(name): str(value) for name, value in (step.get("headers") or {}).items()},
            status=int(status or function.options.status),
            error=step.get("error"),
            says=tuple(map(str, _listed(step.get("says")))),
            result=step.get("result"),
            absent=tuple(map(str, _listed(step.get("absent")))),
            saved_as=step.get("save"),
        )

    def _check_caller(self, caller: str, line: int) -> None:
        if caller and caller not in self._callers:
            known = ", ".join(sorted(self._callers)) or "nobody"
            raise BadSteps(f"{self._file}:{line}: {caller} is nobody; {CALLERS_FILE} names {known}")


def _read(file: Path) -> dict[str, Any]:
    try:
        # a SafeLoader of ours, which makes nothing but mappings, lists and plain values
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_Lines)  # noqa: S506
    except yaml.YAMLError as error:
        raise BadSteps(f"{file}: {error}") from error
    except OSError as error:
        raise BadSteps(f"{file}: {error.strerror}") from error
    if not isinstance(content, dict):
        raise BadSteps(f"{file}: it holds no keys: service: tagService")
    return content


def _refuse_unknown(file: Path, line: int, found: Mapping[str, Any], known: Iterable[str]) -> None:
    for key in found:
        if key not in known:
            raise BadSteps(f"{file}:{line}: {key} means nothing here{_nearest(str(key), known)}")


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, 1)
    return f": {near[0]}?" if near else f"; there are {', '.join(sorted(names))}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
