"""Small drawings of people and things, as data URIs."""

import base64
import io
from random import Random

from PIL import Image, ImageDraw, ImageFont

_SKIES = ("#d6eaf8", "#fdebd0", "#e8f8f5", "#f5eef8", "#fef9e7")


def portrait(initials: str, chance: Random) -> str:
    """Return somebody's initials on a disc."""
    picture, pen = _page((96, 96), "#ffffff")
    pen.ellipse((2, 2, 94, 94), fill=f"hsl({chance.randrange(360)}, 45%, 45%)")
    pen.text((48, 48), initials, fill="#ffffff", anchor="mm", font=ImageFont.load_default(36))
    return _data_uri(picture)


def bicycle(color: str, chance: Random) -> str:
    """Return a bicycle."""
    picture, pen = _scene(chance)
    for x in (95, 225):
        pen.ellipse((x - 45, 105, x + 45, 195), outline="#2c3e50", width=6)
    saddle, crank, head = (135, 90), (150, 150), (205, 88)
    for start, end in ((saddle, crank), (crank, head), (saddle, head), ((95, 150), saddle), ((95, 150), crank)):
        pen.line((*start, *end), fill=color, width=8)
    pen.line((*head, 225, 150), fill=color, width=8)
    pen.line((115, 86, 152, 86), fill="#2c3e50", width=9)
    pen.line((200, 70, 226, 66), fill="#2c3e50", width=7)
    return _data_uri(picture)


def car(color: str, chance: Random) -> str:
    """Return a car."""
    picture, pen = _scene(chance)
    pen.polygon(((85, 120), (120, 75), (205, 75), (240, 120)), fill=color)
    pen.rounded_rectangle((45, 115, 280, 165), 16, fill=color)
    pen.polygon(((100, 118), (126, 84), (158, 84), (158, 118)), fill="#eaf2f8")
    pen.polygon(((166, 118), (166, 84), (200, 84), (224, 118)), fill="#eaf2f8")
    for x in (100, 225):
        pen.ellipse((x - 27, 140, x + 27, 194), fill="#2c3e50")
        pen.ellipse((x - 11, 156, x + 11, 178), fill="#bdc3c7")
    return _data_uri(picture)


def garment(color: str, chance: Random) -> str:
    """Return a garment with sleeves."""
    picture, pen = _scene(chance)
    pen.polygon(((120, 55), (70, 80), (50, 150), (85, 160), (105, 115)), fill=color)
    pen.polygon(((200, 55), (250, 80), (270, 150), (235, 160), (215, 115)), fill=color)
    pen.polygon(((120, 55), (200, 55), (215, 115), (220, 205), (100, 205), (105, 115)), fill=color)
    pen.pieslice((138, 35, 182, 75), 0, 180, fill=chance.choice(_SKIES))
    for y in range(90, 200, 22):
        pen.ellipse((156, y, 164, y + 8), fill="#fdfefe")
    return _data_uri(picture)


def _scene(chance: Random) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture, pen = _page((320, 240), chance.choice(_SKIES))
    pen.rectangle((0, 180, 320, 240), fill=f"hsl({chance.randrange(60, 140)}, 25%, {chance.randint(60, 75)}%)")
    return picture, pen


def _page(size: tuple[int, int], color: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", size, color)
    return picture, ImageDraw.Draw(picture)


def _data_uri(picture: Image.Image) -> str:
    made = io.BytesIO()
    # few colours: two kilobytes a picture
    picture.quantize(32).save(made, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(made.getvalue()).decode()
