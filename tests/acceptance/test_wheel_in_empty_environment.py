import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.distribution import build_wheel, copy_sources, environment, make_environment, run

pytestmark = pytest.mark.acceptance

# What a user adds to `startproject` and `startapp`: three settings, one line of URLs, one function.
SETTINGS = """
INSTALLED_APPS = ["daphne", *INSTALLED_APPS, "backk_core", "greetings"]
ASGI_APPLICATION = "shop.asgi.application"
"""
URLS = """
from django.urls import include, path

urlpatterns = [path("", include("backk_core.urls"))]
"""
SERVICES = '''
"""Greetings for those who ask."""

from typing import Annotated

from backk_core import Argument, One, Result, ServiceFunction, allow_for_every_user
from backk_core import is_any_string, max_length, min_length


class Name(Argument):
    name: Annotated[str, min_length(1), max_length(64), is_any_string]


class Greeting(Result):
    text: str


class Greet(ServiceFunction):
    """Greets somebody by name."""

    service = "greetingService"
    authorization = allow_for_every_user

    def execute(self, argument: Name) -> One[Greeting]:
        return One(Greeting(text=f"Hello, {argument.name}!"))
'''


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("empty")
    wheel = build_wheel(copy_sources(directory / "source"), directory / "dist")
    return make_environment(directory / "environment", wheel)


@pytest.fixture(scope="module")
def project(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project as Django makes it, with one service function."""
    project = tmp_path_factory.mktemp("project")
    run([f"{programs}/django-admin", "startproject", "shop", "."], project)
    run([f"{programs}/python", "manage.py", "startapp", "greetings"], project)
    with (project / "shop" / "settings.py").open("a") as settings:
        settings.write(SETTINGS)
    (project / "shop" / "urls.py").write_text(URLS)
    (project / "greetings" / "services.py").write_text(SERVICES)
    run([f"{programs}/python", "manage.py", "migrate"], project)
    return project


@pytest.fixture(scope="module")
def server(programs: Path, project: Path) -> Iterator[httpx.Client]:
    """A client of the project's development server, which Daphne provides."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    log = project / "server.log"
    command = [f"{programs}/python", "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=project, env=environment(), stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_it_listens(process, port, log)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
            yield client
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up_at = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the development server did not start:\n{log.read_text()}")


def test_a_function_of_a_new_project_is_a_post_endpoint(server: httpx.Client) -> None:
    answer = server.post("/greetingService.greet", json={"name": "Ada"})
    assert (answer.status_code, answer.json()) == (200, {"metadata": {}, "data": {"text": "Hello, Ada!"}})
    assert answer.headers["server"] == "daphne"


def test_its_argument_is_validated(server: httpx.Client) -> None:
    answer = server.post("/greetingService.greet", json={"name": "", "title": "Countess"})
    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "error.5"
    assert "name must be longer than or equal to 1 characters" in answer.json()["message"]
    assert "property title should not exist" in answer.json()["message"]


def test_an_unknown_function_is_named_in_the_error(server: httpx.Client) -> None:
    answer = server.post("/greetingService.shout", json={})
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "error.9")
    assert answer.json()["message"] == "Unknown function: greetingService.shout"


def test_the_project_passes_djangos_checks_and_has_no_migrations_to_make(programs: Path, project: Path) -> None:
    run([f"{programs}/python", "manage.py", "check", "--fail-level", "WARNING"], project)
    run([f"{programs}/python", "manage.py", "makemigrations", "--check", "--dry-run"], project)
