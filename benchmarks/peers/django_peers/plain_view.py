"""Plain Django: function views, a raw cursor, msgspec, and nothing else."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from benchmarks.peers import by_hand
from benchmarks.peers.by_hand import Item, Many, One, Refused, encode

INSERT = by_hand.INSERT.format("%s", "%s")
SELECT_PAGE = by_hand.SELECT_PAGE.format("%s", "%s")
SELECT_ONE = by_hand.SELECT_ONE.format("%s")


def execute(statement: str, *parameters: Any) -> list[Item]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Item(str(id), name, price) for id, name, price in cursor.fetchall()]


def create(body: bytes) -> bytes:
    item = by_hand.decode_new_item(body)
    return encode(One(execute(INSERT, item.name, item.price)[0]))


def get_page(body: bytes) -> bytes:
    return encode(Many(execute(SELECT_PAGE, *by_hand.limit_and_offset(body))))


def get_one(body: bytes) -> bytes:
    id = by_hand.identifier(body)
    items = execute(SELECT_ONE, int(id))
    if not items:
        raise by_hand.not_found(id)
    return encode(One(items[0]))


def answered_by(function: Callable[[bytes], bytes]) -> Callable[[HttpRequest], HttpResponse]:
    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        try:
            return HttpResponse(function(request.body), content_type="application/json")
        except Refused as refused:
            return HttpResponse(refused.body, content_type="application/json", status=refused.status)

    return view


urlpatterns = [
    path("salesItemService.createSalesItem", answered_by(create)),
    path("salesItemService.getSalesItems", answered_by(get_page)),
    path("salesItemService.getSalesItem", answered_by(get_one)),
]
