"""People who sign up, as tests need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backk_core.testing import Principal, ReceivedReply, user
from tests.acceptance.marketplace.contract import ContractClient

PICTURE = "data:image/png;base64,SGVsbG8sIFdvcmxkIQ=="
ADMINISTRATOR = user("administrator", roles={"vitjaAdmin"})
VISA, MASTERCARD, AMEX = "4111 1111 1111 1111", "5555 5555 5555 4444", "3782 822463 10005"


def card(number: str = VISA, *, is_default: bool = True, **values: Any) -> dict[str, Any]:
    return {
        "isDefault": is_default,
        "paymentMethodType": "creditCard",
        "creditCardNumber": number,
        "creditCardExpiration": "11/99",
        "cardVerificationCode": "345",
        **values,
    }


def account_of(subject: str, **values: Any) -> dict[str, Any]:
    """Return what somebody sends to sign up."""
    return {
        "captchaToken": "abc",
        "subject": subject,
        "displayName": subject.title(),
        "firstName": "Firstname",
        "lastName": "Lastname",
        "email": f"{subject}@example.com",
        "streetAddress": "Street 1",
        "postalCode": "06909",
        "city": "Tampere",
        "phoneNumber": "041 2345678",
        "imageDataUri": PICTURE,
        "paymentMethods": [card()],
        **values,
    }


def thing_of(user_account_id: str, **values: Any) -> dict[str, Any]:
    """Return what somebody sends to put a thing up for sale."""
    return {
        "userAccountId": user_account_id,
        "title": "Bicycle",
        "description": "Hardly used",
        "tags": [],
        "area": "Area1",
        "productDepartment": "Vehicles",
        "productCategory": "Vehicles",
        "productSubCategory": "Vehicles",
        "price": 120.5,
        "shippingCost": 9.5,
        "primaryImageDataUri": PICTURE,
        "secondaryImageDataUris": [],
        **values,
    }


@dataclass(frozen=True)
class Member:
    """Somebody with an account."""

    client: ContractClient
    principal: Principal
    id: str

    def call(self, function: str, argument: Any = None) -> ReceivedReply:
        return self.client.call(function, argument, principal=self.principal)

    @property
    def account(self) -> Any:
        """What the account's owner sees."""
        return self.call("userAccountService.getUserAccount").data

    def update(self, **values: Any) -> ReceivedReply:
        return self.call("userAccountService.updateUserAccount", {"_id": self.id, **values})

    def follow(self, other: Member) -> ReceivedReply:
        return self.call("userAccountService.followUser", {"_id": self.id, "followedUserAccountId": other.id})

    def sell(self, **values: Any) -> str:
        """Put a thing up for sale; return its id."""
        return str(self.call("salesItemService.createSalesItem", thing_of(self.id, **values)).data["_id"])


def sign_up(client: ContractClient, subject: str, **values: Any) -> Member:
    """Return somebody who has just signed up."""
    made = client.call("userAccountService.createUserAccount", account_of(subject, **values), principal=user(subject))
    return Member(client, user(subject), made.data["_id"])
