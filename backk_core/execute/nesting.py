"""How deep the brackets of a JSON text stand in each other, told without reading the text."""

from __future__ import annotations

_OTHERS = bytes(byte for byte in range(256) if byte not in b"[]{}")


def is_deeper_than(most: int, body: bytes) -> bool:
    """Tell whether more than so many arrays and objects stand within each other; nearly free where there are few."""
    if body.count(b"[") + body.count(b"{") <= most:
        return False
    # what is in quotation marks goes, and escaped ones before, so that every other piece is a text
    texts = body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
    depth = 0
    for bracket in b"".join(texts[::2]).translate(None, _OTHERS):
        if bracket in b"[{":
            depth += 1
            if depth > most:
                return True
        else:
            depth -= 1
    return False
