"""Who lives in the demonstration: believable people, the same each time."""

from dataclasses import dataclass
from random import Random
from typing import Any

from stdnum import luhn

from example_project.demo_data.pictures import portrait
from example_project.user_accounts.cities import city_names

_FIRST_NAMES = [
    "Aino",
    "Eino",
    "Helmi",
    "Onni",
    "Venla",
    "Eetu",
    "Ilona",
    "Leo",
    "Kaisa",
    "Mikko",
    "Anni",
    "Juhani",
    "Sanni",
    "Ville",
    "Noora",
    "Lauri",
    "Elsa",
    "Oskari",
    "Iida",
    "Antti",
    "Sofia",
    "Teemu",
    "Saara",
    "Pekka",
    "Emilia",
    "Jussi",
    "Hanna",
    "Matti",
    "Laura",
    "Timo",
]
_LAST_NAMES = [
    "Virtanen",
    "Korhonen",
    "Nieminen",
    "Laine",
    "Koskinen",
    "Salonen",
    "Heikkinen",
    "Lehtonen",
    "Saarinen",
    "Rantanen",
    "Kinnunen",
    "Laitinen",
    "Ahonen",
    "Ojala",
    "Leppänen",
    "Hiltunen",
    "Kallio",
    "Mattila",
    "Toivonen",
    "Manninen",
    "Savolainen",
    "Aaltonen",
    "Hakala",
    "Peltonen",
    "Nurmi",
]
_STREETS = [
    "Rautatienkatu",
    "Koivukuja",
    "Mannerheimintie",
    "Puistokatu",
    "Rantatie",
    "Kirkkokatu",
    "Tehtaankatu",
    "Satamakatu",
]


@dataclass(frozen=True)
class Person:
    """Somebody, by the subject of their token; ``chance`` decides what they do."""

    number: int
    chance: Random
    account: dict[str, Any]

    @property
    def subject(self) -> str:
        return subject_of(self.number)


def subject_of(number: int) -> str:
    """Return the subject of the token of the so-and-so-manieth person."""
    return f"demo-{number:03}"


def person(number: int) -> Person:
    """Return the so-and-so-manieth person, from 1."""
    chance = Random(f"person {number}")  # noqa: S311 - nothing secret
    first, last = chance.choice(_FIRST_NAMES), chance.choice(_LAST_NAMES)
    account = {
        "captchaToken": "demo",
        "subject": subject_of(number),
        "displayName": f"{first} {last[0]}.",
        "firstName": first,
        "lastName": last,
        "email": f"demo{number:03}@example.com",
        "streetAddress": f"{chance.choice(_STREETS)} {chance.randint(1, 99)}",
        "postalCode": f"{chance.randint(1, 99):02}{chance.randint(10, 99)}0",
        "city": chance.choice(city_names()[:20]),
        "phoneNumber": f"041 {chance.randint(2000000, 7999999)}",
        "imageDataUri": portrait(first[0] + last[0], chance),
        "paymentMethods": [_card(chance, is_default=n == 0) for n in range(chance.choice((0, 1, 1, 2)))],
    }
    return Person(number, chance, account)


def _card(chance: Random, *, is_default: bool) -> dict[str, Any]:
    digits = f"4{chance.randrange(10**14):014}"
    digits += luhn.calc_check_digit(digits)
    return {
        "isDefault": is_default,
        "paymentMethodType": "creditCard",
        "creditCardNumber": " ".join(digits[start : start + 4] for start in range(0, 16, 4)),
        "creditCardExpiration": f"{chance.randint(1, 12):02}/{chance.randint(40, 60)}",
        "cardVerificationCode": f"{chance.randint(100, 999)}",
    }
