import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.test.utils import isolate_apps
from pytest_django import Settings

from backk_core import between, read_write
from backk_core.declare.entities import Entity
from backk_core.describe.registry import build
from backk_core.publish.checks import problems_of, refuse_errors
from backk_core.publish.checks.middleware import skipped_middleware

ROOT = Path(__file__).resolve().parents[3]
_ID = re.compile(r'"(?:backk\.)?([EW]\d{3})"')


def ids_in(*paths: Path) -> set[str]:
    return {id for path in paths for id in _ID.findall(path.read_text())}


def test_the_page_tells_every_check_and_no_other() -> None:
    told = re.findall(r"^\| backk\.([EW]\d{3}) \|", (ROOT / "docs/checks.md").read_text(), re.MULTILINE)
    assert told == sorted(told, key=lambda id: id[1:])
    assert set(told) == ids_in(
        *(
            path
            for app in ("core", "security", "transport", "observability")
            for path in (ROOT / f"backk_{app}").rglob("*.py")
        )
    )


def test_every_check_is_raised_by_a_test() -> None:
    here = Path(__file__)
    tests = [path for path in here.parent.glob("test_checks_*.py") if path != here]
    assert ids_in(*(ROOT / "backk_core").rglob("*.py")) == ids_in(*tests)


def test_nothing_is_wrong_where_nothing_is_declared() -> None:
    assert problems_of(build([])) == []


def run(directory: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{directory}", **variables}
    environment |= {"DJANGO_SETTINGS_MODULE": "quickstart.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def quickstart(tmp_path: Path) -> Path:
    return shutil.copytree(
        ROOT / "docs/quickstart", tmp_path / "quickstart", ignore=shutil.ignore_patterns("*.sqlite3")
    )


@pytest.fixture
def broken(quickstart: Path) -> Path:
    """The first project with two faults: a field without access mode, a function that nobody may call."""
    for name, right, wrong in (
        (
            "models",
            "price = read_write(models.FloatField(validators=[between(0, 1_000_000_000)]))",
            "price = models.FloatField()",
        ),
        ("services", "    @allow_for_every_user\n    def get_sales_items", "    def get_sales_items"),
    ):
        module = quickstart / "sales_items" / f"{name}.py"
        assert right in module.read_text()
        module.write_text(module.read_text().replace(right, wrong))
    return quickstart


def assert_refused(answer: subprocess.CompletedProcess[str]) -> None:
    assert answer.returncode != 0, answer.stdout
    assert "sales_items/models.py:13: (backk.E101) SalesItem.price has no access mode." in answer.stderr
    assert "HINT: price = read_write(models.FloatField())" in answer.stderr
    assert "sales_items/services.py:14: (backk.E305) SalesItemService.get_sales_items does not say" in answer.stderr


def test_the_first_project_of_the_documentation_is_clean(quickstart: Path) -> None:
    answer = run(quickstart, "manage.py", "check", "--fail-level", "WARNING")
    assert (answer.returncode, answer.stdout) == (0, "System check identified no issues (0 silenced).\n"), answer.stderr


def test_check_tells_every_error_with_its_line_and_the_line_to_write(broken: Path) -> None:
    assert_refused(run(broken, "manage.py", "check"))


@pytest.mark.parametrize("door", ["backk_core.wsgi", "backk_core.asgi"])
def test_a_door_does_not_open_past_an_error_and_tells_all_at_once(door: str, broken: Path) -> None:
    assert_refused(run(broken, "-c", f"import {door}"))


def test_the_development_server_does_not_start_past_an_error(broken: Path) -> None:
    assert_refused(run(broken, "manage.py", "runserver", "--noreload", "127.0.0.1:0"))


def test_the_view_answers_nothing_past_an_error_and_tells_all_at_once(broken: Path) -> None:
    post = (
        "import django; django.setup(); from django.test import Client; Client().post('/salesItemService.getSalesItem')"
    )
    assert_refused(run(broken, "-c", post, ALLOWED_HOSTS="testserver"))


@pytest.mark.parametrize("door", ["backk_core.wsgi", "backk_core.asgi"])
def test_a_door_that_no_setting_names_skips_no_middleware_either(door: str, quickstart: Path) -> None:
    settings = quickstart / "quickstart/settings.py"
    other = 'MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware"]\nASGI_APPLICATION = "daphne.asgi.application"\n'
    settings.write_text(settings.read_text() + other)
    assert run(quickstart, "manage.py", "check").returncode == 0
    answer = run(quickstart, "-c", f"import {door}")
    assert answer.returncode != 0
    assert "(backk.E005) the door answers service calls without django.middleware.gzip.GZipMiddleware" in answer.stderr
    assert "BACKK = {\"MIDDLEWARE_NOT_NEEDED\": ['django.middleware.gzip.GZipMiddleware']}" in answer.stderr


def test_the_doors_ask_djangos_checks_of_models_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with isolate_apps("backk_core") as apps:

        class Order(Entity):
            line_price = read_write(models.IntegerField(validators=[between(0, 9)]))

            class Meta:
                app_label = "backk_core"
                db_table = "shop_order"

        class OrderLine(Entity):
            price = read_write(models.IntegerField(validators=[between(0, 9)]))

            class Meta:
                app_label = "backk_core"
                db_table = "shop_order_line"

        names = [constraint.name for model in (Order, OrderLine) for constraint in model._meta.constraints]
        assert names == ["shop_order_line_price_bounds"] * 2
    monkeypatch.setattr("django.core.checks.model_checks.apps", apps)
    with pytest.raises(ImproperlyConfigured, match=r"models.E032.*shop_order_line_price_bounds"):
        refuse_errors()


@pytest.mark.django_db
def test_what_is_silenced_does_not_keep_a_server_from_starting(settings: Settings) -> None:
    settings.MIDDLEWARE = ["shop.Tenants"]
    with pytest.raises(ImproperlyConfigured, match=r"1 errors keep the server from starting:\n.*backk.E005"):
        refuse_errors(skipped_middleware())
    settings.SILENCED_SYSTEM_CHECKS = ["backk.E005"]
    refuse_errors(skipped_middleware())
