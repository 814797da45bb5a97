"""Text of Python: docstrings, imports and indentation."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

_WIDTH = 100
#: Characters of a line of code, as its ``pyproject.toml`` tells formatters, without what an attribute is indented by.
LINE = 120
_ATTRIBUTE = LINE - 4


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


def annotated(name: str, kind: str, value: str) -> str:
    """Return an attribute of a class; what is longer than a line is broken as formatters do."""
    line = f"{name}: {kind}{value}\n"
    if len(line) <= _ATTRIBUTE + 1:
        return line
    operands = _parted(kind, " | ")
    if not value and len(operands) == 1:
        return f"{name}: {_bracketed(kind, _ATTRIBUTE)}\n"
    if len(kind) <= _ATTRIBUTE - 4:
        return f"{name}: (\n    {kind}\n){value}\n"
    lines = "\n| ".join(_bracketed(o, _ATTRIBUTE - 4) if len(o) > _ATTRIBUTE - 6 else o for o in operands)
    return f"{name}: (\n{indented(lines)}\n){value}\n"


def _bracketed(kind: str, width: int) -> str:
    """Return a generic type with its arguments on lines of their own."""
    generic, _, rest = kind.partition("[")
    inside = rest[:-1]
    if len(inside) > width - 4:
        inside = ",\n".join(_parted(inside, ", ")) + ","
    return f"{generic}[\n{indented(inside)}\n]"


def _parted(text: str, between: str) -> list[str]:
    """Return the parts of a type that stand beside each other, outside of brackets and texts."""
    parts, depth, quote, begin = [], 0, "", 0
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote and text[place - 1] != "\\" else quote
        elif character in "\"'":
            quote = character
        elif character in "[]()":
            depth += 1 if character in "[(" else -1
        elif depth == 0 and text.startswith(between, place):
            parts.append(text[begin:place])
            begin = place + len(between)
    return [*parts, text[begin:]]


def import_line(module: str, names: Sequence[str]) -> str:
    """Return the statement that imports names of a module, sorted as formatters do; empty where there are none."""
    if not names:
        return ""
    ordered = sorted(names, key=_kind_and_name)
    line = f"from {module} import {', '.join(ordered)}\n"
    if len(line) <= LINE + 1:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in ordered) + ")\n"


def _kind_and_name(name: str) -> tuple[int, str]:
    """Tell constants, classes and functions apart by their case."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name.casefold()
