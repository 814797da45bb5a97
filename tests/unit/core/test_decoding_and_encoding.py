import decimal
import json
from typing import Annotated, Any, get_origin

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backk_core import Argument, InvalidArgument, array_max_size, between, is_any_string, max_length
from backk_core.describe.contract_builder import ContractBuilder
from backk_core.describe.contracts import Mode, TypeContract
from backk_core.execute.building import data_built
from backk_core.execute.decoding import Decoder
from backk_core.execute.diagnosis import diagnosed
from tests.apps.calls.models import Thing
from tests.arguments import HOSTILE, KINDS, Kind, Made, made_arguments, written


def plain(value: Any) -> Any:
    """Return a value so that equal ones are of one type, too: 1, 1.0 and True differ."""
    if isinstance(value, msgspec.Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return type(value).__name__, str(value)


def slowly(body: bytes, contract: TypeContract) -> Any:
    return data_built(contract, diagnosed(body, contract, Mode.ARGUMENT))


def outcome(decode: Any, *arguments: Any) -> tuple[str, Any]:
    try:
        return "accepted", plain(decode(*arguments))
    except InvalidArgument as refused:
        return "refused", refused.message


def contract_of(annotation: Any) -> TypeContract:
    cls = type("Single", (Argument,), {"__annotations__": {"value": annotation}, "__module__": __name__})
    return ContractBuilder().type_contract(cls)


fragments = st.one_of(
    st.sampled_from(HOSTILE),
    st.integers().map(str),
    st.floats().map(json.dumps),
    st.text().map(json.dumps),
    st.text(max_size=8).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.recursive(st.none() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)).map(
        json.dumps
    ),
)


@given(made_arguments(), st.data())
@settings(max_examples=150, deadline=None)
def test_the_fast_and_the_slow_decoder_accept_the_same_and_give_equal_values(made: Made, data: st.DataObject) -> None:
    decode = Decoder(made.contract, Mode.ARGUMENT).decode
    for _ in range(8):
        values = {
            name: data.draw(st.sampled_from(fitting) | fragments)
            for name, fitting in made.fitting.items()
            if data.draw(st.integers(0, 9))
        }
        body = written(values)
        assert outcome(decode, body) == outcome(slowly, body, made.contract)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_hostile_values_of_every_kind_are_judged_alike_and_refused_by_name(kind: Kind) -> None:
    for annotation in (kind.annotation, Annotated[list[kind.annotation], array_max_size(3)]):  # type: ignore[name-defined]
        contract = contract_of(annotation)
        decode = Decoder(contract, Mode.ARGUMENT).decode
        for sent in HOSTILE:
            for value in (sent, f"[{sent}]", f"[{kind.fitting[0]}, {sent}]"):
                body = written({"value": value})
                told = outcome(decode, body)
                assert told == outcome(slowly, body, contract), value[:80]
                if told[0] == "refused" and not told[1].startswith("Invalid argument: it is n"):
                    assert told[1].startswith("Invalid argument: value")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_fits_is_accepted_without_the_slow_way(kind: Kind) -> None:
    contract = contract_of(kind.annotation)
    decoder = Decoder(contract, Mode.ARGUMENT)
    for sent in kind.fitting:
        body = written({"value": sent})
        assert plain(decoder.decode(body)) == plain(slowly(body, contract))


@given(made_arguments(depth=1), st.data())
@settings(max_examples=100, deadline=None)
def test_every_violation_is_listed_as_if_it_were_the_only_one(made: Made, data: st.DataObject) -> None:
    decode = Decoder(made.contract, Mode.ARGUMENT).decode
    fine = {name: fitting[0] for name, fitting in made.fitting.items()}
    sent = {name: data.draw(st.sampled_from([fine[name], *HOSTILE[:20], '"\\u0000"', "[]", "{}"])) for name in fine}
    alone: list[str] = []
    for name, value in sent.items():
        told = outcome(decode, written({**fine, name: value}))
        if told[0] == "refused":
            alone.append(told[1].removeprefix("Invalid argument: "))
    together = outcome(decode, written(sent))
    assert together == ("refused", "Invalid argument: " + ", ".join(alone)) or (not alone and together[0] == "accepted")


@pytest.mark.parametrize("sent", ["1.0", "1e0", "10e-1", "1"])
def test_a_number_without_fraction_is_an_integer_however_it_is_written(sent: str) -> None:
    decode = Decoder(contract_of(Annotated[int, between(0, 9)]), Mode.ARGUMENT).decode
    value = decode(written({"value": sent})).value
    assert (value, type(value)) == (1, int)


@pytest.mark.parametrize("sent", ["9" * 5000, "-" + "9" * 5000, "1e400", "-1e400", "NaN", "Infinity"])
@pytest.mark.parametrize("annotation", [int, float, Any, list[float], list[Any]], ids=str)
def test_a_number_that_nobody_can_keep_is_refused(annotation: Any, sent: str) -> None:
    decode = Decoder(contract_of(annotation), Mode.ARGUMENT).decode
    with pytest.raises(InvalidArgument):
        decode(written({"value": f"[{sent}]" if get_origin(annotation) is list else sent}))


