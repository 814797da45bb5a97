"""The door to RE2: every pattern that meets input goes through it, and takes linear time whatever the input."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """Return a compiled RE2 pattern, with the methods of ``re``'s. ValueError where RE2 does not know the syntax."""
    try:
        return re2.compile(pattern)
    except re2.error as error:
        msg = f"{pattern!r} is no RE2 pattern: {error}"
        raise ValueError(msg) from None
