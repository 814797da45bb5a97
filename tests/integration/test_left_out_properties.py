"""A caller may leave out every property: each row is then an empty object, on every database."""

import json

import pytest

from backk_core import CrudEntityService, EntityId, Many, One, PostQueryOperations, allow_for_every_user, count_of
from backk_core.declare.store import Store
from backk_core.describe.registry import build
from backk_core.execute.call import Call
from backk_core.execute.injection import Services
from backk_core.execute.pipeline import Pipeline
from backk_core.execute.store import DatabaseStore
from example_project.tags.models import Tag

NOTHING = {"excludeResponseFields": ["_id", "name"]}


class GetTag(PostQueryOperations):
    id: EntityId


class TagService(CrudEntityService):
    @allow_for_every_user
    def get_tags(self, query: PostQueryOperations) -> Many[Tag]:
        return self.store.get_all(Tag, query)

    @allow_for_every_user
    @count_of("")
    def get_counted_tags(self, query: PostQueryOperations) -> Many[Tag]:
        return self.store.get_all(Tag, query)

    @allow_for_every_user
    def get_tag(self, argument: GetTag) -> One[Tag]:
        return self.store.get_by_id(Tag, argument.id, argument)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("function", "expected"),
    [("getTags", [{}, {}]), ("getCountedTags", [{"_count": 2}, {"_count": 2}]), ("getTag", {})],
)
def test_rows_without_properties_are_empty_objects(function: str, expected: object) -> None:
    Tag.objects.all().delete()
    first, _ = Tag.objects.create(name="one"), Tag.objects.create(name="two")
    pipeline = Pipeline(build([TagService]), Services([TagService], {Store: DatabaseStore()}))
    argument = {**NOTHING, **({"_id": str(first.pk)} if function == "getTag" else {})}
    reply = pipeline.execute(Call(f"tagService.{function}", json.dumps(argument).encode()))
    assert (reply.status, json.loads(reply.body)["data"]) == (200, expected)
