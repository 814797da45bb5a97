"""FastAPI: pydantic models in and out, one session a request, SQLAlchemy's asyncio engine over asyncpg."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import selectinload

from benchmarks.peers.connection import CONNECTIONS, sqlalchemy_url
from benchmarks.peers.mapped import Order, OrderItem, SalesItem, TaggedSalesItem

engine = create_async_engine(sqlalchemy_url(), pool_size=CONNECTIONS)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI(openapi_url=None)


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]
Paging = Annotated[int, Query(ge=1, le=100)]


class NewItem(BaseModel):
    name: Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[\x00-\x7f]*$")]
    price: Annotated[float, Field(ge=0, le=1_000_000_000)]


class Item(BaseModel):
    model_config = ConfigDict(from_attributes=True, coerce_numbers_to_str=True)

    id: str = Field(serialization_alias="_id")
    name: str
    price: float


class TagOut(BaseModel):
    model_config = ConfigDict(from_attributes=True, coerce_numbers_to_str=True)

    id: str = Field(serialization_alias="_id")
    name: str


class TaggedItem(Item):
    tags: list[TagOut]


class OrderItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str = Field(validation_alias="local_id")
    state: str
    goods: list[Item]


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True, coerce_numbers_to_str=True)

    id: str = Field(serialization_alias="_id")
    payer: str
    items: list[OrderItemOut]


@app.post("/sales-items", response_model=Item, status_code=201)
async def create_sales_item(argument: NewItem, session: Session) -> SalesItem:
    item = SalesItem(**argument.model_dump())
    session.add(item)
    await session.commit()
    return item


@app.get("/sales-items", response_model=list[Item])
async def get_sales_items(session: Session, page_number: Paging = 1, page_size: Paging = 50) -> Sequence[SalesItem]:
    start = (page_number - 1) * page_size
    statement = select(SalesItem).order_by(SalesItem.id).limit(page_size).offset(start)
    return (await session.scalars(statement)).all()


@app.get("/sales-items/{item_id}", response_model=Item)
async def get_sales_item(item_id: int, session: Session) -> SalesItem:
    item = await session.get(SalesItem, item_id)
    if item is None:
        raise HTTPException(404, "Sales item not found")
    return item


@app.get("/tagged-sales-items", response_model=list[TaggedItem])
async def get_tagged_sales_items(
    session: Session, page_number: Paging = 1, page_size: Paging = 50
) -> Sequence[TaggedSalesItem]:
    start = (page_number - 1) * page_size
    statement = select(TaggedSalesItem).options(selectinload(TaggedSalesItem.tags)).order_by(TaggedSalesItem.id)
    return (await session.scalars(statement.limit(page_size).offset(start))).all()


@app.get("/orders/{order_id}", response_model=OrderOut)
async def get_order(order_id: int, session: Session) -> Order:
    held = selectinload(Order.items).selectinload(OrderItem.goods)
    order = await session.get(Order, order_id, options=[held])
    if order is None:
        raise HTTPException(404, "Order not found")
    return order
