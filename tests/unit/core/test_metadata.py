"""The metadata service answers the document itself, as an ordinary function does."""

import json
from typing import Any

import pytest

from backk_core import Document, Service, allow_for_every_user
from backk_core.describe.registry import build, discovered
from backk_core.execute.call import Call, HeaderMap, Reply
from backk_core.execute.injection import Services
from backk_core.execute.pipeline import Pipeline
from backk_core.publish.metadata import MetadataService

SPEC = "metadataService.getOpenApiSpec"


class Sheet(Document):
    content_type = "text/csv; charset=utf-8"


class SheetService(Service):
    @allow_for_every_user
    def get_sheet(self) -> Sheet:
        return Sheet(b"a,b\n", "v1")

    @allow_for_every_user
    def create_sheet(self) -> Sheet:
        return Sheet(b"a,b\n", "v1")

    @allow_for_every_user
    def get_untagged(self) -> Sheet:
        return Sheet(b"a,b\n")


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    classes = [MetadataService, SheetService]
    return Pipeline(build(classes), Services(classes, {}))


def answer(pipeline: Pipeline, name: str, method: str = "POST", **headers: str) -> tuple[Reply, dict[str, str]]:
    call = Call(
        name, b"", method=method, header=HeaderMap({key.replace("_", "-"): value for key, value in headers.items()})
    )
    reply = pipeline.execute(call)
    return reply, dict(reply.headers)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_body_is_the_document_itself(pipeline: Pipeline, method: str) -> None:
    reply, headers = answer(pipeline, SPEC, method)
    description = json.loads(reply.body)
    assert reply.status == 200
    assert description["openapi"].startswith("3.1.")
    assert f"/{SPEC}" in description["paths"]
    assert headers["Content-Type"] == "application/json"


def test_the_document_needs_no_database(pipeline: Pipeline) -> None:
    # without the mark for a database, pytest-django refuses every connection
    assert answer(pipeline, SPEC)[0].status == 200


def test_who_has_the_document_is_told_so(pipeline: Pipeline) -> None:
    tag = answer(pipeline, SPEC)[1]["ETag"]
    reply, headers = answer(pipeline, SPEC, "GET", if_none_match=tag)
    assert (reply.status, reply.body) == (304, b"")
    assert headers["ETag"] == tag
    assert answer(pipeline, SPEC, "GET", if_none_match='"another"')[0].status == 200


@pytest.mark.django_db
def test_a_tagged_document_may_be_kept_but_not_used_unasked(pipeline: Pipeline) -> None:
    assert answer(pipeline, SPEC)[1]["Cache-Control"] == "private, no-cache"
    assert answer(pipeline, "sheetService.getUntagged")[1]["Cache-Control"] == "no-store"
    assert "ETag" not in answer(pipeline, "sheetService.getUntagged")[1]


@pytest.mark.django_db
def test_a_document_says_what_it_is(pipeline: Pipeline) -> None:
    reply, headers = answer(pipeline, "sheetService.getSheet")
    assert (reply.body, headers["Content-Type"]) == (b"a,b\n", "text/csv; charset=utf-8")


@pytest.mark.django_db
def test_what_a_function_wrote_its_caller_is_told_in_any_case(pipeline: Pipeline) -> None:
    assert answer(pipeline, "sheetService.getSheet", if_none_match='"v1"')[0].status == 304
    assert answer(pipeline, "sheetService.createSheet", if_none_match='"v1"')[0].status == 200


def test_a_project_can_keep_its_description_to_itself(settings: Any) -> None:
    assert MetadataService in set(discovered())
    settings.BACKK = {"PUBLISH_METADATA": False}
    assert MetadataService not in set(discovered())
