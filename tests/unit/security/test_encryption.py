import base64
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backk_security.encryption import Cipher, EncryptionError, is_sealed, new_row_key
from backk_security.keyring import KeyRing, KeyRings

A, B, C = (bytes(range(first, first + 32)) for first in (0, 40, 80))
FIELD = "app.Model.field"
ROW = new_row_key()


def cipher(values: dict[str, bytes], indexes: dict[str, bytes] | None = None) -> Cipher:
    indexes = indexes or {"i": C}
    return Cipher(KeyRings(KeyRing(values, next(iter(values))), KeyRing(indexes, next(iter(indexes)))))


ONE = cipher({"a": A})


@given(st.binary(max_size=300))
def test_what_was_sealed_is_opened(value: bytes) -> None:
    sealed = ONE.seal(value, FIELD, ROW)
    assert is_sealed(sealed)
    assert sealed.startswith("v1.a.")
    assert ONE.open(sealed, FIELD, ROW) == value


def test_the_same_value_is_sealed_differently_each_time() -> None:
    assert len({ONE.seal(b"x", FIELD, ROW) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("field", "row_key"),
    [("app.Model.other", ROW), ("app.Other.field", ROW), (FIELD, new_row_key()), (FIELD, ""), ("", ROW)],
)
def test_a_value_is_bound_to_its_field_and_row(field: str, row_key: str) -> None:
    with pytest.raises(EncryptionError):
        ONE.open(ONE.seal(b"x", FIELD, ROW), field, row_key)


def test_every_bit_of_a_value_counts() -> None:
    version, key_id, text = ONE.seal(b"x", FIELD, ROW).split(".")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for position, bit in product(range(len(raw)), (1, 128)):
        changed = bytearray(raw)
        changed[position] ^= bit
        tampered = base64.urlsafe_b64encode(bytes(changed)).rstrip(b"=").decode()
        with pytest.raises(EncryptionError):
            ONE.open(f"{version}.{key_id}.{tampered}", FIELD, ROW)


@pytest.mark.parametrize(
    "sealed", ["", "x", "v1", "v1.", "v1.a", "v1.a.", "v1.a.AA", "v1.a.ä", "v1..AAAA", "v0.a.AAAA"]
)
def test_what_is_no_sealed_value_is_not_opened(sealed: str) -> None:
    with pytest.raises(EncryptionError) as refused:
        ONE.open(sealed, FIELD, ROW)
    assert FIELD in str(refused.value)


def test_a_value_says_which_key_it_wants_and_no_other_is_tried() -> None:
    both = cipher({"b": B, "a": A})
    assert both.open(ONE.seal(b"x", FIELD, ROW), FIELD, ROW) == b"x"
    assert both.seal(b"x", FIELD, ROW).startswith("v1.b.")
    with pytest.raises(EncryptionError, match="key 'b'"):
        ONE.open(both.seal(b"x", FIELD, ROW), FIELD, ROW)
    with pytest.raises(EncryptionError, match="changed"):
        cipher({"a": B}).open(ONE.seal(b"x", FIELD, ROW), FIELD, ROW)


def test_the_id_of_a_key_cannot_be_exchanged() -> None:
    twins = cipher({"a": A, "b": A})
    sealed = twins.seal(b"x", FIELD, ROW)
    with pytest.raises(EncryptionError):
        twins.open(sealed.replace("v1.a.", "v1.b."), FIELD, ROW)


def test_an_index_is_the_same_for_equal_values_of_one_field_and_key() -> None:
    assert ONE.index(b"x", FIELD) == ONE.index(b"x", FIELD) == cipher({"b": B}).index(b"x", FIELD)
    other = {ONE.index(b"x", FIELD), ONE.index(b"y", FIELD), ONE.index(b"x", "app.Model.other")}
    other.add(cipher({"a": A}, {"i": B}).index(b"x", FIELD))
    assert len(other) == 4
    assert all(len(index) == len("i.") + 64 for index in other)


def test_a_value_may_be_found_by_each_index_key() -> None:
    known = cipher({"a": A}, {"j": B, "i": C}).indexes(b"x", FIELD)
    assert ONE.index(b"x", FIELD) in known
    assert [index.split(".")[0] for index in known] == ["j", "i"]


def test_row_keys_are_random() -> None:
    keys = {new_row_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert {len(key) for key in keys} == {22}


def test_what_the_first_version_wrote_stays_readable_and_is_found() -> None:
    # written once: a change that cannot read these cannot read anybody's data
    sealed = "v1.a.AAECAwQFBgcICQoLZDDYivURN76FUvzj3w4vbsfXHA"
    assert ONE.open(sealed, FIELD, "0123456789012345678901") == b'"x"'
    assert ONE.index(b'"x"', FIELD) == "i.a5bf356df2f6c43f9d0238b6dbeb8779fa275994b309b7e989d6799b68bddb07"
