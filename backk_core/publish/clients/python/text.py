"""Text of Python: docstrings, imports and indentation."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

_WIDTH = 100


def docstring(documentation: str, fallback: str) -> str:
    """Return a docstring of one or more paragraphs, with a line feed at its end."""
    # what would end it, or begin an escape, is taken apart
    safe = (documentation.strip() or fallback).replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = [" ".join(paragraph.split()) for paragraph in safe.split("\n\n") if paragraph.strip()]
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += [*([""] if lines else []), *textwrap.wrap(paragraph, _WIDTH, break_long_words=False)]
    if lines[-1].endswith('"'):
        lines[-1] += " "
    if len(lines) == 1:
        return f'"""{lines[0]}"""\n'
    return '"""' + "\n".join(lines) + '\n"""\n'


def indented(text: str) -> str:
    """Return a text one level deeper."""
    return textwrap.indent(text, "    ")


def quoted(text: str) -> str:
    """Return a literal of a text, in double quotes where it has none."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain.startswith("'") and '"' not in plain else plain


def import_line(module: str, names: Sequence[str]) -> str:
    """Return the statement that imports names of a module; empty where there are none."""
    if not names:
        return ""
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) <= 121:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"
