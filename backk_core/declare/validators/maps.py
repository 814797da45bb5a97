"""Rules about maps, objects of any names: how many entries they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backk_core.declare.validators.base import Kind, Validator


class MapRule(Validator):
    """A rule that judges maps."""

    kinds: frozenset[Kind] = frozenset({"object"})

    def sample(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class MapMinSize(MapRule):
    """At least so many entries."""

    limit: int
    name = "mapMinSize"

    @property
    def message(self) -> str:
        return f"must contain at least {self.limit} entries"

    @property
    def native(self) -> Mapping[str, Any]:
        return {"min_length": self.limit}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, dict) and len(value) >= self.limit

    def json_schema(self) -> dict[str, Any]:
        return {"minProperties": self.limit}

    def sample(self) -> dict[str, Any]:
        return {f"name{number}": number for number in range(self.limit)}


@dataclass(frozen=True)
class MapMaxSize(MapRule):
    """At most so many entries."""

    limit: int
    name = "mapMaxSize"

    @property
    def message(self) -> str:
        return f"must contain not more than {self.limit} entries"

    @property
    def native(self) -> Mapping[str, Any]:
        return {"max_length": self.limit}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, dict) and len(value) <= self.limit

    def json_schema(self) -> dict[str, Any]:
        return {"maxProperties": self.limit}


map_min_size = MapMinSize
map_max_size = MapMaxSize
