import datetime
import json
from typing import Annotated, Any

from backk_core import Argument, Result, all_of, array_max_size, array_not_unique, max_length, pick, write_only
from backk_core.declare.validators import is_any_string
from backk_transport import Message
from backk_transport.arguments import body_of
from tests.apps.secrets.models import Person


class Line(Argument):
    sales_item_id: Annotated[str, max_length(24), is_any_string]


class Order(Argument):
    ui_url: Annotated[str, max_length(24), is_any_string] | None = None
    order_items: Annotated[list[Line], array_max_size(9), array_not_unique] = []
    placed_at: datetime.datetime | None = None


class Report(Result):
    row_count: int


class Password(Argument, fields=all_of(pick(Person, "email"), pick(Person, "password", access=write_only))):
    """Has a part that is never answered."""


def written(argument: Any) -> Any:
    return json.loads(body_of(Message("aService.b", argument, microservice="c")))


MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))


def test_arguments_have_wire_names_to_any_depth() -> None:
    order = Order(ui_url="u", order_items=[Line(sales_item_id="1")], placed_at=MOMENT)
    expected = {"uiUrl": "u", "orderItems": [{"salesItemId": "1"}], "placedAt": "2026-01-02T02:04:05.678Z"}
    assert written(order) == expected
    assert written({"order": order, "all": [order, (1, None)]}) == {"order": expected, "all": [expected, [1, None]]}
    assert written(Report(row_count=1)) == {"rowCount": 1}


def test_no_argument_is_an_empty_object() -> None:
    assert written(None) == written({}) == {}


def test_a_dictionary_is_sent_as_it_is_with_moments_as_the_wire_has_them() -> None:
    assert written({"anyName": MOMENT, "x": [1.5, True]}) == {"anyName": "2026-01-02T02:04:05.678Z", "x": [1.5, True]}


def test_all_of_an_argument_is_sent_also_what_is_never_answered() -> None:
    assert written(Password(email="a@b.c", password="p")) == {"email": "a@b.c", "password": "p"}


def test_of_an_entity_what_may_be_read_is_sent() -> None:
    sent = written(Person(pk=7, nick="n", email="a@b.c", notes={"secret": 1}, password="p"))
    assert (sent["_id"], sent["nick"], sent["phoneNumber"]) == ("7", "n", None)
    assert not {"notes", "password", "rowKey"} & set(sent)
