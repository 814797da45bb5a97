"""A client that somebody else's generator makes of the marketplace's document; `make g19` tries three."""

from pathlib import Path

import pytest

from tests.goals.g19 import with_openapi_typescript

pytestmark = pytest.mark.acceptance


def test_openapi_typescript_makes_strict_types_without_any(tmp_path: Path) -> None:
    assert list(with_openapi_typescript(tmp_path)) == []
