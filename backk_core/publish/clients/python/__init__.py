"""The Python client: a typed package over httpx and msgspec, for calls one by one and for many at a time."""

from __future__ import annotations

import re
from importlib.resources import files as resources_of

from drf_spectacular.settings import spectacular_settings

from backk_core.declare.conf import conf
from backk_core.declare.naming import to_python
from backk_core.publish.audiences import Audience
from backk_core.publish.clients.python.services import class_name, service_module
from backk_core.publish.clients.python.text import LINE, docstring, import_line, indented, quoted
from backk_core.publish.clients.python.types import types_module
from backk_core.publish.clients.surface import Surface
from backk_core.publish.failures import Failure

#: What the client's own module takes from the runtime.
_RUNTIME = (
    *("AsyncBase", "AsyncCaller", "AsyncToken", "CallFailed", "Caller", "Settings", "SyncBase", "Token"),
    *("Unreachable", "Violation"),
)
_RUNTIME_ERRORS = ("ERRORS", "CallFailed", "Unreachable", "Unreadable", "Violation")


def files(surface: Surface, audience: Audience) -> dict[str, bytes]:
    """Return the files of the client, by their paths in its directory."""
    package = package_name(audience)
    runtime = resources_of(__package__) / "runtime.py"
    modules = {
        "_backk.py": runtime.read_text(encoding="utf-8"),
        "types.py": types_module(surface),
        "errors.py": _errors(surface),
        "__init__.py": _client(surface),
        "py.typed": "",
    } | {f"{to_python(service.name)}.py": service_module(service) for service in surface.services}
    written = {f"{package}/{name}": text for name, text in modules.items()}
    written["pyproject.toml"] = _project(audience)
    written["README.md"] = _readme(surface, audience)
    return {path: text.encode() for path, text in written.items()}


def package_name(audience: Audience) -> str:
    """Return what the client's package is called where it is imported."""
    name = re.sub(r"\W+", "_", conf().microservice_name).strip("_").lower() or "service"
    return f"{name}_client" if audience == "public" else f"{name}_internal_client"


def error_names(surface: Surface) -> dict[str, str]:
    """Return what the class of each error is called, by the error's code."""
    names: dict[str, str] = {}
    for service in surface.services:
        for failure in (failure for function in service.functions for failure in function.failures):
            if failure.code not in names:
                taken = failure.name in names.values()
                names[failure.code] = class_name(service) + failure.name if taken else failure.name
    return names


def _errors(surface: Surface) -> str:
    known = {e.code: e for s in surface.services for f in s.functions for e in f.failures}
    classes = "".join(
        f"\n\nclass {name}(CallFailed):\n"
        + indented(docstring(_told(known[code]), f"{name}.") + f"\ncode = {quoted(code)}\n")
        for code, name in error_names(surface).items()
    )
    by_code = "".join(f"    {quoted(code)}: {name},\n" for code, name in error_names(surface).items())
    return (
        '"""Errors that functions answer, each a class of its own."""\n\n'
        "from __future__ import annotations\n\n"
        "from collections.abc import Mapping\n\n"
        "from ._backk import CallFailed, Unreachable, Unreadable, Violation\n"
        f"{classes}\n\n#: The class of each error, by its code.\n"
        f"ERRORS: Mapping[str, type[CallFailed]] = {{\n{by_code}}}\n\n"
        f"__all__ = [\n{_listed([*_RUNTIME_ERRORS, *error_names(surface).values()])}]\n"
    )


def _told(failure: Failure) -> str:
    # what varies from call to call describes no class
    return failure.message if failure.is_constant or not failure.code.startswith("error.") else ""


def _listed(names: list[str]) -> str:
    return "".join(f"    {quoted(name)},\n" for name in sorted(names))


def _client(surface: Surface) -> str:
    imports = "".join(
        import_line(f".{to_python(s.name)}", [f"Async{class_name(s)}", class_name(s)])
        for s in sorted(surface.services, key=lambda service: service.name)
    )
    exported = _listed(["AsyncClient", "CallFailed", "Client", "Unreachable", "Violation", "errors", "types"])
    return (
        f'"""The client of {conf().microservice_name}: functions by service, types, errors."""\n\n'
        "from __future__ import annotations\n\n"
        "from collections.abc import Mapping\n\n"
        "import httpx\n\n"
        "from . import errors, types\n"
        f"{import_line('._backk', _RUNTIME)}"
        f"{imports}"
        f"{_client_class(surface, '', 'SyncBase', 'Caller', 'Token', 'httpx.Client')}"
        f"{_client_class(surface, 'Async', 'AsyncBase', 'AsyncCaller', 'AsyncToken', 'httpx.AsyncClient')}"
        f"\n\n__all__ = [\n{exported}]\n"
    )


def _client_class(surface: Surface, prefix: str, base: str, caller: str, token: str, http: str) -> str:
    services = "".join(
        f"        self.{to_python(service.name)} = {prefix}{class_name(service)}(self._caller)\n"
        for service in surface.services
    )
    how = "many calls at a time" if prefix else "one call after another"
    return (
        f"\n\nclass {prefix}Client({base}):\n"
        f'    """Calls {conf().microservice_name}, {how}.\n\n'
        "    ``http`` is what sends, with TLS options of its own; it stays open when the client is closed.\n"
        '    """\n\n'
        "    def __init__(\n"
        "        self,\n"
        "        base_url: str,\n"
        "        *,\n"
        f"        token: {token} = None,\n"
        "        timeout: float = 30.0,\n"
        "        retries: int = 2,\n"
        "        headers: Mapping[str, str] | None = None,\n"
        f"        http: {http} | None = None,\n"
        "    ) -> None:\n"
        "        settings = Settings(base_url, errors.ERRORS, timeout, retries, headers=headers or {})\n"
        f"        self._caller = {caller}(settings, token, http)\n"
        f"{services}"
        "\n    def __repr__(self) -> str:\n"
        f"        return {quoted(prefix + 'Client()')}\n"
    )


def _project(audience: Audience) -> str:
    version = str(spectacular_settings.VERSION or "")
    version = version if version.count(".") == 2 and version != "0.0.0" else "0.1.0"
    name = package_name(audience)
    return f"""[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "{name.replace("_", "-")}"
version = "{version}"
description = "Client of {conf().microservice_name}"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["httpx>=0.28", "msgspec>=0.20"]

[tool.hatch.build.targets.wheel]
packages = ["{name}"]

[tool.ruff]
line-length = {LINE}
"""


def _readme(surface: Surface, audience: Audience) -> str:
    package = package_name(audience)
    services = "".join(f"- `client.{to_python(s.name)}`: {s.documentation or 'functions'}\n" for s in surface.services)
    first = surface.services[0]
    shown = f"{to_python(first.name)}.{to_python(first.functions[0].contract.function_name)}"
    return f"""# {package.replace("_", "-")}

The client of {conf().microservice_name}, written out of its contracts: typed, for calls one by one (`Client`) and for
many at a time (`AsyncClient`, the same with `await`).

```python
from {package} import Client, errors, types

with Client("https://api.example.com", token=lambda: session.token) as client:
    try:
        value = client.{shown}()
    except errors.InvalidArgument as error:
        print(error.message, error.violations)
```

Bounds are judged before anything is sent. What is left out of an argument stays `msgspec.UNSET`, which differs
from None.

## Services

{services}"""
