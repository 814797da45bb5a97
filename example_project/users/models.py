"""How everybody may see a user account."""

from backk_core import pick
from backk_core.models import EntityView
from example_project.user_accounts.models import UserAccount


class User(
    EntityView,
    fields=pick(
        UserAccount,
        "id",
        "display_name",
        "city",
        "image_data_uri",
        "own_sales_items",
        "followed_user_accounts",
        "following_user_accounts",
    ),
):
    """Somebody who sells, as buyers see them."""
