"""Django Ninja: synchronous operations, schemas for argument and result, the ORM."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path
from ninja import NinjaAPI, Query, Schema
from pydantic import ConfigDict, Field, StringConstraints

from benchmarks.peers.django_peers.models import Order, SalesItem, TaggedSalesItem

api = NinjaAPI(docs_url=None, openapi_url=None)


class NewItem(Schema):
    name: Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[\x00-\x7f]*$")]
    price: Annotated[float, Field(ge=0, le=1_000_000_000)]


class Item(Schema):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str = Field(serialization_alias="_id")
    name: str
    price: float


class TagOut(Schema):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str = Field(serialization_alias="_id")
    name: str


class TaggedItem(Item):
    tags: list[TagOut]


class OrderItemOut(Schema):
    id: str = Field(validation_alias="local_id")
    state: str
    goods: list[Item]


class OrderOut(Schema):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str = Field(serialization_alias="_id")
    payer: str
    items: list[OrderItemOut]


class Page(Schema):
    page_number: int = Field(1, ge=1, le=100)
    page_size: int = Field(50, ge=1, le=100)


@api.post("/sales-items", response={201: Item}, by_alias=True)
def create_sales_item(request: HttpRequest, argument: NewItem) -> Any:  # noqa: ARG001
    return 201, SalesItem.objects.create(**argument.dict())


@api.get("/sales-items", response=list[Item], by_alias=True)
def get_sales_items(request: HttpRequest, page: Query[Page]) -> QuerySet[SalesItem]:  # noqa: ARG001
    start = (page.page_number - 1) * page.page_size
    return SalesItem.objects.order_by("id")[start : start + page.page_size]


@api.get("/sales-items/{item_id}", response=Item, by_alias=True)
def get_sales_item(request: HttpRequest, item_id: int) -> SalesItem:  # noqa: ARG001
    return get_object_or_404(SalesItem, id=item_id)


@api.get("/tagged-sales-items", response=list[TaggedItem], by_alias=True)
def get_tagged_sales_items(request: HttpRequest, page: Query[Page]) -> QuerySet[TaggedSalesItem]:  # noqa: ARG001
    start = (page.page_number - 1) * page.page_size
    return TaggedSalesItem.objects.prefetch_related("tags")[start : start + page.page_size]


@api.get("/orders/{order_id}", response=OrderOut, by_alias=True)
def get_order(request: HttpRequest, order_id: int) -> Order:  # noqa: ARG001
    return get_object_or_404(Order.objects.prefetch_related("items__goods"), id=order_id)


urlpatterns = [path("", api.urls)]
