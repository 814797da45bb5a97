"""What a user account is, and how others see it."""

from django.db import models

from backk_core import (
    is_any_string,
    is_credit_card,
    is_credit_card_expiration,
    is_credit_card_verification_code,
    is_data_uri,
    is_email,
    is_one_of,
    is_phone_number,
    is_postal_code,
    pick,
    private,
    read_only,
    read_write,
    write_only,
)
from backk_core.models import (
    Entity,
    EntityView,
    HasCaptchaToken,
    HasSubject,
    SubEntity,
    many_to_many,
    owned,
    referenced,
    reverse_of,
    transient,
)
from backk_security import not_encrypted
from example_project.sales_items.models import FavoriteSalesItem, OwnSalesItem
from example_project.user_accounts.cities import city_names


class PaymentMethod(SubEntity):
    """A card that a user pays with. Its verification code is checked and forgotten (PCI DSS, requirement 3.3.1)."""

    is_default = read_write(models.BooleanField())
    payment_method_type = read_write(models.CharField(max_length=10, choices=[("creditCard", "credit card")]))
    credit_card_number = read_write(models.CharField(max_length=19, validators=[is_credit_card]))
    credit_card_expiration = read_write(models.CharField(max_length=7, validators=[is_credit_card_expiration]))
    card_verification_code = write_only(
        transient(models.CharField(max_length=4, validators=[is_credit_card_verification_code]))
    )


class UserAccount(HasSubject, HasCaptchaToken, Entity):
    """Somebody who buys and sells."""

    display_name = read_write(
        not_encrypted(models.CharField(max_length=128, validators=[is_any_string]), "it is searched by substring")
    )
    first_name = read_write(models.CharField(max_length=64, validators=[is_any_string]))
    last_name = read_write(models.CharField(max_length=64, validators=[is_any_string]))
    email = read_write(models.CharField(max_length=320, validators=[is_email]))
    street_address = read_write(
        models.CharField(
            max_length=512, validators=[is_any_string], help_text="this is an example of property documentation"
        )
    )
    postal_code = read_write(models.CharField(max_length=32, validators=[is_postal_code("FI")]))
    city = read_write(
        models.CharField(
            max_length=256, validators=[is_one_of(city_names, "Tampere", shown_as="userAccountsService.getCities")]
        )
    )
    phone_number = read_write(models.CharField(max_length=32, validators=[is_phone_number("FI")]))
    commission_discount_percentage = read_only(
        models.IntegerField(choices=[(0, "none"), (25, "a quarter"), (50, "half")], default=0)
    )
    image_data_uri = read_write(models.TextField(max_length=10_485_760, validators=[is_data_uri]))
    is_locked = private(models.BooleanField(default=False))

    payment_methods = read_write(owned(PaymentMethod, max=10))
    favorite_sales_items = read_only(many_to_many(FavoriteSalesItem))
    own_sales_items = read_only(referenced(OwnSalesItem, by="user_account_id"))
    orders = read_only(referenced("example_project.orders.models.Order", by="user_account_id"))
    followed_user_accounts = read_only(many_to_many("self", view="FollowedUserAccount"))
    following_user_accounts = read_only(reverse_of("followed_user_accounts", view="FollowingUserAccount"))

    class Meta:
        permissions = [("view_personal_data", "Can see personal data: names, addresses, cards")]

    def __str__(self) -> str:
        return f"user account {self.pk}"


class FollowedUserAccount(
    EntityView, fields=pick(UserAccount, "id", "display_name", "city", "image_data_uri", "own_sales_items")
):
    """Somebody whom a user follows."""


class FollowingUserAccount(EntityView, fields=pick(UserAccount, "id", "display_name", "city", "image_data_uri")):
    """Somebody who follows a user."""
