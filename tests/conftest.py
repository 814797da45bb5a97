"""Options of the tests."""

from pathlib import Path

import pytest

_UNITS = Path(__file__).parent / "unit"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write what the code says into tests/snapshots")
    parser.addoption(
        "--database-only",
        action="store_true",
        help="of the units only those that meet the database which BACKK_TEST_DATABASE names",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database-only"):
        apart = {item for item in items if _is_unit_without_database(item)}
        config.hook.pytest_deselected(items=list(apart))
        items[:] = [item for item in items if item not in apart]


def _is_unit_without_database(item: pytest.Item) -> bool:
    if not item.path.is_relative_to(_UNITS) or item.get_closest_marker("django_db") is not None:
        return False
    return not {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
