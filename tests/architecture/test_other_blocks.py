"""What documents show that is no Python: commands exist, JSON and YAML can be read, links lead somewhere.

Sessions of the README, the quickstart and the tour are typed by tests of their own, TypeScript is compiled by another.
"""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
#: Sessions that other tests type, line by line.
TYPED = {"README.md", "marketplace-tour.md", "quickstart.md"}
#: Programs of others in examples, which a bare machine has or a page says how to get.
OTHERS = {
    "curl",
    "npx",
    "pip",
    "export",
    "URL",
    "granian",
    "uvicorn",
    "openssl",
    "docker",
    "cd",
    "python",
    "psql",
    "kill",
}


def blocks(language: str) -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in re.finditer(rf"^```(?:{language})\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL):
            yield page.name, block.group(1)


@pytest.mark.parametrize(("page", "block"), list(blocks("json")))
def test_json_can_be_read(page: str, block: str) -> None:
    read, rest = json.JSONDecoder().raw_decode, block.strip()
    while rest:
        # several stand one below the other
        _, end = read(rest)
        rest = rest[end:].strip()


@pytest.mark.parametrize(("page", "block"), list(blocks("yaml")))
def test_yaml_can_be_read(page: str, block: str) -> None:
    assert yaml.safe_load(block)


def commands() -> Iterator[tuple[str, list[str]]]:
    for page, block in blocks("console|sh|bash|shell"):
        if page not in TYPED:
            for line in re.sub(r"\\\n\s*", " ", block).splitlines():
                typed = line.removeprefix("$ ") if line.startswith("$ ") else ""
                if typed:
                    yield page, shlex.split(typed, comments=True)


COMMANDS = list(commands())


@pytest.mark.parametrize(
    ("page", "words"), COMMANDS, ids=[f"{page}-{' '.join(words)[:40]}" for page, words in COMMANDS]
)
def test_what_is_typed_exists(page: str, words: list[str]) -> None:
    words = [word for word in words if not re.fullmatch(r"[A-Z_]+=.*", word)]
    if not words:
        return
    program, *arguments = words
    if program == "make":
        assert {word for word in arguments if "=" not in word} <= TARGETS
    elif "manage.py" in words:
        command = words[words.index("manage.py") + 1]
        app = get_commands()[command]
        parser = (load_command_class(app, command) if isinstance(app, str) else app).create_parser("manage.py", command)
        known = {option for action in parser._actions for option in action.option_strings}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known
    else:
        assert program.rpartition("/")[2] in OTHERS, f"{page}: what is {program}?"


def test_commands_are_found() -> None:
    assert len(COMMANDS) > 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
