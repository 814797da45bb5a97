"""User accounts in the admin, where they are locked and given discounts."""

from django.contrib import admin

from example_project.back_office import EntityAdmin, PartInline, picture
from example_project.user_accounts.models import PaymentMethod, UserAccount


class PaymentMethodInline(PartInline):
    """The cards of an account."""

    model = PaymentMethod


@admin.register(UserAccount)
class UserAccountAdmin(EntityAdmin):
    """Accounts by display name; names, addresses and cards are for who may see personal data."""

    changeable = ("commission_discount_percentage", "is_locked")
    list_display = ("id", "display_name", "city", "commission_discount_percentage", "is_locked")
    list_filter = ("is_locked", "commission_discount_percentage")
    search_fields = ("display_name",)
    fields = (
        "subject",
        "display_name",
        "first_name",
        "last_name",
        "email",
        "street_address",
        "postal_code",
        "city",
        "phone_number",
        "commission_discount_percentage",
        "is_locked",
        "image",
    )
    readonly_fields = ("image",)
    inlines = (PaymentMethodInline,)

    @admin.display(description="image")
    def image(self, account: UserAccount) -> str:
        """Show what others see of the user."""
        return picture(account.image_data_uri)
