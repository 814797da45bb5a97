"""What a relation must say."""

from __future__ import annotations

import pytest
from django.test.utils import isolate_apps

from backk_core import read_only
from backk_core.describe.contract_builder import ContractBuilder
from backk_core.describe.type_builder import Unbuildable
from backk_core.models import Entity, many_to_many, reverse_of

WITHOUT_END = "E205"


@isolate_apps("tests.apps.relations")
def test_an_answer_without_end_is_refused() -> None:
    class Ring(Entity):
        """Refers to itself, whole."""

        others = read_only(many_to_many("self", max=3))

        class Meta:
            app_label = "relations"

    with pytest.raises(Unbuildable, match="leads back to Ring") as failure:
        ContractBuilder().type_contract(Ring)
    assert failure.value.problem.id == f"backk.{WITHOUT_END}"


@isolate_apps("tests.apps.relations")
@pytest.mark.parametrize("declared", [many_to_many("self", view="Nowhere"), reverse_of("nothing")])
def test_an_end_that_is_nowhere_is_refused(declared: list[object]) -> None:
    class Loose(Entity):
        """Refers to what is not there."""

        others = read_only(declared)

        class Meta:
            app_label = "relations"

    with pytest.raises(Unbuildable, match="has nothing at its end"):
        ContractBuilder().type_contract(Loose)
