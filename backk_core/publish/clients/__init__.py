"""Clients in other languages, written out of contracts."""

from __future__ import annotations

from importlib import import_module
from typing import Literal, cast, get_args

from backk_core.publish.audiences import Audience
from backk_core.publish.clients.surface import Surface

Language = Literal["typescript", "python"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def client_files(language: Language, surface: Surface, audience: Audience) -> dict[str, bytes]:
    """Return the files of a client, by their paths in its directory."""
    generator = import_module(f"{__name__}.{language}")
    return cast("dict[str, bytes]", generator.files(surface, audience))
