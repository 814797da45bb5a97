"""What a team says about showing and trying a field reaches whoever shows or tries it."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from django.db import models

from backk_core import (
    Argument,
    One,
    Result,
    Service,
    allow_for_every_user,
    is_any_string,
    max_length,
    pick,
    read_write,
    sample_value,
    ui_hints,
)
from backk_core.declare.access import access_of
from backk_core.describe.contracts import Mode, TypeContract
from backk_core.describe.registry import Registry, build
from backk_core.publish.clients.surface import Surface
from backk_core.publish.clients.typescript import files
from backk_core.publish.openapi import document
from backk_core.publish.samples import Sampler
from backk_core.publish.services_metadata import services_metadata


class Letter(Argument):
    postal_code: Annotated[
        str,
        max_length(5),
        is_any_string,
        ui_hints(label="Postal code", order=1),
        ui_hints(width=5),
        sample_value("33100"),
    ]


class Posted(Result, fields=pick(Letter, "postal_code")):
    postal_code: Annotated[str, ui_hints(order=2)]


class PostService(Service):
    @allow_for_every_user
    def post(self, letter: Letter) -> One[Posted]: ...


@pytest.fixture
def known() -> Registry:
    return build([PostService])


def argument(known: Registry) -> TypeContract:
    found = known.functions["postService.post"].argument
    assert found is not None
    return found


def test_hints_are_joined_and_those_of_a_borrower_win(known: Registry) -> None:
    assert argument(known).by_name["postal_code"].ui == {"label": "Postal code", "order": 1, "width": 5}
    result = known.functions["postService.post"].result
    assert result is not None
    assert result.by_name["postal_code"].ui == {"label": "Postal code", "order": 2, "width": 5}


def test_a_sample_value_is_the_example(known: Registry) -> None:
    assert Sampler().example(argument(known), Mode.ARGUMENT) == {"postalCode": "33100"}


def test_clients_metadata_and_documents_hand_them_on(known: Registry) -> None:
    types = files(Surface(known, "public"), "public")["src/types.ts"].decode()
    assert 'ui: {"label": "Postal code", "order": 1, "width": 5}' in types
    assert services_metadata(known, "public")["services"][0]["uiHints"]["Letter"]["postalCode"]["width"] == 5
    schema: dict[str, Any] = document(known)["components"]["schemas"]["Letter"]["properties"]["postalCode"]
    assert schema["x-ui"]["label"] == "Postal code"


def test_a_django_field_keeps_them_beside_its_mode() -> None:
    field = read_write(sample_value("a")(ui_hints(label="Name")(models.CharField(max_length=9))))
    assert access_of(field) is not None
    assert len(field.deconstruct()[3]) == 1


def test_a_hint_that_no_client_could_read_is_refused() -> None:
    with pytest.raises(TypeError, match="the hint choices"):
        ui_hints(choices=["a"])  # type: ignore[arg-type]
