"""Calls functions of the TypeScript client in a process of Node's, and tells what came back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.node_programs import node

_SCRIPT = """
import { createInterface } from "node:readline";
import * as client from "./dist/index.js";

const warnings = [];
console.warn = (text) => warnings.push(text);
client.configure({ baseUrl: process.argv[2], retryDelay: 10 });
for await (const line of createInterface({ input: process.stdin })) {
  const { service, name, argument, options } = JSON.parse(line);
  const { token, ...more } = options;
  const used = { ...more, ...(token ? { token: () => token } : {}) };
  const parameters = argument === undefined ? [used] : [argument, used];
  const [value, error] = await client[service][name](...parameters);
  console.log(JSON.stringify({ value: value ?? null, error, warnings: warnings.splice(0) }));
}
"""


class TypeScriptClient:
    """The compiled client of a directory, ready to call a served project."""

    def __init__(self, directory: Path, address: str) -> None:
        script = directory / "bridge.mjs"
        script.write_text(_SCRIPT)
        self._process = subprocess.Popen(
            [str(node()), str(script), address],
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, function: str, argument: Any = None, **options: Any) -> tuple[Any, dict[str, Any] | None]:
        """Return value and error of a call."""
        service, _, name = function.partition(".")
        call = {"service": service, "name": name, "options": options}
        if argument is not None:
            call["argument"] = argument
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.warnings = answer["warnings"]
        return answer["value"], answer["error"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=20)
