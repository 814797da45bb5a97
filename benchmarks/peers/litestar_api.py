"""Litestar: msgspec structs in and out, the session of its SQLAlchemy plugin, asyncpg."""

from typing import Annotated

import msgspec
from advanced_alchemy.extensions.litestar import (
    AsyncSessionConfig,
    EngineConfig,
    SQLAlchemyAsyncConfig,
    SQLAlchemyInitPlugin,
)
from litestar import Litestar, get, post
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from benchmarks.peers.connection import CONNECTIONS, sqlalchemy_url
from benchmarks.peers.mapped import Order, OrderItem, SalesItem, Tag, TaggedSalesItem

Paging = Annotated[int, Parameter(ge=1, le=100)]


class NewItem(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[\x00-\x7f]*$")]
    price: Annotated[float, msgspec.Meta(ge=0, le=1_000_000_000)]


class Item(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    name: str
    price: float

    @classmethod
    def of(cls, row: SalesItem | TaggedSalesItem) -> "Item":
        return cls(str(row.id), row.name, row.price)


class TagOut(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    name: str

    @classmethod
    def of(cls, row: Tag) -> "TagOut":
        return cls(str(row.id), row.name)


class TaggedItem(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    name: str
    price: float
    tags: list[TagOut]

    @classmethod
    def of(cls, row: TaggedSalesItem) -> "TaggedItem":
        return cls(str(row.id), row.name, row.price, [TagOut.of(tag) for tag in row.tags])


class OrderItemOut(msgspec.Struct):
    id: str
    state: str
    goods: list[Item]

    @classmethod
    def of(cls, row: OrderItem) -> "OrderItemOut":
        return cls(row.local_id, row.state, [Item.of(item) for item in row.goods])


class OrderOut(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    payer: str
    items: list[OrderItemOut]

    @classmethod
    def of(cls, row: Order) -> "OrderOut":
        return cls(str(row.id), row.payer, [OrderItemOut.of(item) for item in row.items])


@post("/sales-items")
async def create_sales_item(data: NewItem, db_session: AsyncSession) -> Item:
    row = SalesItem(name=data.name, price=data.price)
    db_session.add(row)
    await db_session.commit()
    return Item.of(row)


@get("/sales-items")
async def get_sales_items(db_session: AsyncSession, page_number: Paging = 1, page_size: Paging = 50) -> list[Item]:
    start = (page_number - 1) * page_size
    statement = select(SalesItem).order_by(SalesItem.id).limit(page_size).offset(start)
    return [Item.of(row) for row in await db_session.scalars(statement)]


@get("/sales-items/{item_id:int}")
async def get_sales_item(item_id: int, db_session: AsyncSession) -> Item:
    row = await db_session.get(SalesItem, item_id)
    if row is None:
        raise NotFoundException("Sales item not found")
    return Item.of(row)


@get("/tagged-sales-items")
async def get_tagged_sales_items(
    db_session: AsyncSession, page_number: Paging = 1, page_size: Paging = 50
) -> list[TaggedItem]:
    start = (page_number - 1) * page_size
    statement = select(TaggedSalesItem).options(selectinload(TaggedSalesItem.tags)).order_by(TaggedSalesItem.id)
    return [TaggedItem.of(row) for row in await db_session.scalars(statement.limit(page_size).offset(start))]


@get("/orders/{order_id:int}")
async def get_order(order_id: int, db_session: AsyncSession) -> OrderOut:
    held = selectinload(Order.items).selectinload(OrderItem.goods)
    row = await db_session.get(Order, order_id, options=[held])
    if row is None:
        raise NotFoundException("Order not found")
    return OrderOut.of(row)


database = SQLAlchemyAsyncConfig(
    connection_string=sqlalchemy_url(),
    engine_config=EngineConfig(pool_size=CONNECTIONS),
    session_config=AsyncSessionConfig(expire_on_commit=False),
)
app = Litestar(
    [create_sales_item, get_sales_items, get_sales_item, get_tagged_sales_items, get_order],
    plugins=[SQLAlchemyInitPlugin(database)],
    openapi_config=None,
)
