"""What the functions about other people take."""

from typing import Annotated

from backk_core import PostQueryOperations, is_any_string, max_length


class GetUsers(PostQueryOperations):
    """Who is looked for: those who have the text in their display names, in upper and lower case as it is written."""

    display_name_filter: Annotated[str, max_length(256), is_any_string] = ""
