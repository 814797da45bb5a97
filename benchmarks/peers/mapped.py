"""Sales items and orders as SQLAlchemy maps them."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Identity, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class SalesItem(Base):
    __tablename__ = "sales_item"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    price: Mapped[float] = mapped_column(Float)


item_tags = Table(
    "peer_tagged_sales_item_tags",
    Base.metadata,
    Column("taggedsalesitem_id", ForeignKey("peer_tagged_sales_item.id"), primary_key=True),
    Column("tag_id", ForeignKey("peer_tag.id"), primary_key=True),
)
item_goods = Table(
    "peer_order_item_goods",
    Base.metadata,
    Column("orderitem_id", ForeignKey("peer_order_item.row_id"), primary_key=True),
    Column("taggedsalesitem_id", ForeignKey("peer_tagged_sales_item.id"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "peer_tag"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))


class TaggedSalesItem(Base):
    __tablename__ = "peer_tagged_sales_item"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    price: Mapped[float] = mapped_column(Float)
    tags: Mapped[list[Tag]] = relationship(secondary=item_tags, order_by=Tag.id)


class OrderItem(Base):
    __tablename__ = "peer_order_item"

    row_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    local_id: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(16))
    order_id: Mapped[int] = mapped_column(ForeignKey("peer_order.id"))
    goods: Mapped[list[TaggedSalesItem]] = relationship(secondary=item_goods, order_by=TaggedSalesItem.id)


class Order(Base):
    __tablename__ = "peer_order"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    payer: Mapped[str] = mapped_column(String(64))
    items: Mapped[list[OrderItem]] = relationship(order_by=OrderItem.row_id)
