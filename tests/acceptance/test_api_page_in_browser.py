"""The API pages of the quickstart, as a browser shows them."""

import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium")
_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    # the page's own time, not the clock's: it goes on as soon as nothing is awaited
    "--virtual-time-budget=8000",
    "--dump-dom",
]

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian's package chromium)"),
]


def shown(address: str, profile: Path) -> tuple[str, str]:
    """What a page has become once its scripts have run, and what the browser had to complain about."""
    done = subprocess.run(
        [str(CHROMIUM), *_OPTIONS, f"--user-data-dir={profile}", address],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    # Swagger UI tells at each start what it will no longer do one day
    return done.stdout, "\n".join(line for line in said if "Deprecated" not in line)


def test_swagger_ui_shows_every_function_and_breaks_no_policy(quickstart: str, tmp_path: Path) -> None:
    page, complaints = shown(f"{quickstart}/docs#/salesItemService/salesItemService_createSalesItem", tmp_path)
    assert "quickstart API" in page
    for function in ("createSalesItem", "getSalesItems", "getSalesItem"):
        assert f'id="operations-salesItemService-salesItemService_{function}"' in page
    # the operation that the address names is open, its example ready to be sent
    assert "Sample text" in page
    assert complaints == ""


def test_redoc_shows_every_function(quickstart: str, tmp_path: Path) -> None:
    page, _ = shown(f"{quickstart}/docs/redoc", tmp_path)
    for function in ("createSalesItem", "getSalesItems", "getSalesItem"):
        assert f"/salesItemService.{function}" in page
