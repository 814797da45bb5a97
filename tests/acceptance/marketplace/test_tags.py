"""Tags: those that are there from the beginning, and those that people make."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from backk_core.testing import user
from example_project.tags.models import Tag
from tests.acceptance.marketplace.contract import ContractClient

CREATE, FIND, DELETE_ALL = "tagService.createTag", "tagService.getTagsByName", "tagService.deleteAllTags"

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> ContractClient:
    return ContractClient()


def found(client: ContractClient, text: str) -> list[str]:
    return [tag["name"] for tag in client.call(FIND, {"name": text}).data]


def test_four_tags_are_there_from_the_beginning_found_by_a_part_of_their_names(client: ContractClient) -> None:
    assert found(client, "tag") == ["tag 1.1", "tag 1.2", "tag 2.1", "tag 2.2"]
    assert found(client, "1.") == ["tag 1.1", "tag 1.2"]
    assert found(client, "TAG") == found(client, "%") == []


def test_everybody_makes_tags_without_a_captcha(client: ContractClient) -> None:
    made = client.call(CREATE, {"name": "books"})
    assert made.data["name"] == "books"
    assert found(client, "ook") == ["books"]


def test_all_tags_are_deleted_by_anybody_with_a_token_and_do_not_come_back(client: ContractClient) -> None:
    assert client.call(DELETE_ALL).error_code == "error.17"
    assert client.call(DELETE_ALL, principal=user("anybody")).body == b""
    call_command("migrate", verbosity=0)
    assert found(client, "") == []
    assert not Tag.objects.exists()
