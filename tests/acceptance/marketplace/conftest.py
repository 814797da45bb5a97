from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.acceptance.marketplace.running import Marketplace, Person, database, serving


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marketplace]:
    """The marketplace, on the database that BACKK_TEST_DATABASE names."""
    directory = tmp_path_factory.mktemp("marketplace")
    kind = os.environ.get("BACKK_TEST_DATABASE") or "sqlite"
    with database(kind, directory) as used, serving(used, directory) as marketplace:
        yield marketplace


@pytest.fixture
def market(served: Marketplace) -> Marketplace:
    return served


@pytest.fixture
def seller(served: Marketplace) -> Person:
    return served.sign_up()


@pytest.fixture
def buyer(served: Marketplace) -> Person:
    return served.sign_up()


@pytest.fixture
def stranger(served: Marketplace) -> Person:
    return served.sign_up()
