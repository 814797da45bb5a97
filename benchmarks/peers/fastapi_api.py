"""FastAPI: pydantic models in and out, one session a request, SQLAlchemy's asyncio engine over asyncpg."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from benchmarks.peers.connection import CONNECTIONS, sqlalchemy_url
from benchmarks.peers.mapped import SalesItem

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
