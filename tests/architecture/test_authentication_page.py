"""The example of docs/authentication.md runs, and its table of reasons is complete."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from backk_core import One, Result, Service, allow_for_user_roles
from backk_core.describe.registry import build
from backk_core.execute.call import Call, HeaderMap, Reply
from backk_core.execute.injection import Services
from backk_core.execute.pipeline import Pipeline
from tests.goals.g11 import Keys, attacks, service_attacks

PAGE = (Path(__file__).parents[2] / "docs" / "authentication.md").read_text()


class Order(Result):
    number: int


class OrderService(Service):
    @allow_for_user_roles("partner")
    def get_order(self) -> One[Order]:
        return One(Order(number=1))


@pytest.fixture
def authenticator() -> Any:
    (source,) = [block for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "class " in block]
    known: dict[str, Any] = {"__name__": "partners"}
    exec(compile(source, "docs/authentication.md", "exec"), known)
    return known["PartnerKeyAuthenticator"]()


def reply(authenticator: Any, **headers: str) -> Reply:
    pipeline = Pipeline(build([OrderService]), Services({OrderService}, {}), [authenticator])
    known = {name.replace("_", "-"): value for name, value in headers.items()}
    return pipeline.execute(Call("orderService.getOrder", b"", header=HeaderMap(known)))


@pytest.mark.django_db
def test_the_pages_authenticator_lets_partners_in_and_nobody_else(authenticator: Any) -> None:
    assert json.loads(reply(authenticator, x_partner_key="a key of 32 random bytes").body)["data"] == {"number": 1}
    assert reply(authenticator, x_partner_key="another key").status == 403
    assert reply(authenticator).status == 401


def test_the_page_explains_every_reason() -> None:
    explained = set(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)))
    reasons = {attack.reason for attack in (*attacks(Keys.made()), *service_attacks())}
    assert reasons - {"another"} <= explained
