"""The OpenAPI document says what the contracts say, is valid, and its examples keep its own schemas."""

import datetime
import json
import re
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from django.db import models
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.settings import patched_settings
from drf_spectacular.validation import validate_schema
from openapi_spec_validator import OpenAPIV31SpecValidator

from backk_core import (
    UNSET,
    Argument,
    Document,
    Id,
    Many,
    One,
    PostQueryOperations,
    ResponseFields,
    Result,
    Service,
    ServiceError,
    UnsetType,
    allow_for_cluster_internal,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    allow_get,
    array_max_size,
    array_min_size,
    array_unique,
    between,
    count_of,
    is_alphanumeric,
    is_any_string,
    is_ascii,
    is_email,
    matches,
    max_length,
    max_value,
    min_value,
    page_steps_only,
    response_status,
)
from backk_core.declare.types import Plain
from backk_core.describe.contracts import Mode
from backk_core.describe.registry import Registry, build
from backk_core.execute.decoding import Decoder
from backk_core.publish.audiences import published_functions
from backk_core.publish.openapi import document
from backk_core.publish.schemas import merged, nullable
from example_project.sales_items.models import SalesItem
from example_project.tags.models import Tag


class Colour(models.TextChoices):
    RED = "red"
    BLUE = "blue"


class Size(Argument):
    """How large it is."""

    width: Annotated[int, between(1, 100)]
    depth: Annotated[int, between(1, 100)] | None = None


class Parcel(Argument):
    """Everything that an argument can have."""

    name: Annotated[str, max_length(64), is_any_string]
    code: Annotated[str, max_length(10), is_alphanumeric, matches("^A")]
    note: Annotated[str, max_length(10), is_ascii] = "none"
    email: Annotated[str, max_length(320), is_email] | None = None
    count: Annotated[int, between(0, 10), min_value(3), max_value(20)]
    weight: Annotated[float, between(0, 1.5)]
    price: Annotated[Decimal, between(0, 10)]
    fragile: bool = False
    colour: Colour
    shade: Literal["dark", "light"] | None = None
    sent_at: datetime.datetime | None = None
    day: datetime.date
    at: datetime.time
    key: uuid.UUID
    anything: Any = None
    sizes: Annotated[list[Size], array_min_size(1), array_max_size(3)]
    words: Annotated[list[Annotated[str, max_length(5), is_any_string]], array_max_size(3), array_unique]
    outer: Size | None = None
    labels: dict[Annotated[str, max_length(5), is_any_string], Annotated[int, between(0, 5)]]
    maybe: Annotated[int, between(0, 5)] | UnsetType = UNSET


class Receipt(Result):
    number: Annotated[int, between(0, 100)]
    parcels: list[Size]
    remark: Annotated[str, max_length(9), is_any_string] | None
    later: Annotated[int, between(0, 5)] | UnsetType = UNSET


class TooHeavy(ServiceError):
    """The parcel is too heavy"""

    code = 7
    status = 409


class Sheet(Document):
    content_type = "text/csv; charset=utf-8"


class FindItems(PostQueryOperations):
    word: Annotated[str, max_length(9), is_any_string] = ""


class ParcelService(Service):
    """Sends parcels."""

    errors = (TooHeavy,)

    @allow_for_every_user
    @response_status(201)
    def send(self, parcel: Parcel) -> One[Receipt]:
        """Send a parcel.

        It arrives on the next day.
        """
        raise NotImplementedError

    @allow_for_every_user
    def create_item(self, item: SalesItem) -> One[SalesItem]:
        raise NotImplementedError

    @allow_for_own_resources("id")
    def update_item(self, item: SalesItem) -> None:
        raise NotImplementedError

    @allow_for_every_user
    @count_of("")
    def get_items(self, query: FindItems) -> Many[SalesItem]:
        raise NotImplementedError

    @allow_for_every_user
    @page_steps_only
    def get_tags(self, query: PostQueryOperations) -> Many[Tag]:
        raise NotImplementedError

    @allow_for_every_user
    @allow_get
    def get_item(self, argument: Id) -> One[SalesItem]:
        raise NotImplementedError

    @allow_for_every_user
    def get_receipt(self, fields: ResponseFields) -> One[Receipt]:
        raise NotImplementedError

    @allow_for_user_roles("clerk", "admin")
    def delete_tag(self, argument: Id) -> None:
        raise NotImplementedError

    @allow_for_every_user
    def create_tag(self, tag: Tag) -> One[Tag]:
        raise NotImplementedError

    @allow_for_cluster_internal
    def get_sheet(self) -> Sheet:
        raise NotImplementedError

    @allow_for_every_user
    def do_all(self, calls: dict[Annotated[str, max_length(5), is_any_string], Size]) -> Plain[dict[str, Receipt]]:
        raise NotImplementedError

    @allow_for_tests
    def forget_all(self) -> None:
        raise NotImplementedError


