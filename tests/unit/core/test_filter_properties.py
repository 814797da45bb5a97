"""What FilterSets amount to as arguments: names, kinds, rules, documentation, and what is refused of them."""

from typing import Any

import django_filters
import pytest
from django.contrib.auth.models import User

from backk_core import (
    Argument,
    PostQueryOperations,
    all_of,
    array_max_size,
    is_any_string,
    matching,
    max_length,
    omit,
    pick,
)
from backk_core.describe.contracts import FieldContract
from backk_core.publish.openapi import document
from backk_core.testing import Client, FakeStore
from tests.apps.reading.models import Shelf, Specimen
from tests.filter_sets import filter_set, registry_of


def properties(filters: Any) -> dict[str, FieldContract]:
    known = registry_of(filters)
    assert not known.problems
    argument = known.functions["specimenService.getSpecimens"].argument
    assert argument is not None
    return argument.by_wire_name


def rules(field: FieldContract) -> list[str]:
    return [rule.metadata() for rule in field.validators]


# properties


def test_a_lookup_is_a_part_of_the_name() -> None:
    found = properties(filter_set(fields={"amount": ["exact", "gte", "range"], "day": ["year__lt"]}))
    assert list(found) == ["amount", "amountGte", "amountRange", "dayYearLt"]


def test_a_range_is_two_properties() -> None:
    found = properties(filter_set(price=django_filters.RangeFilter(), day=django_filters.DateFromToRangeFilter()))
    assert list(found) == ["priceMin", "priceMax", "dayAfter", "dayBefore"]
    assert [field.kind.name for field in found.values()] == ["decimal", "decimal", "date", "date"]


def test_values_have_kinds_and_rules_of_the_model_field() -> None:
    lookups = {"label": ["exact"], "amount": ["gte"], "price": ["lt"], "flag": ["exact"], "code": ["exact"]}
    found = properties(filter_set(fields=lookups))
    kinds = [field.kind.name for field in found.values()]
    assert kinds == ["string", "integer", "decimal", "boolean", "uuid"]
    assert rules(found["label"]) == ["isAnyString()", "maxLength(255)"]
    assert rules(found["amountGte"]) == [f"minMax({-(2**31)}, {2**31 - 1})"]


def test_a_part_of_a_text_keeps_its_length_and_no_format() -> None:
    found = properties(filter_set(User, {"email": ["exact", "icontains"]}))
    assert any("mail" in rule.lower() for rule in rules(found["email"]))
    assert rules(found["emailIcontains"]) == ["isAnyString()", "maxLength(254)"]


def test_functions_of_moments_have_their_own_bounds() -> None:
    found = properties(filter_set(fields={"day": ["month", "year__gte", "week_day"]}))
    assert [rules(field) for field in found.values()] == [["minMax(1, 12)"], ["minMax(1, 9999)"], ["minMax(1, 7)"]]
    assert {field.kind.name for field in found.values()} == {"integer"}


def test_choices_are_an_enumeration_and_may_have_null() -> None:
    choices = [("Group", [("a", "A"), ("b", "B")]), ("c", "C")]
    found = properties(
        filter_set(
            one=django_filters.ChoiceFilter(field_name="note", choices=lambda: choices, null_label="none"),
            many=django_filters.MultipleChoiceFilter(field_name="note", choices=choices),
            number=django_filters.TypedChoiceFilter(field_name="amount", choices=[("1", "x"), ("2", "y")], coerce=int),
        )
    )
    assert (found["one"].choices, found["one"].nullable) == (("a", "b", "c"), True)
    assert found["many"].element is not None
    assert (found["many"].element.choices, found["many"].nullable) == (("a", "b", "c"), False)
    assert rules(found["many"]) == ["arrayMinSize(0)", "arrayMaxSize(3)", "arrayUnique()"]
    assert (found["number"].kind.name, found["number"].choices) == ("integer", (1, 2))


