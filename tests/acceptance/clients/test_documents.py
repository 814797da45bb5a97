"""What the guide to clients shows is TypeScript that compiles against the generated client."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.node_programs import program, run_node

pytestmark = pytest.mark.acceptance

PAGE = Path(__file__).parents[3] / "docs" / "clients.md"
BLOCKS = re.findall(r"^```typescript\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
#: What a front end has besides.
_AROUND = """
declare const form: import("backk-example-microservice-client").OwnSalesItemCreate;
declare const priceHint: HTMLElement;
declare function show(id: string): void;
declare const session: { token: string };
declare const controller: AbortController;
declare const formId: string;
"""


def test_the_blocks_of_the_guide_compile(typescript: Path) -> None:
    assert len(BLOCKS) == 2
    whole = "\n".join(BLOCKS).replace(
        "import { messageAt, salesItemService }", "import { configure, messageAt, salesItemService, tagService }"
    )
    directory = typescript / "guide"
    directory.mkdir()
    (directory / "guide.ts").write_text(whole + _AROUND)
    options = {"rootDir": "..", "noEmit": True, "paths": {"backk-example-microservice-client": ["../src/index.ts"]}}
    settings = {"extends": "../tsconfig.json", "compilerOptions": options, "include": ["guide.ts"]}
    (directory / "tsconfig.json").write_text(json.dumps(settings))
    done = run_node(program("tsc"), "--project", ".", cwd=directory)
    assert done.returncode == 0, done.stdout


def test_creating_and_showing_a_mistake_takes_five_lines_at_most() -> None:
    assert len([line for line in BLOCKS[0].splitlines() if line.strip()]) <= 5