@pytest.mark.parametrize("sent", ["12345678901234567890.123456789", "1e2", "0.10", "-0.0", "9" * 400])
def test_a_decimal_is_a_text_and_keeps_its_digits(sent: str) -> None:
    contract = contract_of(decimal.Decimal)
    decode = Decoder(contract, Mode.ARGUMENT).decode
    body = written({"value": f'"{sent}"'})
    assert str(decode(body).value) == str(slowly(body, contract).value) == str(decimal.Decimal(sent))
    with pytest.raises(InvalidArgument, match="value must be a decimal number in a string"):
        decode(written({"value": sent}))


@pytest.mark.parametrize("sent", ["", " 1", "1_000", "NaN", "-Infinity", "\u0661", "1,5", "0x1", "1e", "--1"])
def test_what_python_alone_takes_for_a_decimal_is_none(sent: str) -> None:
    with pytest.raises(InvalidArgument, match="value must be a decimal number in a string"):
        Decoder(contract_of(decimal.Decimal), Mode.ARGUMENT).decode(written({"value": f'"{sent}"'}))


@given(st.integers(-(10**110), 10**110))
@example(2**63)
@example(-(2**63) - 1)
@example(2**64)
@settings(max_examples=200, deadline=None)
def test_anything_that_is_a_number_keeps_its_value_or_is_refused(number: int) -> None:
    decode = Decoder(contract_of(Any), Mode.ARGUMENT).decode
    told = outcome(decode, written({"value": str(number)}))
    assert told[0] == "refused" or told[1]["value"] == ("int", str(number))


def test_of_a_property_that_is_sent_twice_the_last_counts() -> None:
    contract = contract_of(Annotated[int, between(0, 9)])
    decode = Decoder(contract, Mode.ARGUMENT).decode
    for body, value in ((b'{"value":1,"value":2}', 2), (b'{"value":"x","value":2}', 2), (b'{"value":99,"value":2}', 2)):
        assert decode(body).value == slowly(body, contract).value == value
    with pytest.raises(InvalidArgument):
        decode(b'{"value":2,"value":"x"}')


@pytest.mark.parametrize("opening", ["[", '{"value":', '[{"value":'])
def test_deep_nesting_is_refused(opening: str) -> None:
    class Node(Argument):
        value: Any

    decode = Decoder(ContractBuilder().type_contract(Node), Mode.ARGUMENT).decode
    for depth in (100_000 // len(opening), 20_000):
        with pytest.raises(InvalidArgument, match="nested too deeply"):
            decode(b'{"value":' + opening.encode() * depth)


def test_a_huge_array_is_refused_for_its_length_alone() -> None:
    decode = Decoder(contract_of(Annotated[list[int], array_max_size(3)]), Mode.ARGUMENT).decode
    with pytest.raises(InvalidArgument) as refused:
        decode(written({"value": "[" + '"x",' * 30_000 + '"x"]'}))
    assert [violation.path for violation in refused.value.violations] == [("value",)]


def test_thousands_of_violations_are_not_all_told() -> None:
    decode = Decoder(contract_of(Annotated[list[int], array_max_size(100_000)]), Mode.ARGUMENT).decode
    with pytest.raises(InvalidArgument) as refused:
        decode(written({"value": "[" + '"x",' * 30_000 + '"x"]'}))
    assert len(refused.value.violations) == 100


@given(st.text(min_size=65, max_size=200))
@settings(max_examples=50, deadline=None)
def test_a_long_unknown_name_is_told_in_short(name: str) -> None:
    decode = Decoder(contract_of(Annotated[str, max_length(8), is_any_string]), Mode.ARGUMENT).decode
    with pytest.raises(InvalidArgument, match=r"property .* should not exist") as refused:
        decode(json.dumps({"value": "x", name: 1}).encode())
    assert len(refused.value.message) < 64 * 10 + 60
    assert "\0" not in refused.value.message


@given(st.data(), st.sampled_from([Mode.CREATE, Mode.UPDATE]))
@settings(max_examples=150, deadline=None)
def test_an_entity_is_decoded_alike_both_ways(data: st.DataObject, mode: Mode) -> None:
    contract = ContractBuilder().type_contract(Thing)
    decoder = Decoder(contract, mode)
    fitting = {"name": ['"a"', '"abc"'], "amount": ["1", "7.0"], "_id": ['"1"'], "version": ["1", "-1"]}
    body = written(
        {
            name: data.draw(st.sampled_from(values) | fragments)
            for name, values in fitting.items()
            if data.draw(st.booleans())
        }
    )

    def state(entity: Any) -> dict[str, Any]:
        return {name: value for name, value in vars(entity).items() if name != "_state"}

    def fast() -> Any:
        return state(decoder.decode(body))

    def slow() -> Any:
        assert decoder._build is not None
        return state(decoder._build(diagnosed(body, contract, mode)))

    assert told(fast) == told(slow)


def told(decode: Any) -> tuple[str, Any]:
    from backk_core import EntityNotFound

    try:
        return outcome(decode)
    except EntityNotFound as refused:
        return "not found", refused.message
