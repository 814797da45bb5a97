"""The metadata that dynamic clients read: services, types, access modes, rules and errors, for two audiences."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest

from backk_core import (
    Argument,
    CrudEntityService,
    Doc,
    Many,
    One,
    PostQueryOperations,
    Service,
    ServiceError,
    allow_for_cluster_internal,
    allow_for_every_user,
    array_max_size,
    array_unique,
    is_any_string,
    max_length,
    no_captcha,
)
from backk_core.describe.registry import build
from backk_core.execute.call import Call, Principal
from backk_core.execute.injection import Services
from backk_core.execute.pipeline import Pipeline
from backk_core.publish.metadata import MetadataService
from backk_core.publish.services_metadata import services_metadata
from tests.apps.relations.models import Friend, Person


class TooMany(ServiceError):
    """There are too many"""

    code = 1


class Wanted(Argument):
    names: Annotated[list[Annotated[str, max_length(9), is_any_string]], array_max_size(3), array_unique]
    order: Annotated[Literal["up", "down"], Doc("Which way.")] = "up"


class PersonService(CrudEntityService):
    """Knows people."""

    errors = (TooMany,)

    @allow_for_every_user
    @no_captcha("a test")
    def create_person(self, person: Person) -> One[Person]:
        """Make a person."""
        return self.store.create(person)

    @allow_for_every_user
    def get_friends(self, query: PostQueryOperations) -> Many[Friend]:
        return self.store.get_all(Friend, query)

    @allow_for_every_user
    def delete_named(self, argument: Wanted) -> None: ...

    @allow_for_cluster_internal
    def delete_all_people(self) -> None: ...


def described(audience: Any = "public") -> dict[str, Any]:
    [service] = services_metadata(build([PersonService]), audience)["services"]
    return dict(service)


def test_a_function_tells_its_argument_result_and_errors() -> None:
    create = described()["functions"][0]
    assert create == {
        "functionName": "createPerson",
        "functionDocumentation": "Make a person.",
        "argType": "Person",
        "returnValueType": "PromiseErrorOr<One<Person>>",
        "errors": [{"errorCode": "personService.1", "statusCode": 400, "message": "There are too many"}],
    }
    results = {f["functionName"]: f["returnValueType"] for f in described()["functions"]}
    assert results["getFriends"] == "PromiseErrorOr<Many<Friend>>"
    assert results["deleteNamed"] == "PromiseErrorOr<null>"


def test_types_tell_what_is_optional_an_array_null_or_one_of_few() -> None:
    types = described()["types"]
    assert types["Person"]["_id"] == "string"
    assert types["Person"]["cards"] == "Card[]"
    assert types["Person"]["age"] == "?integer | null"
    assert types["Person"]["createdAtTimestamp"] == "?Date"
    assert types["Wanted"] == {"names": "string[]", "order": "?('up'|'down')"}
    assert types["BackkError"]["errorCode"] == "?string"


def test_what_is_private_is_told_nobody() -> None:
    assert "secrets" not in described()["types"]["Person"]
    assert "rowId" not in json.dumps(described())
    assert "parentId" not in json.dumps(described())


def test_access_modes_rules_and_documentation_are_told_by_type() -> None:
    service = described()
    assert service["propertyAccess"]["Card"]["code"] == "writeOnly"
    assert service["propertyAccess"]["Card"]["kind"] == "createOnly"
    assert service["propertyAccess"]["Person"]["favorites"] == "readOnly"
    assert service["validations"]["Wanted"]["names"] == [
        "arrayMaxSize(3)",
        "arrayUnique()",
        "maxLength(9, { each: true })",
        "isAnyString({ each: true })",
    ]
    assert service["typesDocumentation"]["Wanted"] == {"order": "Which way."}


def test_a_view_names_its_entity() -> None:
    assert described()["typeReferences"]["Friend"] == "Person"
    assert "Person" not in described()["typeReferences"]


def test_the_errors_that_all_functions_share_are_told_once() -> None:
    common = services_metadata(build([PersonService]), "public")["commonErrors"]
    assert common["ENTITY_NOT_FOUND"] == {
        "errorCode": "error.4",
        "statusCode": 404,
        "message": common["ENTITY_NOT_FOUND"]["message"],
    }
    codes = [error["errorCode"] for error in common.values()]
    assert len(set(codes)) == len(codes)
    assert {"error.1", "error.5", "error.6", "error.23"} <= set(codes)


def test_what_is_for_the_cluster_only_the_cluster_sees() -> None:
    assert "deleteAllPeople" not in [f["functionName"] for f in described()["functions"]]
    assert "deleteAllPeople" in [f["functionName"] for f in described("internal")["functions"]]


@pytest.mark.parametrize(
    ("function", "principal", "sees"),
    [
        ("metadataService.getServicesMetadata", None, False),
        ("metadataService.getServicesMetadata", Principal(subject="s", roles=frozenset()), False),
        ("metadataService.getServicesMetadata", Principal(subject=None, roles=frozenset(), is_internal=True), True),
        ("metadataService.getOpenApiSpec", None, False),
        ("metadataService.getOpenApiSpec", Principal(subject=None, roles=frozenset(), is_internal=True), True),
    ],
)
def test_the_service_answers_each_caller_with_what_is_for_it(
    monkeypatch: pytest.MonkeyPatch, function: str, principal: Principal | None, sees: bool
) -> None:
    class GuardedService(Service):
        @allow_for_cluster_internal
        def get_secret(self) -> None: ...

    known = build([MetadataService, GuardedService])
    for module in ("services_metadata", "openapi"):
        monkeypatch.setattr(f"backk_core.publish.{module}.registry", lambda: known)
    pipeline = Pipeline(known, Services([MetadataService, GuardedService], {}))
    reply = pipeline.execute(Call(function, b"", principal=principal))
    assert reply.status == 200
    assert (b"getSecret" in reply.body) is sees
