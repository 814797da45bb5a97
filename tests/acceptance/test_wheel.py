import os
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.distribution import build_wheel, copy_sources

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    return build_wheel(copy_sources(directory / "source"), directory / "dist")


def test_the_wheel_holds_our_apps_with_their_types_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    apps = {"backk_core", "backk_observability", "backk_security", "backk_transport"}
    assert {name.split("/")[0] for name in names} == {*apps, "django_backk-0.1.0.dist-info"}
    assert {f"{app}/py.typed" for app in apps} <= set(names)


def test_the_wheel_has_the_same_bytes_wherever_and_whenever_it_is_built(wheel: Path, tmp_path: Path) -> None:
    elsewhere = copy_sources(tmp_path / "another place")
    for path in elsewhere.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert build_wheel(elsewhere, tmp_path / "dist").read_bytes() == wheel.read_bytes()
