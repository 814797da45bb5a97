"""What people of the demonstration sell."""

from random import Random
from typing import Any

from example_project.demo_data.pictures import bicycle, car, garment

_VEHICLES = (
    ("Crescent city bike, 28 inch", bicycle, 140),
    ("Tunturi women's bike, three gears", bicycle, 90),
    ("Trek mountain bike, size L", bicycle, 480),
    ("Children's bike, 20 inch", bicycle, 45),
    ("Jopo, repainted", bicycle, 220),
    ("Racing bike, Shimano 105", bicycle, 650),
    ("Volvo V70 2.4, 2006", car, 3200),
    ("Toyota Corolla 1.6, 2011", car, 6900),
    ("Nissan Leaf, 2014", car, 7800),
    ("Lada Niva, needs love", car, 1900),
    ("Volkswagen Golf 1.4 TSI, 2012", car, 6400),
)
_CLOTHES = (
    ("Wool coat, size M", garment, 60),
    ("Rain jacket, size 40", garment, 35),
    ("Marimekko shirt, striped", garment, 48),
    ("Evening dress, worn once", garment, 95),
    ("Denim jacket, size S", garment, 28),
    ("Hand-knitted sweater", garment, 55),
    ("Children's winter overall, 110 cm", garment, 30),
    ("Leather jacket, size L", garment, 120),
    ("Fleece, size XL", garment, 15),
)
_CONDITIONS = ("Hardly used.", "Some scratches.", "As good as new.", "Well kept.", "Serviced last spring.")
_REASONS = (
    "We move and have no room for it.",
    "It has grown too small.",
    "I got a new one.",
    "It stood in the garage all winter.",
    "A present that does not fit.",
)
_COLORS = (("red", "#c0392b"), ("blue", "#2471a3"), ("green", "#1e8449"), ("black", "#34495e"), ("yellow", "#d4ac0d"))


def thing(chance: Random, user_account_id: str, tags: list[str]) -> dict[str, Any]:
    """Return what somebody sends to put a thing up for sale; ``tags`` are the ids to choose from."""
    category, things = chance.choice((("Vehicles", _VEHICLES), ("Clothes", _CLOTHES)))
    title, draw, price = chance.choice(things)
    name, color = chance.choice(_COLORS)
    return {
        "userAccountId": user_account_id,
        "title": f"{title}, {name}",
        "description": f"{chance.choice(_CONDITIONS)} {chance.choice(_REASONS)}",
        "tags": [{"_id": tag} for tag in chance.sample(tags, chance.randint(0, min(2, len(tags))))],
        "area": chance.choice(("Area1", "Area2", "Area3")),
        "productDepartment": category,
        "productCategory": category,
        "productSubCategory": category,
        "price": round(price * chance.uniform(0.7, 1.3), 0),
        "shippingCost": chance.choice((0, 4.9, 6.5, 9.9)),
        "primaryImageDataUri": draw(color, chance),
        "secondaryImageDataUris": [draw(color, chance)] if chance.random() < 0.2 else [],
    }
