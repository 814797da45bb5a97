"""What can be seen of other people."""

from django.db.models import Q

from backk_core import CrudEntityService, Id, Many, One, allow_for_every_user, allow_get
from example_project.users.arguments import GetUsers
from example_project.users.models import User

_LISTED_FIELDS = ["_id", "displayName", "city", "imageDataUri"]


class UserService(CrudEntityService):
    """Shows who buys and sells."""

    @allow_for_every_user
    def get_users(self, argument: GetUsers) -> Many[User]:
        """Find people by a part of their names."""
        if not argument.include_response_fields:
            argument.include_response_fields = _LISTED_FIELDS
        return self.store.get_all(User, argument, Q(display_name__contains=argument.display_name_filter))

    @allow_get
    @allow_for_every_user
    def get_user(self, argument: Id) -> One[User]:
        """Look at somebody's page."""
        return self.store.get_by_id(User, argument.id)
