"""G19: clients that others' generators make of the marketplace's document compile under the strictest settings.

Three of them: openapi-typescript, openapi-generator's typescript-fetch, openapi-python-client. No property of what they
make is ``any`` or ``never`` (``Any`` in Python) but those that may hold any value in the contract itself.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.node_programs import link_packages, program, run_node

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "generated" / "openapi" / "public.yaml"
GENERATORS = ROOT / ".venv-generators" / "bin"
#: What the contract itself leaves open: values of filters, arguments and answers of the calls in a batch.
OPEN = frozenset({"value", "serviceFunctionArgument", "service_function_argument", "response"})
_STRICT = {
    "target": "ES2022",
    "module": "ESNext",
    "moduleResolution": "bundler",
    "lib": ["ES2022", "DOM", "DOM.Iterable"],
    "strict": True,
    "noEmit": True,
    "skipLibCheck": True,
    "types": [],
}


def with_openapi_typescript(directory: Path) -> Iterator[str]:
    """Yield what is wrong with the types that openapi-typescript makes."""
    link_packages(directory)
    made = run_node(program("openapi-typescript"), DOCUMENT, "--output", "schema.ts", cwd=directory)
    if made.returncode:
        yield made.stderr
        return
    (directory / "use.ts").write_text(
        'import type { components, paths } from "./schema.js";\n'
        'type Create = paths["/salesItemService.createSalesItem"]["post"];\n'
        'type Sent = Create["requestBody"]["content"]["application/json"];\n'
        "export const price = (item: Sent): number => item.price;\n"
        'export const state = (item: components["schemas"]["SalesItem"]): "forSale" | "reserved" | "sold" => item.state;\n'
        "// @ts-expect-error the server alone says what state a thing has\n"
        "export const wrong = (item: Sent): string => item.state;\n"
    )
    yield from compiled(directory)
    schemas = (directory / "schema.ts").read_text().partition("    schemas: {")[2].partition("\n    };")[0]
    for name, kind in re.findall(r"^\s+(\w+)\??: (.*);$", schemas, re.MULTILINE):
        if re.search(r"\b(any|never|unknown)\b", kind) and name not in OPEN:
            yield f"{name} is {kind}"


def with_openapi_generator(directory: Path) -> Iterator[str]:
    """Yield what is wrong with the client that openapi-generator makes with typescript-fetch."""
    command = [
        GENERATORS / "openapi-generator-cli",
        "generate",
        "-g",
        "typescript-fetch",
        "-i",
        DOCUMENT,
        "-o",
        directory,
    ]
    made = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if made.returncode:
        yield made.stdout[-2000:]
        return
    yield from compiled(directory)
    for model in sorted((directory / "models").glob("*.ts")):
        interface = model.read_text().partition("export interface ")[2].partition("\n}\n")[0]
        for name, kind in re.findall(r"^    (\w+)\??: (.*);$", interface, re.MULTILINE):
            if re.search(r"\b(any|never)\b", kind) and name not in OPEN:
                yield f"{model.stem}.{name} is {kind}"


def compiled(directory: Path) -> Iterator[str]:
    if not (directory / "node_modules").exists():
        link_packages(directory)
    settings = {"compilerOptions": _STRICT, "include": ["**/*.ts"], "exclude": ["node_modules"]}
    (directory / "tsconfig.json").write_text(json.dumps(settings))
    done = run_node(program("tsc"), "--project", ".", cwd=directory)
    if done.returncode:
        yield done.stdout[-2000:]


def with_openapi_python_client(directory: Path) -> Iterator[str]:
    """Yield what is wrong with the client that openapi-python-client makes."""
    package = directory / "client"
    command = [GENERATORS / "openapi-python-client", "generate", "--meta", "none", "--fail-on-warning"]
    command += ["--path", DOCUMENT, "--output-path", package]
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    made = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, env={"PATH": path})
    if made.returncode:
        yield (made.stdout + made.stderr)[-2000:]
        return
    checked = subprocess.run(
        # types of arguments and answers; how the client's own transport is typed is not the document's matter
        [str(GENERATORS / "mypy"), "--strict", "--config-file=", "--follow-imports=silent", "client/models", "client/api"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    if checked.returncode:
        yield checked.stdout[-2000:]
    for model in sorted((package / "models").glob("*.py")):
        attributes = model.read_text().partition("@_attrs_define")[2].partition("    def ")[0]
        for name, kind in re.findall(r"^    (\w+): (.*?)(?: = .*)?$", attributes, re.MULTILINE):
            if re.search(r"\bAny\b", kind) and name not in OPEN | {"additional_properties"}:
                yield f"{model.stem}.{name} is {kind}"


def main() -> int:
    if not GENERATORS.exists():
        print("G19 needs the generators: make .venv-generators")
        return 1
    failed = 0
    for try_out in (with_openapi_typescript, with_openapi_generator, with_openapi_python_client):
        name = try_out.__name__.removeprefix("with_").replace("_", "-")
        with tempfile.TemporaryDirectory() as directory:
            found = list(try_out(Path(directory).resolve()))
        print(f"{name:24} {'compiles, and nothing is any or never' if not found else 'FAILED'}")
        for problem in found:
            print(f"    {problem}")
        failed += bool(found)
    print(f"G19: {3 - failed} of 3 generators")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