@pytest.fixture(scope="module")
def known() -> Registry:
    registry = build([ParcelService])
    assert registry.problems == ()
    return registry


@pytest.fixture(scope="module")
def description(known: Registry) -> dict[str, Any]:
    return document(known, "internal")


@pytest.fixture
def schemas(description: dict[str, Any]) -> dict[str, Any]:
    schemas: dict[str, Any] = description["components"]["schemas"]
    return schemas


@pytest.fixture
def parcel(schemas: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = schemas["Parcel"]["properties"]
    return properties


def operation(description: dict[str, Any], function: str, method: str = "post") -> dict[str, Any]:
    found: dict[str, Any] = description["paths"][f"/parcelService.{function}"][method]
    return found


def answer(description: dict[str, Any], function: str, status: str = "200") -> dict[str, Any]:
    schema: dict[str, Any] = operation(description, function)["responses"][status]["content"]["application/json"]
    return schema["schema"]["properties"]["data"]


# the whole


def test_it_is_valid_for_two_validators(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []
    validate_schema(description)


def test_the_validators_would_notice_a_fault(description: dict[str, Any]) -> None:
    faulty = {**description, "paths": {"/x": {"post": {"responses": {"200": {}}}}}}
    assert list(OpenAPIV31SpecValidator(faulty).iter_errors()) != []


def test_making_it_warns_of_nothing(known: Registry) -> None:
    document(known)
    assert not GENERATOR_STATS


def examples(node: Any, description: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Every schema in a document that has examples, with each of them."""
    if isinstance(node, list):
        for item in node:
            yield from examples(item, description)
    if not isinstance(node, dict):
        return
    if "schema" in node:
        if "example" in node:
            yield node["schema"], node["example"]
        for named in node.get("examples", {}).values():
            yield node["schema"], named["value"]
    elif isinstance(node.get("examples"), list):
        for example in node["examples"]:
            yield node, example
    for child in node.values():
        yield from examples(child, description)


def validator(schema: dict[str, Any], description: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({**schema, "components": description["components"]})


def test_every_example_keeps_its_schema(description: dict[str, Any]) -> None:
    found = list(examples(description, description))
    assert len(found) > 40
    for schema, example in found:
        validator(schema, description).validate(example)


def test_every_function_with_an_argument_has_an_example_that_it_accepts(
    known: Registry, description: dict[str, Any]
) -> None:
    checked = 0
    for function in published_functions(known):
        if function.argument is not None:
            body = operation(description, function.function_name)["requestBody"]["content"]["application/json"]
            Decoder(function.argument, function.argument_mode).decode(json.dumps(body["example"]).encode())
            checked += 1
    assert checked == 10


def test_title_and_servers_come_from_the_settings(known: Registry, settings: Any) -> None:
    settings.BACKK = {"MICROSERVICE_NAME": "shop", "API_GATEWAY_FQDN": "api.example.com", "ENVIRONMENT": "production"}
    description = document(known)
    assert description["info"]["title"] == "shop API"
    assert [server["url"] for server in description["servers"]] == ["https://api.example.com/shop.default", "/"]


def test_settings_of_drf_spectacular_go_first(known: Registry) -> None:
    given = {
        "TITLE": "Parcels",
        "VERSION": "2.1.0",
        "DESCRIPTION": "All about parcels.",
        "SERVERS": [{"url": "https://parcels.example.com"}],
        "OAS_VERSION": "3.1.1",
    }
    with patched_settings(given):
        description = document(known)
    assert description["openapi"] == "3.1.1"
    assert description["info"] == {"title": "Parcels", "version": "2.1.0", "description": "All about parcels."}
    assert description["servers"] == [{"url": "https://parcels.example.com"}]


def test_a_service_is_a_tag(description: dict[str, Any]) -> None:
    assert description["tags"] == [{"name": "parcelService", "description": "Sends parcels."}]
    assert operation(description, "send")["tags"] == ["parcelService"]


def test_functions_for_tests_are_unknown_in_production(known: Registry, settings: Any) -> None:
    settings.BACKK = {"ENVIRONMENT": "development"}
    assert "/parcelService.forgetAll" in document(known)["paths"]
    settings.BACKK = {"ENVIRONMENT": "production"}
    assert "/parcelService.forgetAll" not in document(known)["paths"]


# operations


def test_a_docstring_is_summary_and_description(description: dict[str, Any]) -> None:
    send = operation(description, "send")
    assert (send["summary"], send["description"]) == ("Send a parcel.", "It arrives on the next day.")
    assert operation(description, "createItem")["summary"] == "Create item"


def test_operation_ids_are_unique_identifiers(description: dict[str, Any]) -> None:
    ids = [operation["operationId"] for path in description["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", id) for id in ids)
    assert operation(description, "send")["operationId"] == "parcelService_send"


def test_get_is_described_only_where_it_is_allowed_with_its_argument_in_the_query(description: dict[str, Any]) -> None:
    assert "get" not in description["paths"]["/parcelService.getItems"]
    by_get = operation(description, "getItem", "get")
    argument = next(parameter for parameter in by_get["parameters"] if parameter["in"] == "query")
    assert (argument["name"], argument["required"]) == ("arg", True)
    assert argument["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Id"}
    assert "requestBody" not in by_get
    assert "413" not in by_get["responses"]


def test_a_body_is_required_where_the_argument_has_a_required_property(description: dict[str, Any]) -> None:
    assert operation(description, "send")["requestBody"]["required"] is True
    assert operation(description, "updateItem")["requestBody"]["required"] is True
    assert operation(description, "getItems")["requestBody"]["required"] is False
    assert "requestBody" not in operation(description, "getSheet")


def test_open_functions_need_nothing_and_others_a_bearer_token(description: dict[str, Any]) -> None:
    assert operation(description, "send")["security"] == []
    assert operation(description, "updateItem")["security"] == [{"bearerAuth": []}]
    assert description["components"]["securitySchemes"]["bearerAuth"]["scheme"] == "bearer"


def test_each_role_is_an_alternative(description: dict[str, Any]) -> None:
    delete = operation(description, "deleteTag")
    assert delete["security"] == [{"bearerAuth": ["admin"]}, {"bearerAuth": ["clerk"]}]
    assert delete["description"] == "Allowed for users with the role admin or clerk."


# responses


def codes(description: dict[str, Any], function: str) -> set[str]:
    found = set()
    shared = description["components"]["responses"]
    for named in operation(description, function)["responses"].values():
        response = shared[named["$ref"].rpartition("/")[2]] if "$ref" in named else named
        found |= set(response.get("content", {}).get("application/json", {}).get("examples", {}))
    return found


EVERYWHERE = {"error.5", "error.16", "error.21", "error.22", "parcelService.7"}
GUARDED = {"error.6", "error.17"}


@pytest.mark.parametrize(
    ("function", "also"),
    [
        ("send", {"error.3", "error.4"}),
        ("createItem", {"error.3", "error.4"}),
        ("updateItem", {"error.1", "error.2", "error.3", "error.4"} | GUARDED),
        ("getItems", {"error.4"}),
        ("deleteTag", {"error.3", "error.4"} | GUARDED),
        ("doAll", set()),
    ],
)
def test_a_function_answers_these_errors(description: dict[str, Any], function: str, also: set[str]) -> None:
    repeated = set() if function.startswith("get") else {"error.24", "error.25"}
    assert codes(description, function) == EVERYWHERE | also | repeated
    names = [header["name"] for header in operation(description, function).get("parameters", ())]
    assert ("Idempotency-Key" in names) is bool(repeated)


def test_a_function_that_is_one_statement_answers_fewer_errors() -> None:
    from example_project.tags.services import TagService

    description = document(build([TagService]))
    create = description["paths"]["/tagService.createTag"]["post"]["responses"]
    assert "404" not in create


def test_too_many_requests_is_told_where_the_project_limits_them(known: Registry, settings: Any) -> None:
    assert "error.23" not in codes(document(known), "send")
    settings.REST_FRAMEWORK = {"DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"]}
    assert "error.23" in codes(document(known), "send")


def test_an_error_of_a_service_stands_under_its_status(description: dict[str, Any]) -> None:
    response = operation(description, "send")["responses"]["409"]
    content = response["content"]
    assert content["application/json"]["examples"]["parcelService.7"]["value"] == {
        "errorCode": "parcelService.7",
        "statusCode": 409,
        "message": "The parcel is too heavy",
    }
    problem = content["application/problem+json"]["examples"]["parcelService.7"]["value"]
    assert (problem["title"], problem["detail"]) == ("Conflict", "The parcel is too heavy")


def test_success_has_the_status_that_the_function_says(description: dict[str, Any]) -> None:
    assert "200" not in operation(description, "send")["responses"]
    assert answer(description, "send", "201") == {"$ref": "#/components/schemas/Receipt"}


def test_nothing_answered_is_an_empty_body(description: dict[str, Any]) -> None:
    assert "content" not in operation(description, "updateItem")["responses"]["200"]


def test_a_document_is_what_it_says_it_is(description: dict[str, Any]) -> None:
    assert operation(description, "getSheet")["responses"]["200"]["content"] == {
        "text/csv; charset=utf-8": {"schema": {}}
    }


def test_a_plain_result_may_come_with_any_status(description: dict[str, Any]) -> None:
    responses = operation(description, "doAll")["responses"]
    result = {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Receipt"}}
    assert responses["200"]["content"]["application/json"]["schema"] == result
    for status in ("400", "503", "default"):
        assert result in responses[status]["content"]["application/json"]["schema"]["anyOf"]


def test_one_versioned_entity_has_an_etag_and_can_be_unchanged(description: dict[str, Any]) -> None:
    responses = operation(description, "getItem")["responses"]
    assert "ETag" in responses["200"]["headers"]
    assert "304" in responses
    assert "304" not in operation(description, "getItems")["responses"]
    assert "304" not in operation(description, "createItem")["responses"]


# entities


def test_an_entity_has_a_component_for_each_use(schemas: dict[str, Any]) -> None:
    create, update, read = (schemas[f"SalesItem{use}"]["properties"] for use in ("Create", "Update", ""))
    assert {"_id", "version", "createdAtTimestamp", "state"}.isdisjoint(create)
    assert {"_id", "version", "lastModifiedTimestamp", "title"} <= update.keys()
    assert {"_id", "version", "createdAtTimestamp", "state", "previousPrice"} <= read.keys()
    assert all("reservedAtTimestamp" not in use for use in (create, update, read))


def test_only_the_key_is_required_for_an_update_and_nothing_has_a_default(schemas: dict[str, Any]) -> None:
    assert schemas["SalesItemUpdate"]["required"] == ["_id"]
    assert not [name for name, schema in schemas["SalesItemUpdate"]["properties"].items() if "default" in schema]


def test_an_answer_promises_its_properties_unless_the_caller_can_leave_them_out(
    description: dict[str, Any], schemas: dict[str, Any]
) -> None:
    assert answer(description, "getItem") == {"$ref": "#/components/schemas/SalesItem"}
    assert set(schemas["SalesItem"]["required"]) == schemas["SalesItem"]["properties"].keys()
    assert {"$ref": "#/components/schemas/SalesItemSelection"} in answer(description, "getItems")["items"]["allOf"]
    assert "required" not in schemas["SalesItemSelection"]
    assert schemas["Receipt"]["required"] == ["number", "parcels", "remark"]


def test_rows_have_their_count_where_the_function_counts(description: dict[str, Any]) -> None:
    assert "_count" in answer(description, "getItems")["items"]["allOf"][1]["properties"]


def test_unknown_properties_are_refused_in_arguments_only(schemas: dict[str, Any]) -> None:
    assert all(
        schemas[name]["additionalProperties"] is False for name in ("Parcel", "SalesItemCreate", "SalesItemUpdate")
    )
    assert all("additionalProperties" not in schemas[name] for name in ("SalesItem", "SalesItemSelection", "Receipt"))


def test_a_class_that_is_argument_and_result_has_a_component_for_each(schemas: dict[str, Any]) -> None:
    assert schemas["Size"]["required"] == ["width"]
    assert schemas["SizeResult"]["required"] == ["width", "depth"]
    assert schemas["Receipt"]["properties"]["parcels"]["items"] == {"$ref": "#/components/schemas/SizeResult"}


def test_two_classes_of_one_name_have_two_components() -> None:
    def service_of(name: str, argument: type) -> type[Service]:
        def send(self: Any, argument: Any) -> None: ...

        send.__annotations__ = {"argument": argument, "return": None}
        return type(name, (Service,), {"send": allow_for_every_user(send), "__module__": __name__})

    twin = type(Size)("Size", (Argument,), {"__annotations__": {"height": int}, "__module__": "elsewhere.arguments"})
    description = document(build([service_of("OneService", Size), service_of("OtherService", twin)]))
    assert {"Size", "ElsewhereArgumentsSize"} <= description["components"]["schemas"].keys()


# properties


def test_bounds_are_the_tightest_of_all_rules(parcel: dict[str, Any]) -> None:
    assert parcel["count"] == {"type": "integer", "minimum": 3, "maximum": 10}
    assert parcel["weight"] == {"type": "number", "minimum": 0, "maximum": 1.5}


def test_null_is_one_of_the_types(parcel: dict[str, Any]) -> None:
    assert parcel["email"]["type"] == ["string", "null"]
    assert parcel["sentAt"]["type"] == ["string", "null"]
    assert parcel["outer"]["anyOf"] == [{"$ref": "#/components/schemas/Size"}, {"type": "null"}]


def test_values_are_enumerated_null_among_them(parcel: dict[str, Any]) -> None:
    assert parcel["colour"] == {"type": "string", "enum": ["red", "blue"]}
    assert parcel["shade"]["enum"] == ["dark", "light", None]


def test_kinds_of_values_have_their_formats(parcel: dict[str, Any]) -> None:
    formats = {name: schema["format"] for name, schema in parcel.items() if "format" in schema}
    assert formats == {
        "email": "idn-email",
        "price": "decimal",
        "sentAt": "date-time",
        "day": "date",
        "key": "uuid",
    }


def test_rules_of_numbers_are_not_said_of_decimals_which_are_strings(parcel: dict[str, Any]) -> None:
    assert {"minimum", "maximum"}.isdisjoint(parcel["price"])


def test_defaults_are_told_as_they_are_on_the_wire(parcel: dict[str, Any]) -> None:
    defaults = {name: schema["default"] for name, schema in parcel.items() if "default" in schema}
    assert defaults == {
        "note": "none",
        "email": None,
        "fragile": False,
        "shade": None,
        "sentAt": None,
        "outer": None,
    }


def test_arrays_and_maps_have_their_rules_and_those_of_what_is_in_them(parcel: dict[str, Any]) -> None:
    assert (parcel["sizes"]["minItems"], parcel["sizes"]["maxItems"]) == (1, 3)
    assert parcel["words"]["uniqueItems"] is True
    assert parcel["words"]["items"]["maxLength"] == 5
    assert parcel["labels"]["additionalProperties"] == {"type": "integer", "minimum": 0, "maximum": 5}
    assert parcel["labels"]["propertyNames"]["maxLength"] == 5


def test_sizes_of_arrays_bind_what_is_sent_not_what_is_answered(schemas: dict[str, Any]) -> None:
    assert "maxItems" in schemas["SalesItemCreate"]["properties"]["secondaryImageDataUris"]
    assert "maxItems" not in schemas["SalesItem"]["properties"]["secondaryImageDataUris"]


def test_any_value_is_any_value(parcel: dict[str, Any]) -> None:
    assert "type" not in parcel["anything"]


def test_what_no_keyword_can_tell_is_told_by_the_names_of_the_rules(parcel: dict[str, Any]) -> None:
    assert parcel["email"]["x-validations"] == ["isEmail()"]


@pytest.mark.parametrize("name", ["name", "note"])
def test_a_text_that_could_have_a_nul_says_that_it_must_not(
    description: dict[str, Any], parcel: dict[str, Any], name: str
) -> None:
    assert validator(parcel[name], description).is_valid("abc")
    assert not validator(parcel[name], description).is_valid("a\0c")


def test_a_pattern_that_has_no_place_for_a_nul_stands_alone(parcel: dict[str, Any]) -> None:
    assert "x00" not in str(parcel["code"])


def test_merged_schemas_demand_what_each_demands() -> None:
    assert merged(
        {"type": "number", "minimum": 1}, {"type": "integer", "minimum": 2, "maximum": 9}, {"maximum": 5}
    ) == {
        "type": "integer",
        "minimum": 2,
        "maximum": 5,
    }
    assert merged({"pattern": "a"}, {"pattern": "b"}, {"allOf": [{"pattern": "c"}]}) == {
        "pattern": "a",
        "allOf": [{"pattern": "c"}, {"pattern": "b"}],
    }
    assert merged({"format": "date"}, {"format": "date"}) == {"format": "date"}


def test_what_accepts_everything_accepts_null_already() -> None:
    assert nullable({}) == {}


# queries


def query(description: dict[str, Any]) -> jsonschema.Draft202012Validator:
    schema = operation(description, "getItems")["requestBody"]["content"]["application/json"]["schema"]
    return validator(schema, description)


@pytest.mark.parametrize(
    "argument",
    [
        {},
        {"word": "x", "includeResponseFields": ["_id", "title"]},
        {"includeResponseFields": ["{ _id title }"]},
        {"excludeResponseFields": ['{"_id": true, "title": true}']},
        {"sortBys": [{"fieldName": "price", "sortDirection": "DESC"}]},
        {"sortBys": [{"subEntityPath": "*", "fieldName": "unheardOf"}]},
        {"paginations": [{"pageNumber": 2}, {"subEntityPath": "*", "pageSize": 7}]},
    ],
)
def test_a_query_may_ask_for_what_the_result_has(
    known: Registry, description: dict[str, Any], argument: dict[str, Any]
) -> None:
    query(description).validate(argument)


@pytest.mark.parametrize(
    "argument",
    [
        {"includeResponseFields": ["unheardOf"]},
        {"includeResponseFields": ["{ unheardOf }"]},
        {"includeResponseFields": ["{ _id }", "title"]},
        {"excludeResponseFields": ['{"reservedAtTimestamp": true}']},
        {"sortBys": [{"fieldName": "unheardOf"}]},
        {"sortBys": [{"fieldName": "secondaryImageDataUris"}]},
        {"paginations": [{"subEntityPath": "elsewhere"}]},
        {"unknown": 1},
    ],
)
def test_a_query_may_not_ask_for_what_the_result_has_not(description: dict[str, Any], argument: dict[str, Any]) -> None:
    assert not query(description).is_valid(argument)


def test_what_can_be_asked_of_a_type_is_a_condition_that_makes_no_type_of_its_own(description: dict[str, Any]) -> None:
    schema = operation(description, "getItems")["requestBody"]["content"]["application/json"]["schema"]
    assert schema["$ref"] == "#/components/schemas/FindItems"
    assert schema["if"] == {}
    assert schema["then"]["properties"].keys() == {
        "includeResponseFields",
        "excludeResponseFields",
        "sortBys",
        "paginations",
    }


def test_a_query_has_to_leave_something(description: dict[str, Any]) -> None:
    schema = operation(description, "getTags")["requestBody"]["content"]["application/json"]["schema"]
    assert validator(schema, description).is_valid({"excludeResponseFields": ["_id"]})
    assert not validator(schema, description).is_valid({"excludeResponseFields": ["_id", "name"]})


def test_a_list_that_is_walked_by_steps_has_its_token_in_the_metadata(description: dict[str, Any]) -> None:
    def metadata(function: str) -> dict[str, Any]:
        success = operation(description, function)["responses"]["200"]["content"]["application/json"]["schema"]
        found: dict[str, Any] = success["properties"]["metadata"]
        return found

    assert "properties" not in metadata("getItems")
    tokens = metadata("getTags")["properties"]["currentPageTokens"]
    assert tokens["items"] == {"$ref": "#/components/schemas/CurrentPageTokenResult"}


def test_an_update_example_does_not_guess_the_version(schemas: dict[str, Any]) -> None:
    (example,) = schemas["SalesItemUpdate"]["examples"]
    assert {"version", "lastModifiedTimestamp"}.isdisjoint(example)
    Decoder(build([ParcelService]).type_contract(SalesItem), Mode.UPDATE).decode(json.dumps(example).encode())


def test_what_is_for_the_cluster_only_stands_in_the_internal_document_alone(known: Registry) -> None:
    assert "/parcelService.getSheet" in document(known, "internal")["paths"]
    assert "/parcelService.getSheet" not in document(known)["paths"]
