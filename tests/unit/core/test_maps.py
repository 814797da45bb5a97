import datetime
import json
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backk_core import (
    Argument,
    InvalidArgument,
    One,
    Plain,
    Result,
    Service,
    allow_for_every_user,
    array_max_size,
    between,
    is_any_string,
    is_ascii,
    length,
    map_max_size,
    map_min_size,
    max_length,
    min_length,
)
from backk_core.describe.contracts import Mode
from backk_core.describe.registry import build
from backk_core.execute.building import data_built
from backk_core.execute.decoding import Decoder
from backk_core.execute.diagnosis import diagnosed
from backk_core.execute.encoding import encoder
from tests.callers import Caller

Name = Annotated[str, length(1, 4), is_ascii]


class Piece(Argument):
    text: Annotated[str, max_length(8), is_any_string]
    amount: Annotated[int, between(0, 9)] = 1


class Basket(Argument):
    pieces: Annotated[dict[Name, Piece], map_min_size(1), map_max_size(3)]
    numbers: Annotated[dict[str, int], map_max_size(2), between(0, 9)] = {}
    days: Annotated[dict[Name, datetime.datetime], map_max_size(2)] = {}
    lists: Annotated[dict[Name, Annotated[list[int], array_max_size(2)]], map_max_size(2), between(0, 5)] | None = None


class Shown(Result):
    moments: dict[str, datetime.datetime]


class MapService(Service):
    @allow_for_every_user
    def take_basket(self, basket: Basket) -> One[Shown]:
        moments = {name: day.replace(year=day.year + 1) for name, day in basket.days.items()}
        return One(Shown(moments=moments))

    @allow_for_every_user
    def take_pieces(self, pieces: dict[Name, Piece]) -> Plain[dict[str, Shown]]:
        moment = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)
        return Plain({name: Shown(moments={piece.text: moment}) for name, piece in pieces.items()}, status=202)

    @allow_for_every_user
    def take_moments(self, moments: Annotated[dict[str, datetime.datetime], map_max_size(2)]) -> Plain[Shown]:
        return Plain(Shown(moments=moments))

    @allow_for_every_user
    def take_json(self, values: dict[Name, msgspec.Raw]) -> Plain[dict[str, msgspec.Raw]]:
        return Plain(values)


pytestmark = pytest.mark.django_db


@pytest.fixture
def call() -> Caller:
    return Caller([MapService])


def refusal(call: Caller, function: str, argument: Any) -> str:
    answer = call(f"mapService.{function}", argument)
    assert (answer.status, answer.body["errorCode"]) == (400, "error.5")
    return str(answer.body["message"]).removeprefix("Invalid argument: ")


def test_a_property_can_be_a_map(call: Caller) -> None:
    moment = "2024-01-02T03:04:05.678999+01:00"
    answer = call("mapService.takeBasket", {"pieces": {"a": {"text": "x"}}, "days": {"d": moment}})
    assert answer.body == {"metadata": {}, "data": {"moments": {"d": "2025-01-02T02:04:05.678Z"}}}


def test_a_whole_argument_and_a_whole_answer_can_be_maps(call: Caller) -> None:
    answer = call("mapService.takePieces", {"a": {"text": "x"}, "b": {"text": "y", "amount": 3}})
    assert answer.status == 202
    assert answer.body == {
        "a": {"moments": {"x": "2024-01-02T00:00:00.000Z"}},
        "b": {"moments": {"y": "2024-01-02T00:00:00.000Z"}},
    }


def test_values_of_a_whole_argument_are_loaded_and_dumped_like_properties(call: Caller) -> None:
    answer = call("mapService.takeMoments", {"a": "2024-01-02T03:04:05.678999+01:00"})
    assert answer.body == {"moments": {"a": "2024-01-02T02:04:05.678Z"}}


def test_json_is_handed_on_as_it_came(call: Caller) -> None:
    body = b'{"a":{ "x" : 1.50e3 },"b":null,"c":[1, 2],"d":12345678901234567890123}'
    assert call.reply("mapService.takeJson", body).body == body


