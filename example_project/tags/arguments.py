"""What the functions about tags take."""

from backk_core import Argument, pick
from example_project.tags.models import Tag


class TagName(Argument, fields=pick(Tag, "name")):
    """A name, or a part of one."""

    name: str
