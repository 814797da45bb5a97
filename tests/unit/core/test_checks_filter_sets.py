"""What is refused of FilterSets that are arguments, and which line is shown."""

from typing import Annotated, Any

import django_filters
import pytest
from django import forms

from backk_core import Argument, all_of, array_max_size
from backk_core.publish.checks import problems_of
from tests.apps.reading.models import Specimen
from tests.filter_sets import filter_set, registry_of


def problems(argument: type) -> list[tuple[str, str, str]]:
    return [(problem.id, problem.message, problem.hint) for problem in problems_of(registry_of(argument))]


class Odd(django_filters.Filter):
    pass


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (Odd(field_name="label"), "is a Odd, whose values no argument can carry"),
        (django_filters.DurationFilter(field_name="label"), "is a DurationFilter, whose values no argument can carry"),
        (django_filters.LookupChoiceFilter(field_name="label", field_class=forms.CharField), "is a LookupChoiceFilter"),
        (django_filters.OrderingFilter(fields=["label"]), "orders, which PostQueryOperations does"),
        (django_filters.CharFilter(field_name="label", lookup_expr="iregex"), "takes a pattern"),
        (django_filters.ChoiceFilter(field_name="label"), "has no choices"),
        (
            django_filters.ChoiceFilter(field_name="label", choices=[(1, "a"), ("b", "b")]),
            "has choices that are neither",
        ),
        (django_filters.ModelChoiceFilter(queryset=lambda request: Specimen.objects.all()), "asks a web request"),
    ],
)
def test_a_filter_that_no_argument_can_carry_is_refused_at_start_up(known: Any, says: str) -> None:
    ((id, message, hint),) = problems(filter_set(wrong=known))
    assert id == "backk.E206"
    assert message.startswith(f"SpecimenFilters.wrong {says}")
    assert hint


def test_a_private_field_is_filtered_by_only_where_that_is_written() -> None:
    ((id, message, _),) = problems(filter_set(fields=["secret"]))
    assert (id, message) == (
        "backk.E206",
        "SpecimenFilters.secret is of a private field, and follows from Meta.fields only.",
    )
    assert problems(filter_set(secret=django_filters.CharFilter())) == []


class Unbounded(django_filters.FilterSet):
    number = django_filters.NumberFilter(method="find")
    text = django_filters.CharFilter(method="find", help_text="any")

    class Meta:
        model = Specimen
        fields = {"label": ["in"]}

    def find(self, queryset: Any, name: str, value: Any) -> Any:
        return queryset


def test_what_has_no_bounds_is_refused_with_the_line_to_write() -> None:
    found = problems(Unbounded)
    assert [id for id, _, _ in found] == ["backk.E106", "backk.E102", "backk.E104", "backk.E105"]
    hints = {message.split(" ")[0].split(".")[1]: hint for _, message, hint in found}
    assert hints["number"] == "number = django_filters.NumberFilter(method='find', validators=[between(0, 1000000)])"
    assert "validators=[array_max_size(100)]" in hints["label__in"]
    assert hints["label__in"].startswith("label__in = django_filters.")


def test_an_argument_may_bound_what_its_filter_set_does_not() -> None:
    filters = filter_set(fields={"label": ["in"]})

    class Bounded(Argument, fields=all_of(filters)):
        label_in: Annotated[list[str], array_max_size(5)]

    assert problems(Bounded) == []
    assert [id for id, _, _ in problems(filters)] == ["backk.E106"]