def test_every_violation_is_told_with_its_path(call: Caller) -> None:
    argument = {"pieces": {"a": {"amount": 11}, "long name": {"text": "x"}, "": {"text": 1}}, "numbers": {"n": 10}}
    assert refusal(call, "takeBasket", argument) == (
        "pieces property name long name must be longer than or equal to 1 and shorter than or equal to 4 characters, "
        "pieces property name  must be longer than or equal to 1 and shorter than or equal to 4 characters, "
        "pieces: a: text should not be null or undefined, "
        "pieces: a: amount must not be greater than 9, "
        "pieces: : text must be a string, "
        "numbers: n must not be greater than 9"
    )


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"pieces": {}}, "pieces must contain at least 1 entries"),
        ({"pieces": {str(n): {"text": ""} for n in range(4)}}, "pieces must contain not more than 3 entries"),
        ({"pieces": []}, "pieces must be an object"),
        ({"pieces": None}, "pieces should not be null or undefined"),
        ({"pieces": {"a": None}}, "pieces: a should not be null or undefined"),
        ({"pieces": {"é": {"text": ""}}}, "pieces property name \\xe9 must contain only ASCII characters"),
        ({"pieces": {"\0": {"text": ""}}}, "pieces: \\x00 must not contain NUL characters"),
        ({"pieces": {"a": {"text": ""}}, "lists": {"a": [1, 2, 3]}}, "lists: a must contain not more than 2 elements"),
        ({"pieces": {"a": {"text": ""}}, "lists": {"a": [1, 6]}}, "lists: a: 1 must not be greater than 5"),
    ],
)
def test_names_sizes_and_values_are_judged(call: Caller, argument: Any, message: str) -> None:
    assert message in refusal(call, "takeBasket", argument)


def test_a_whole_argument_is_judged_like_a_property(call: Caller) -> None:
    assert refusal(call, "takePieces", {"a": {"text": 1}, "b": 2}) == "a: text must be a string, b must be an object"
    assert refusal(call, "takeMoments", dict.fromkeys("abc", "2024-01-02T00:00:00Z")) == (
        "must contain not more than 2 entries"
    )
    assert refusal(call, "takePieces", []) == "it must be a JSON object"


def test_a_map_needs_names_that_are_strings() -> None:
    class NumberedService(Service):
        @allow_for_every_user
        def take_numbers(self, numbers: dict[int, int]) -> None:
            return None

    (problem,) = build([NumberedService]).problems
    assert problem.id == "backk.E103"


names = st.sampled_from(["", "a", "b", "abcde", "é", "\0", "x"])
pieces = st.one_of(
    st.fixed_dictionaries(
        {"text": st.sampled_from(["", "x", "x" * 9, "\0", 1, None])}, optional={"amount": st.integers(-1, 11)}
    ),
    st.none(),
    st.just(3),
)
baskets = st.fixed_dictionaries(
    {"pieces": st.one_of(st.dictionaries(names, pieces, max_size=4), st.none())},
    optional={
        "numbers": st.dictionaries(names, st.one_of(st.integers(-1, 10), st.just("1"), st.just(1.5)), max_size=3),
        "days": st.dictionaries(names, st.sampled_from(["2024-01-02T00:00:00Z", "2024-01-02", 5]), max_size=3),
        "lists": st.one_of(st.none(), st.dictionaries(names, st.lists(st.integers(-1, 6), max_size=3), max_size=3)),
    },
)
REGISTRY = build([MapService])
BASKET = REGISTRY.type_contract(Basket)
FAST = Decoder(BASKET, Mode.ARGUMENT)


@given(baskets)
def test_the_fast_and_the_slow_way_accept_the_same_and_make_the_same(argument: Any) -> None:
    body = json.dumps(argument).encode()
    try:
        slow = data_built(BASKET, diagnosed(body, BASKET, Mode.ARGUMENT))
    except InvalidArgument:
        with pytest.raises(InvalidArgument):
            FAST.decode(body)
    else:
        fast = FAST._decode(body)
        assert FAST._check is None or FAST._check(fast)
        assert msgspec.to_builtins(fast) == msgspec.to_builtins(slow)


def test_an_answer_that_is_a_map_of_plain_values_is_written_as_it_is() -> None:
    contract = REGISTRY.functions["mapService.takeJson"].result
    assert contract is not None
    assert encoder(contract)({"a": 1}) == {"a": 1}


def test_rules_about_maps_describe_themselves() -> None:
    assert map_max_size(2).metadata() == "mapMaxSize(2)"
    assert map_max_size(2).json_schema() | map_min_size(1).json_schema() == {"maxProperties": 2, "minProperties": 1}
    assert not map_max_size(2).accepts([1])
    assert map_min_size(2).accepts(map_min_size(2).sample())
    assert min_length(1) != map_min_size(1)
