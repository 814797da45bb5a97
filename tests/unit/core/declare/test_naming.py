from pathlib import Path

import pytest

from backk_core.declare import naming

#: Every property, service and function of the example service's description.
NAMES = (Path(__file__).parents[1] / "contract_names.txt").read_text().split()


@pytest.mark.parametrize("wire_name", NAMES)
def test_every_name_of_the_contract_comes_back_from_python(wire_name: str) -> None:
    name = naming.to_python(wire_name)
    assert name.isidentifier()
    assert name == name.lower()
    assert naming.to_wire(name) == wire_name
    assert naming.round_trips(name)


def test_names_are_those_of_the_protocol() -> None:
    assert len(NAMES) == 144
    for name, wire_name in {
        "primary_image_data_uri": "primaryImageDataUri",
        "i_agree_with_terms_and_conditions": "iAgreeWithTermsAndConditions",
        "id": "_id",
        "local_id": "id",
        "user_account_id": "userAccountId",
        "_job_id": "_jobId",
    }.items():
        assert (naming.to_wire(name), naming.to_python(wire_name)) == (wire_name, name)


@pytest.mark.parametrize("name", ["x_1", "a__b", "URL", "camelCase", "trailing_"])
def test_names_that_would_come_back_as_others_are_known(name: str) -> None:
    assert not naming.round_trips(name)


def test_classes_begin_in_lower_case() -> None:
    assert naming.class_to_wire("SalesItemService") == "salesItemService"