def test_related_entities_and_keys_are_ids() -> None:
    found = properties(filter_set(Shelf, ["specimen", "id"]))
    assert {name: field.kind.name for name, field in found.items()} == {"specimen": "id", "_id": "id"}


def test_options_and_validators_of_the_filter_are_rules() -> None:
    found = properties(
        filter_set(
            said=django_filters.CharFilter(method="say", max_length=9, min_length=2, validators=[is_any_string]),
            rank=django_filters.NumberFilter(method="say", min_value=1, max_value=5),
        )
    )
    assert rules(found["said"]) == ["isAnyString()", "maxLength(9)", "minLength(2)"]
    assert rules(found["rank"]) == ["min(1)", "max(5)"]


def test_bounds_of_a_list_are_of_the_array_or_of_its_elements() -> None:
    class InFilter(django_filters.BaseInFilter, django_filters.CharFilter):
        pass

    labels = InFilter(field_name="label", validators=[array_max_size(3), max_length(5)])
    found = properties(filter_set(labels=labels))["labels"]
    assert rules(found) == ["arrayMinSize(0)", "arrayMaxSize(3)", "arrayNotUnique()"]
    assert found.element is not None
    assert "maxLength(5)" in rules(found.element)


def test_a_required_filter_is_a_required_property() -> None:
    filters = filter_set(label=django_filters.CharFilter(required=True), note=django_filters.CharFilter())
    found = properties(filters)
    assert (found["label"].required, found["note"].required) == (True, False)
    client = Client(*registry_of(filters).classes)
    reply = client.call("specimenService.getSpecimens", {})
    assert reply.message == "Invalid argument: label should not be null or undefined"


def test_an_argument_takes_all_fields_some_or_all_but_some() -> None:
    filters = filter_set(fields={"label": ["exact"], "amount": ["gte", "lte"]})

    class All(PostQueryOperations, fields=all_of(filters)):
        pass

    class Some(Argument, fields=pick(filters, "amount_gte")):
        pass

    class Rest(Argument, fields=omit(filters, "amount_gte")):
        pass

    assert set(properties(All)) - set(properties(PostQueryOperations)) == {"label", "amountGte", "amountLte"}
    assert (list(properties(Some)), list(properties(Rest))) == (["amountGte"], ["label", "amountLte"])
    with pytest.raises(TypeError, match="has no field 'nothing'; it has amount_gte, amount_lte, label"):
        pick(filters, "nothing")


def test_two_filters_of_one_name_are_refused() -> None:
    clash = filter_set(price=django_filters.RangeFilter(), price_min=django_filters.NumberFilter())
    with pytest.raises(TypeError, match="two filters are 'price_min'; rename one of them"):
        all_of(clash)


# documents


def test_filters_are_told_in_the_document() -> None:
    filters = filter_set(
        fields={"amount": ["gte"]}, note=django_filters.CharFilter(help_text="The whole note."),
        price=django_filters.RangeFilter(), label=django_filters.CharFilter(label="Name"),
    )  # fmt: skip
    schema = document(registry_of(filters))["components"]["schemas"]["SpecimenFilters"]["properties"]
    assert schema["amountGte"] == {
        "type": "integer",
        "minimum": -(2**31),
        "maximum": 2**31 - 1,
        "description": "Amount is greater than or equal to",
    }
    assert [schema[name]["description"] for name in ("note", "label", "priceMin")] == [
        "The whole note.", "Name", "Price: from",
    ]  # fmt: skip


# conditions


def test_conditions_of_own_fields_are_answered_without_a_database() -> None:
    (service,) = registry_of(filter_set(fields={"label": ["exact"], "amount": ["gte"]})).classes
    client = Client(service(FakeStore(Specimen(label="a", amount=1), Specimen(label="b", amount=2))))
    assert [row["label"] for row in client.call("specimenService.getSpecimens", {"amountGte": 2}).data] == ["b"]


def test_an_argument_without_filters_has_no_condition() -> None:
    with pytest.raises(TypeError, match=r"PostQueryOperations has no filters: class PostQueryOperations\(…, fields="):
        matching(PostQueryOperations())
