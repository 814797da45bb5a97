"""Text of TypeScript: remarks, imports, indentation."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

_WIDTH = 110


def remark(documentation: str) -> str:
    """Return a documentation comment before something, empty where there is nothing to say."""
    # what would end the comment is taken apart
    paragraphs = documentation.replace("*/", "* /").strip().split("\n\n")
    lines: list[str] = []
    for paragraph in filter(None, paragraphs):
        lines += [*([""] if lines else []), *textwrap.wrap(" ".join(paragraph.split()), _WIDTH, break_long_words=False)]
    if not lines:
        return ""
    if len(lines) == 1:
        return f"/** {lines[0]} */\n"
    return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in lines) + " */\n"


def indented(text: str) -> str:
    """Return a text one level deeper."""
    return textwrap.indent(text, "  ")


def import_line(names: Sequence[str], module: str) -> str:
    """Return the statement that imports names of a module; empty where there are none."""
    if not names:
        return ""
    line = f'import {{ {", ".join(names)} }} from "{module}";\n'
    if len(line) <= _WIDTH:
        return line
    return "import {\n" + "".join(f"  {name},\n" for name in names) + f'}} from "{module}";\n'
