"""What can be done with tags."""

from django.db.models import Q

from backk_core import (
    CrudEntityService,
    Many,
    One,
    allow_for_every_user,
    allow_for_tests,
    no_captcha,
)
from example_project.tags.arguments import TagName
from example_project.tags.models import Tag


class TagService(CrudEntityService):
    """Keeps the words that describe sales items."""

    @allow_for_tests
    def delete_all_tags(self) -> None:
        """Delete every tag."""
        self.store.delete_all(Tag)

    @allow_for_every_user
    @no_captcha("tags are harmless, and made while a sales item is written")
    def create_tag(self, tag: Tag) -> One[Tag]:
        """Make a tag."""
        return self.store.create(tag)

    @allow_for_every_user
    def get_tags_by_name(self, argument: TagName) -> Many[Tag]:
        """Find the tags that have the given text in their names."""
        return self.store.get_all(Tag, None, Q(name__contains=argument.name))
