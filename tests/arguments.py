"""Arguments of every kind for property tests: types made at random, and the JSON that clients of all sorts send."""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from hypothesis import strategies as st

from backk_core import (
    Argument,
    EntityId,
    array_max_size,
    array_min_size,
    array_unique,
    between,
    is_any_string,
    max_length,
)
from backk_core.declare.types import DataMeta
from backk_core.describe.contract_builder import ContractBuilder
from backk_core.describe.contracts import TypeContract


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Kind:
    """A kind of field: its annotation, JSON that fits, and the same values as Python has them."""

    name: str
    annotation: Any
    fitting: tuple[str, ...]


KINDS = (
    Kind(
        "string", Annotated[str, max_length(8), is_any_string], ('""', '"abc"', '"\\u00e9\\ud83d\\ude00"', '"12345678"')
    ),
    Kind("integer", Annotated[int, between(-(2**63), 2**63 - 1)], ("0", "-7", "9223372036854775807", "1.0", "1e2")),
    Kind("small integer", Annotated[int, between(0, 9)], ("0", "9", "3.0")),
    Kind("float", Annotated[float, between(-1e300, 1e300)], ("0", "1.5", "-0.0", "1e300", "12345678901234567890")),
    Kind("any float", float, ("0", "1.5", "1e308", "5e-324")),
    Kind("boolean", bool, ("true", "false")),
    Kind("decimal", Annotated[decimal.Decimal, between(-1000, 1000)], ('"1.50"', '"-0"', '"1E+2"')),
    Kind("any decimal", decimal.Decimal, ('"1.50"', '"123456789012345678901234567890.5"')),
    Kind("uuid", uuid.UUID, ('"6ba7b810-9dad-11d1-80b4-00c04fd430c8"',)),
    Kind("timestamp", datetime.datetime, ('"2026-11-24T08:00:00Z"', '"2026-11-24T08:00:00.1234567+02:00"')),
    Kind("date", datetime.date, ('"2026-11-24"', '"0001-01-01"')),
    Kind("time", datetime.time, ('"08:00:00"', '"23:59:59.999"')),
    Kind("id", EntityId, ('"1"', '"abcdef"', '"' + "9" * 24 + '"')),
    Kind("choice", Literal["a", "b"], ('"a"', '"b"')),
    Kind("number choice", Literal[1, 2], ("1", "2")),
    Kind("enumeration", Colour, ('"red"', '"blue"')),
    Kind("anything", Any, ("null", "1", '"x"', '[1, {"a": []}]')),
)

#: What hostile, broken and careless clients send for anything.
HOSTILE = (
    *("null", "true", "1", "-1", "0", "-0", "1.0", "1.5", "1e2", "1e400", "-1e400", "1e-400", "1E400", "0.1e1"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"),
    *(
        "18446744073709551615",
        "18446744073709551616",
        "9" * 99,
        "9" * 100,
        "9" * 101,
        "9" * 400,
        "-" + "9" * 400,
        "9" * 5000,
    ),
    *("1" + "0" * 400 + ".5", "0." + "1" * 400, "1e999999999999999999", "-1e-999999999999999999"),
    *("NaN", "Infinity", "-Infinity", "01", "+1", "1.", ".5", "0x10", "1_000", "tru", "nul"),
    *('""', '" "', '"a"', '"1"', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"'),
    *(
        '"\\\\u0000"',
        '"\\x00"',
        '"\x00"',
        '"\x01"',
        '"\x7f"',
        '"\\u2028"',
        '"\u2028"',
        '"' + "x" * 9000 + '"',
        '"\\',
        '"',
    ),
    *('"NaN"', '"Infinity"', '"1e400"', '"1e999999999999999999"', '"sNaN"', '"-0"', '"1,5"', '" 1"', '"\u0661"'),
    *('"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"', '"2026-02-30"', '"2026-11-24T24:00:00Z"'),
    *('"2026-11-24T08:00:60Z"', '"2026-11-24"', '"2026-11-24T08:00:00"', '"08:00:00+02:00"', '"10000-01-01T00:00:00Z"'),
    *('"00000000-0000-0000-0000-000000000000"', '"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}"', '"' + "f" * 25 + '"'),
    *("[]", "{}", "[null]", "[1]", '["a"]', "[[]]", '{"a": 1}', '{"": 1}', '{"a": 1, "a": 2}', '{"__proto__": {}}'),
    *("[" * 40 + "]" * 40, "[" * 3000 + "]" * 3000, "[" * 3000, '{"a":' * 3000 + "1" + "}" * 3000),
    *("[" + "1," * 5000 + "1]", "[" + '"a",' * 5000 + '"a"]', "{" + ",".join(f'"{n}":{n}' for n in range(2000)) + "}"),
)


@dataclass(frozen=True)
class Made:
    """A type of argument that was made at random, and JSON that fits each of its fields."""

    contract: TypeContract
    fitting: dict[str, tuple[str, ...]]


def _kind(depth: int) -> st.SearchStrategy[Kind]:
    plain = st.sampled_from(KINDS)
    if depth == 0:
        return plain
    return st.one_of(plain, plain, plain, _array(depth), _object(depth))


@st.composite
def _array(draw: st.DrawFn, depth: int) -> Kind:
    element = draw(_kind(depth - 1))
    rules = draw(st.sampled_from([(), (array_min_size(1),), (array_unique,)]))
    annotation = Annotated[(list[element.annotation], array_max_size(4), *rules)]  # type: ignore[name-defined]
    return Kind("array", annotation, (f"[{element.fitting[0]}]", f"[{element.fitting[-1]}]"))


@st.composite
def _object(draw: st.DrawFn, depth: int) -> Kind:
    made = draw(made_arguments(depth - 1))
    fitting = ", ".join(f'"{name}": {values[0]}' for name, values in made.fitting.items())
    return Kind("object", made.contract.cls, (f"{{{fitting}}}",))


@st.composite
def made_arguments(draw: st.DrawFn, depth: int = 2) -> Made:
    """Return a type of one to four fields, some nullable, some with a default."""
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {"__annotations__": annotations, "__module__": __name__}
    fitting: dict[str, tuple[str, ...]] = {}
    for number in range(draw(st.integers(1, 4))):
        kind = draw(_kind(depth))
        name = f"f{number}"
        annotation, values = kind.annotation, kind.fitting
        if kind.annotation is not Any and draw(st.booleans()):
            annotation, values = annotation | None, (*values, "null")
            if draw(st.booleans()):
                namespace[name] = None
        annotations[name], fitting[name] = annotation, values
    cls = DataMeta("Made", (Argument,), namespace)
    return Made(ContractBuilder().type_contract(cls), fitting)


def written(values: dict[str, str]) -> bytes:
    """Return the JSON object of such JSON values."""
    return ("{" + ",".join(f'"{name}":{value}' for name, value in values.items()) + "}").encode()
