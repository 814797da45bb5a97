import json
from typing import Annotated, Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from backk_core import Argument, InvalidArgument, is_any_string, max_length
from backk_core.describe.contract_builder import ContractBuilder
from backk_core.describe.contracts import Mode
from backk_core.execute.decoding import Decoder
from backk_core.execute.nesting import is_deeper_than

VALUES = st.recursive(
    st.none() | st.text('ab"\\[]{}\n', max_size=6) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a"\\[{', max_size=4), inner, max_size=3),
    max_leaves=12,
)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(VALUES, st.integers(0, 6), st.booleans())
def test_the_depth_of_any_json_is_told_as_a_reader_would(value: Any, most: int, escaped: bool) -> None:
    body = json.dumps(value, ensure_ascii=escaped).encode()
    assert is_deeper_than(most, body) == (depth_of(value) > most)


class Free(Argument):
    value: Annotated[Any, is_any_string] = None


class Typed(Argument):
    value: Annotated[str, max_length(999), is_any_string] = ""


def decoder(cls: type) -> Decoder:
    return Decoder(ContractBuilder().type_contract(cls), Mode.ARGUMENT)


def nested(levels: int) -> bytes:
    return b'{"value":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def test_any_value_may_be_as_deep_as_the_project_says() -> None:
    assert decoder(Free).decode(nested(64)).value
    with pytest.raises(InvalidArgument, match="nested too deeply"):
        decoder(Free).decode(nested(65))
    with override_settings(BACKK={"MAX_JSON_DEPTH": 3}):
        assert decoder(Free).decode(nested(3)).value
        with pytest.raises(InvalidArgument, match="nested too deeply"):
            decoder(Free).decode(nested(4))


def test_what_is_refused_anyway_is_not_read_to_its_depth_either() -> None:
    with pytest.raises(InvalidArgument, match="nested too deeply"):
        decoder(Typed).decode(nested(65))


def test_brackets_in_texts_are_no_depth() -> None:
    text = "[{" * 200
    assert decoder(Typed).decode(json.dumps({"value": text}).encode()).value == text
    assert decoder(Free).decode(json.dumps({"value": text + '"\\'}).encode()).value == text + '"\\'


@pytest.mark.parametrize("depth", [0, -1, 501])
def test_a_depth_that_cannot_be_is_refused(depth: int) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from backk_core.declare.conf import conf

    with override_settings(BACKK={"MAX_JSON_DEPTH": depth}), pytest.raises(ImproperlyConfigured, match="1 to 500"):
        conf()
