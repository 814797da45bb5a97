"""G12: hostile patterns and inputs cost at most 5 ms a field; deep or huge JSON is refused in 50 ms and 16 MiB.

`python -m tests.goals.g12 [--full]` prints the figures; each trial is run some times and its fastest run counts, since a busy
machine makes others slow.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

MOST_MILLISECONDS_A_FIELD, MOST_MILLISECONDS_A_BODY, MOST_MEBIBYTES = 5.0, 50.0, 16.0
LONGEST = 10_000
LONGEST_BODY = 131_072
RUNS, FEW_RUNS = 7, 3

#: Patterns that take a backtracking engine exponentially or polynomially long.
PATTERNS = (
    r"^(a+)+$",
    r"^(a|aa)+$",
    r"^(a|a?)+$",
    r"^([a-zA-Z]+)*$",
    r"^(.*)*x$",
    r"^(.*a){12}$",
    r"^((a*)*)*b$",
    r"^(\w+\s?)*$",
    r"^(\d+)*\.$",
    r"^\s+|\s+$",
    r"^([a-z0-9]+[-._]?)*@([a-z0-9]+[-.]?)*$",
    r"^(([^<>()\[\]\\.,;:\s@]+(\.[^<>()\[\]\\.,;:\s@]+)*)|(.+))@.+$",
    r"(x+x+)+y",
    r"^(?:(?:a{1,50}){1,10})$",
    r"^.*\d+\d+\d+\d+\d+\d+\d+\d+$",
)


def hostile_inputs(size: int) -> tuple[str, ...]:
    """Return texts of at most so many characters that bring naive readers to their knees."""
    return (
        "a" * (size - 1) + "!",
        "a" * size,
        "aaaa " * (size // 5),
        "1" * (size - 1) + "x",
        " " * (size - 1) + "x",
        "x" * size,
        "a@" * (size // 2),
        "a." * (size // 2),
        "-" * size,
        "+" * size,
        "(" * size,
        "\u0130" * size,
        "\U0001f600" * (size // 2),
        "data:" + "a;" * (size // 2 - 3),
        "http://" + "a:" * (size // 2 - 4),
        "0" * size,
        "=" * size,
        "\u202e" * size,
        "9." * (size // 2),
        "<" * size,
    )


@dataclass(frozen=True)
class Trial:
    """One pair of a rule and an input, or one body."""

    name: str
    run: Callable[[], object]


def _verdict(decode: Callable[[bytes], Any], body: bytes) -> bool:
    from backk_core import InvalidArgument

    try:
        decode(body)
    except InvalidArgument:
        return False
    return True


def _decoder(**annotations: Any) -> Callable[[bytes], Any]:
    from backk_core import Argument
    from backk_core.describe.contract_builder import ContractBuilder
    from backk_core.describe.contracts import Mode
    from backk_core.execute.decoding import Decoder

    cls = type("Tried", (Argument,), {"__annotations__": annotations, "__module__": __name__})
    return Decoder(ContractBuilder().type_contract(cls), Mode.ARGUMENT).decode


def rules() -> Iterator[tuple[str, Any]]:
    """Yield the patterns and every validator of texts that needs nothing said, or little."""
    import backk_core
    from backk_core.declare.validators import Validator

    for pattern in PATTERNS:
        yield pattern, backk_core.matches(pattern)
    for name in sorted(backk_core.__all__):
        rule = getattr(backk_core, name)
        if isinstance(rule, Validator) and "string" in rule.kinds and name != "is_any_string":
            yield name, rule
    for region in ("FI", "US"):
        yield f"is_phone_number({region})", backk_core.is_phone_number(region)
        yield f"is_postal_code({region})", backk_core.is_postal_code(region)


def pairs(size: int = LONGEST) -> Iterator[Trial]:
    """Yield every rule with every hostile input, each decoded as the only field of an argument."""
    import json

    from backk_core import max_length

    for name, rule in rules():
        decode = _decoder(value=Annotated[str, max_length(LONGEST), rule])
        for number, text in enumerate(hostile_inputs(size)):
            body = json.dumps({"value": text}, ensure_ascii=False).encode()
            yield Trial(f"{name} input {number}", lambda decode=decode, body=body: _verdict(decode, body))  # type: ignore[misc]


def bodies(size: int = LONGEST_BODY) -> Iterator[tuple[str, bytes]]:
    """Yield deep and huge bodies that no function accepts."""
    half = size // 2 - 20
    yield "deep arrays, open", b'{"value":' + b"[" * (size - 20)
    yield "deep arrays", b'{"value":' + b"[" * half + b"]" * half + b"}"
    yield "deep objects", b'{"value":' + b'{"a":' * (size // 6 - 10) + b"1" + b"}" * (size // 6 - 10) + b"}"
    yield "deep, from the start", b"[" * size
    yield "just too deep", b'{"value":' + b"[" * 1200 + b"]" * 1200 + b"}"
    yield "many numbers", b'{"items":[' + b"1," * half + b"1]}"
    yield "many nulls", b'{"items":[' + b"null," * (size // 5 - 10) + b"null]}"
    yield "many empty arrays", b'{"items":[' + b"[]," * (size // 3 - 10) + b"[]]}"
    yield "many unknown names", b"{" + b",".join(b'"%d":0' % number for number in range(size // 10)) + b"}"
    yield "one name again and again", b"{" + b",".join([b'"x":0'] * (size // 6)) + b"}"
    yield "a long name", b'{"' + b"x" * (size - 20) + b'":1}'
    yield "a long text", b'{"text":"' + b"x" * (size - 20) + b'"}'
    yield "a long text of escapes", b'{"text":"' + rb"\u0041" * (size // 6 - 10) + b'"}'
    yield "a long text of NUL", b'{"text":"' + rb"\u0000" * (size // 6 - 10) + b'"}'
    yield "a long integer", b'{"number":' + b"9" * (size - 20) + b"}"
    yield "a long fraction", b'{"number":0.' + b"3" * (size - 20) + b"}"
    yield "a long exponent", b'{"number":1e' + b"9" * (size - 20) + b"}"
    yield "long integers", b'{"items":[' + b",".join([b"9" * 4300] * (size // 4301 - 1)) + b"]}"
    yield "half escapes", b'{"text":"' + rb"\ud800" * (size // 6 - 10) + b'"}'
    yield "spaces", b" " * size
    yield "backslashes", b'{"text":"' + b"\\\\" * half
    yield "no UTF-8", b"\xff" * size


def refusing_decoder() -> Callable[[bytes], Any]:
    """Return the decoder of an argument with a bounded field for every shape that the bodies have."""
    from backk_core import array_max_size, between, is_any_string, max_length

    digit = Annotated[int, between(0, 9)]
    return _decoder(
        needed=digit,
        value=Any,
        items=Annotated[list[digit], array_max_size(100)],
        text=Annotated[str, max_length(100), is_any_string],
        number=Annotated[float, between(0, 9)],
    )


def milliseconds(run: Callable[[], object], runs: int) -> float:
    """Return how long the fastest of some runs takes."""
    fastest = float("inf")
    for _ in range(runs):
        began = time.perf_counter()
        run()
        fastest = min(fastest, time.perf_counter() - began)
    return fastest * 1000


def mebibytes(run: Callable[[], object]) -> float:
    """Return how much more memory a run takes at its peak."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def main() -> int:
    """Print the figures; return 1 where one of them is beyond its bound."""
    import os

    import django

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="more runs of each trial")
    runs = RUNS if options.parse_args().full else FEW_RUNS
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

    tried = [(milliseconds(trial.run, runs), trial.name) for trial in pairs()]
    slowest, name = max(tried)
    print(f"G12: {len(tried)} pairs of pattern and input of {LONGEST} characters; slowest {slowest:.2f} ms ({name})")
    for late, which in sorted(tried, reverse=True)[:5]:
        if late > MOST_MILLISECONDS_A_FIELD:
            print(f"G12: too slow: {which}, {late:.1f} ms")

    decode = refusing_decoder()
    accepted, longest, largest = [], (0.0, ""), (0.0, "")
    for kind, body in bodies():
        accepted += [kind] if _verdict(decode, body) else []
        longest = max(longest, (milliseconds(lambda body=body: _verdict(decode, body), runs), kind))  # type: ignore[misc]
        largest = max(largest, (mebibytes(lambda body=body: _verdict(decode, body)), kind))  # type: ignore[misc]
    print(
        f"G12: {len(list(bodies()))} deep and huge bodies of {LONGEST_BODY} bytes, {len(accepted)} accepted; "
        f"slowest {longest[0]:.1f} ms ({longest[1]}), most memory {largest[0]:.1f} MiB ({largest[1]})"
    )
    missed = bool(
        len(tried) < 300
        or slowest > MOST_MILLISECONDS_A_FIELD
        or accepted
        or longest[0] > MOST_MILLISECONDS_A_BODY
        or largest[0] > MOST_MEBIBYTES
    )
    print("G12 missed" if missed else "G12 reached")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
