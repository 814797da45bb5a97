import base64
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from backk_security.conf import SecurityConf
from backk_security.keyring import KeyRing, key_rings

A, B, C = (bytes(range(first, first + 32)) for first in (0, 40, 80))
A64, B64, C64 = (base64.b64encode(key).decode() for key in (A, B, C))


def ring(*, in_production: bool = True, **settings: Any) -> KeyRing:
    settings.setdefault("index_key", C64)
    return key_rings(SecurityConf(**settings), in_production=in_production).values


def test_one_key_is_enough() -> None:
    assert ring(encryption_key=A64) == KeyRing({"0": A}, "0")


def test_a_text_that_stands_for_too_few_bytes_is_a_key_itself() -> None:
    text = "abcdefghijklmnopqrstuvwxyz012345"
    assert ring(encryption_key=text).keys == {"0": text.encode()}


def test_the_first_of_several_is_active_unless_another_is_named() -> None:
    listed = f"new:{A64}, old:{B64}"
    assert ring(encryption_keys=listed) == KeyRing({"new": A, "old": B}, "new")
    assert ring(encryption_keys=listed, encryption_active_key="old").active == "old"
    assert ring(encryption_keys=listed, encryption_key=C64).keys == {"new": A, "old": B, "0": C}


def test_a_directory_has_a_file_a_key(tmp_path: Path) -> None:
    (tmp_path / "2026-01").write_bytes(A)
    (tmp_path / "2026-02").write_text(f"{B64}\n")
    (tmp_path / "..data").write_text("what a mounted secret has beside its keys")
    (tmp_path / "folder").mkdir()
    settings = {"encryption_keys_directory": str(tmp_path), "encryption_active_key": "2026-02"}
    assert ring(**settings) == KeyRing({"2026-01": A, "2026-02": B}, "2026-02")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "ENCRYPTION_KEY or .* is missing"),
        ({"encryption_key": A64, "index_key": ""}, "ENCRYPTION_INDEX_KEY or .* is missing"),
        ({"encryption_keys": "a:no base64"}, "'a' is no base64"),
        ({"encryption_keys": A64}, "no id of a key|no base64"),
        ({"encryption_keys": f"A B:{A64}"}, "no id of a key"),
        ({"encryption_keys": f"{'a' * 17}:{A64}"}, "no id of a key"),
        ({"encryption_keys": f"a:{A64},a:{B64}"}, "given twice"),
        ({"encryption_keys": f"a:{A64}", "encryption_active_key": "b"}, "must be one of a"),
        ({"encryption_keys_directory": "/nowhere/at/all"}, "cannot be read"),
    ],
)
def test_what_is_wrong_with_keys_is_told_without_telling_a_key(settings: Any, message: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=message) as refused:
        ring(**settings)
    assert A64[8:] not in str(refused.value)


def test_of_a_directory_with_two_keys_one_must_be_named(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(A if name == "a" else B)
    with pytest.raises(ImproperlyConfigured, match="ACTIVE_KEY"):
        ring(encryption_keys_directory=str(tmp_path))


def test_development_makes_up_keys_that_stay_the_same() -> None:
    first, second = (key_rings(SecurityConf(), in_production=False) for _ in range(2))
    assert first == second
    assert first.values.keys != first.indexes.keys
    assert not first.shared


@pytest.mark.parametrize("key", [b"short", b"a" * 64, b"0123456789abcde" * 4])
def test_a_key_that_can_be_guessed_is_weak(key: bytes) -> None:
    assert KeyRing({"a": key, "b": A}, "b").weak == ("a",)


def test_one_key_in_both_rings_is_noticed() -> None:
    settings = SecurityConf(encryption_key=A64, index_keys=f"x:{B64},y:{A64}")
    assert key_rings(settings, in_production=True).shared


def test_neither_settings_nor_rings_show_their_keys() -> None:
    settings = SecurityConf(encryption_key=A64, index_key=B64, jwt_sign_secret="sesame")
    rings = key_rings(settings, in_production=True)
    shown = repr(settings) + repr(rings) + repr(rings.values)
    assert not any(secret in shown for secret in (A64, B64, "sesame", "\\x01"))
