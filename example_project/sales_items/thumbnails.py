"""How a picture becomes a small one: never more than a known number of pixels is decoded, whatever is sent."""

from __future__ import annotations

import base64
import io
import urllib.parse

from PIL import Image, ImageOps

#: The longest side of a thumbnail.
_SIDE = 256
#: The most pixels that are decoded: a picture of a good camera. A tiny file may claim to have thousands of millions.
_MOST_PIXELS = 50_000_000
#: Few formats, so that few decoders meet what strangers send.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
#: What the thumbnail's field holds.
_LONGEST = 1_048_576
#: Stands for a picture that is neither decodable nor short: one transparent pixel.
_NO_PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def thumbnail_of(data_uri: str) -> str:
    """Return a data URI of the picture with at most 256 pixels a side; the one given, where it cannot be decoded."""
    try:
        return "data:image/jpeg;base64," + base64.b64encode(_made_small(_bytes_of(data_uri))).decode()
    except Exception:  # noqa: BLE001 - decoders of hostile files fail in ways that nobody lists
        return data_uri if len(data_uri) <= _LONGEST else _NO_PICTURE


def _bytes_of(data_uri: str) -> bytes:
    """Return what a data URI (RFC 2397) holds. ValueError where it is none."""
    kind, comma, data = data_uri.partition(",")
    if not comma:
        raise ValueError("a data URI has a comma")
    if kind.rstrip().lower().endswith(";base64"):
        return base64.b64decode(urllib.parse.unquote(data), validate=True)
    return urllib.parse.unquote_to_bytes(data)


def _made_small(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        # so far only the header was read
        if picture.width * picture.height > _MOST_PIXELS:
            raise ValueError("the picture has too many pixels")
        picture.draft("RGB", (_SIDE, _SIDE))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((_SIDE, _SIDE))
        visible = upright.convert("RGBA")
        page = Image.new("RGB", visible.size, "white")
        page.paste(visible, mask=visible)
    made = io.BytesIO()
    page.save(made, "JPEG", quality=80)
    return made.getvalue()
