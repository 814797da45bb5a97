"""The cities that users live in, read once from a resource file."""

from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "resources" / "cities.txt"


@cache
def city_names() -> list[str]:
    """Return the names of all cities, in the file's order."""
    return _FILE.read_text(encoding="utf-8").split("\n")[:-1]
