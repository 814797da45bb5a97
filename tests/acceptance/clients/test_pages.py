"""Pages that people look at, in a real browser: the documentation site, the API page, a form upon the client."""

from __future__ import annotations

import functools
import html.parser
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.clients.test_typescript_client import token_of
from tests.acceptance.marketplace.running import ROOT, Marketplace, environment
from tests.doors.running import Database
from tests.node_programs import PACKAGES, link_packages, program, run_node
from tests.servers import skip_or_fail

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def site(stored: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "django", "generate_docs", "--output", str(output)]
    subprocess.run(command, cwd=ROOT, env=environment(stored), check=True, stdout=subprocess.DEVNULL)
    return output


@pytest.fixture(scope="module")
def form_page(typescript: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the form page, built with Vite upon the generated client."""
    source = tmp_path_factory.mktemp("page") / "form_page"
    shutil.copytree(ROOT / "example_project" / "form_page", source, ignore=shutil.ignore_patterns("node_modules"))
    link_packages(source)
    settings = json.loads((source / "tsconfig.json").read_text())
    settings["compilerOptions"]["paths"] = {"backk-example-microservice-client": [f"{typescript}/src/index.ts"]}
    (source / "tsconfig.json").write_text(json.dumps(settings))
    checked = run_node(program("tsc"), "--project", ".", cwd=source)
    assert checked.returncode == 0, checked.stdout
    built = run_node(PACKAGES / "vite" / "bin" / "vite.js", "build", cwd=source, CLIENT=str(typescript))
    assert built.returncode == 0, built.stderr
    handler = functools.partial(Quiet, directory=str(source / "dist"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def seen(site: Path, form_page: str, market: Marketplace, pytestconfig: pytest.Config) -> dict[str, Any]:
    """What a person saw."""
    browser = shutil.which("chromium")
    if browser is None:
        skip_or_fail("needs chromium: run `make browser`")
    person = market.sign_up()
    address = str(market.client.base_url).rstrip("/")
    asked = {
        "site": str(site),
        "docs": f"{address}/docs",
        "form": form_page,
        "api": address,
        "token": token_of(market, person.subject, ()),
        "screenshots": str(ROOT / "docs" / "images") if pytestconfig.getoption("--update-snapshots") else "",
    }
    # Node looks for packages above the script
    script = site.parent / "browser.mjs"
    script.write_text((Path(__file__).parent / "browser.mjs").read_text())
    if not (site.parent / "node_modules").exists():
        link_packages(site.parent)
    done = run_node(script, json.dumps(asked), cwd=site.parent, CHROMIUM=browser, HOME=os.environ.get("HOME", "/tmp"))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_no_page_has_anything_to_complain_of(seen: dict[str, Any]) -> None:
    assert seen["complaints"] == []


def test_the_site_finds_what_is_looked_for_and_goes_there(seen: dict[str, Any]) -> None:
    assert seen["found"][0] == "salesItemService.createSalesItem"
    assert seen["shown"] == "createSalesItem"
    assert seen["isInView"]
    assert seen["nothing"] == "Nothing found"


def test_no_page_of_the_site_is_wider_than_a_phone(seen: dict[str, Any]) -> None:
    assert len(seen["widths"]) > 10
    assert set(seen["widths"].values()) == {360}


def test_the_api_page_shows_every_operation(seen: dict[str, Any]) -> None:
    assert seen["operations"] >= 50


def test_the_form_says_beside_each_field_what_is_wrong_before_it_is_sent(seen: dict[str, Any]) -> None:
    assert seen["refused"] == {
        "title": "must be shorter than or equal to 64 characters",
        "price": "must not be less than 0",
        "shippingCost": "",
        "primaryImageDataUri": "should not be null or undefined",
    }
    assert seen["sentThough"] == []
    assert seen["focused"] == "field-title"


def test_the_form_creates_and_changes_a_thing(seen: dict[str, Any], market: Marketplace) -> None:
    assert seen["listed"] == ["Bicycle of Ann, 99 €"]
    item = {"textFilter": "Bicycle of Ann", "includeResponseFields": ["price", "previousPrice"]}
    assert market.nobody("salesItemService.getSalesItems", item).data == [
        {"price": 99, "previousPrice": 120.5, "_count": 1}
    ]


class Links(html.parser.HTMLParser):
    def __init__(self, page: Path) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.targets += [str(found[name]) for name in ("href", "src") if name in found]
        if "id" in found:
            assert found["id"] not in self.ids, f"{found['id']} is there twice"
            self.ids.add(str(found["id"]))


def test_every_link_of_the_site_leads_somewhere_and_nowhere_else(site: Path) -> None:
    pages = {page.name: Links(page) for page in site.glob("*.html")}
    for name, page in pages.items():
        for target in page.targets:
            file, _, anchor = target.partition("#")
            assert (site / (file or name)).is_file(), f"{name}: {target}"
            if anchor:
                assert anchor in pages[file or name].ids, f"{name}: {target}"


def test_the_site_is_the_same_bytes_each_time(site: Path, stored: Database, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "django", "generate_docs", "--output", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=environment(stored), check=True, stdout=subprocess.DEVNULL)
    first, second = ({p.name: p.read_bytes() for p in where.iterdir()} for where in (site, tmp_path))
    assert first == second
