from pathlib import Path

import pytest

from backk_core.declare.validators import Between, MaxLength
from backk_core.describe.contract_builder import ContractBuilder
from backk_core.describe.contracts import FieldContract
from tests.declarations import declared


def contract_of(line: str, directory: Path) -> FieldContract:
    text = (
        f"class Thing(Entity):\n    thing = read_write({line})\n\n    class Meta:\n        app_label = 'backk_core'\n"
    )
    return ContractBuilder().type_contract(declared(directory, text).Thing).by_name["thing"]


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("models.SmallIntegerField()", (Between(-32768, 32767),)),
        ("models.PositiveIntegerField()", (Between(0, 2147483647),)),
        ("models.CharField(max_length=9)", (MaxLength(9),)),
        # ids and UUIDs are strings on the wire, whatever their columns are
        ("EntityIdField()", ()),
        ("models.UUIDField()", ()),
    ],
)
def test_a_column_gives_rules_to_values_of_its_own_kind_only(
    line: str, rules: tuple[object, ...], tmp_path: Path
) -> None:
    assert contract_of(line, tmp_path).validators == rules


def test_an_array_that_must_have_elements_has_no_empty_default(tmp_path: Path) -> None:
    of_one = "array_of(models.IntegerField(validators=[between(0, 9)]), min={}, max=9)"
    assert contract_of(of_one.format(1), tmp_path).required
    assert not contract_of(of_one.format(0), tmp_path).required


def test_transients_of_every_base_count_whatever_their_order(tmp_path: Path) -> None:
    text = "class {}({}):\n    class Meta:\n        app_label = 'backk_core'\n\n"
    module = declared(
        tmp_path,
        text.format("First", "Entity, HasCaptchaToken") + text.format("Second", "HasCaptchaToken, Entity"),
    )
    for cls in (module.First, module.Second):
        assert ContractBuilder().type_contract(cls).by_name["captcha_token"].transient
