"""What the README and the quickstart say happens when their lines are typed."""

import re
import shlex
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "docs" / "quickstart"
README = (ROOT / "README.md").read_text()
CONSOLE = re.findall(r"^\$ curl (.+)\n(.+)$", README, re.MULTILINE)
PAGE = re.findall(r"^\$ curl (.+)\n(.+)$", (ROOT / "docs" / "quickstart.md").read_text(), re.MULTILINE)


def test_the_requests_of_the_readme_get_the_answers_of_the_readme(quickstart: str) -> None:
    assert len(CONSOLE) >= 4
    answered(quickstart, CONSOLE)


def test_the_requests_of_the_quickstart_get_the_answers_of_the_quickstart(quickstart: str) -> None:
    assert len(PAGE) >= 4
    answered(quickstart, PAGE)


def answered(quickstart: str, session: list[tuple[str, str]]) -> None:
    for typed, shown in session:
        address, flag, body = shlex.split(typed)
        assert flag == "-d"
        answer = httpx.post(address.replace("http://127.0.0.1:3001", quickstart), content=body)
        assert answer.text == shown


@pytest.mark.parametrize("block", re.findall(r"```python\n# (\S+)\n(.*?)```", README, re.DOTALL), ids=lambda b: b[0])
def test_the_code_of_the_readme_is_that_of_the_quickstart(block: tuple[str, str]) -> None:
    file, code = block
    assert code.strip() in (QUICKSTART / file).read_text()


def test_what_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
