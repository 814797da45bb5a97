"""G11 as a part of every run: attack tokens against the verifier as it is in production."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.goals.g11 import Keys, attacks, outcome, production_verifier

KEYS = Keys.made()
ATTACKS = attacks(KEYS)


@pytest.fixture(scope="module")
def verifier() -> Iterator[Any]:
    with production_verifier(KEYS) as made:
        # its keys are known before the attacks: those that name others soon exhaust the questions that may be asked
        assert [outcome(made, key.token()) for key in KEYS.all] == ["ACCEPTED as a1b2"] * 3
        yield made


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    """The tokens, made now: those of the parameters may be old when their tests run."""
    return {attack.name: attack.token for attack in attacks(KEYS)}


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name.replace("\0", "NUL") for attack in ATTACKS])
def test_an_attack_token_is_refused_for_the_right_reason(verifier: Any, fresh: dict[str, str], attack: Any) -> None:
    assert outcome(verifier, fresh[attack.name]) == attack.reason


def test_there_are_sixty_attacks_and_more() -> None:
    assert len({attack.token for attack in ATTACKS}) >= 60
