"""What a careful author writes without a framework: decoders, statements, answers."""

from typing import Annotated, Any

import msgspec

ID_AND_FIELDS = "id, name, price"
INSERT = f"INSERT INTO sales_item (name, price) VALUES ({{}}, {{}}) RETURNING {ID_AND_FIELDS}"
SELECT_PAGE = f"SELECT {ID_AND_FIELDS} FROM sales_item ORDER BY id LIMIT {{}} OFFSET {{}}"
SELECT_ONE = f"SELECT {ID_AND_FIELDS} FROM sales_item WHERE id = {{}}"

MAX_PRICE = 1_000_000_000


class NewItem(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    price: Annotated[float, msgspec.Meta(ge=0, le=MAX_PRICE)]


class Identified(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=19)] = msgspec.field(name="_id")


class SortBy(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    field_name: str
    sort_direction: str
    sub_entity_path: str = ""


class Pagination(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    page_number: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    page_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    sub_entity_path: str = ""


class PageQuery(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    sort_bys: list[SortBy] = []
    paginations: list[Pagination] = []


class Item(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    name: str
    price: float


class One(msgspec.Struct):
    data: Item
    metadata: dict[str, Any] = {}


class Many(msgspec.Struct):
    data: list[Item]
    metadata: dict[str, Any] = {}


class Failure(msgspec.Struct, rename="camel"):
    error_code: str
    status_code: int
    message: str


decode_identified = msgspec.json.Decoder(Identified).decode
decode_any = msgspec.json.Decoder().decode
decode_typed_item = msgspec.json.Decoder(NewItem).decode
decode_page_query = msgspec.json.Decoder(PageQuery).decode
encode = msgspec.json.Encoder().encode


class Refused(Exception):
    """A call that is answered with a 4xx."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = encode(Failure(code, status, message))


def decode_new_item(body: bytes) -> NewItem:
    """A sales item to create; Refused names every violation."""
    try:
        item = decode_typed_item(body)
    except msgspec.ValidationError as error:
        raise Refused(400, "error.5", "Invalid argument: " + (violations_of(body) or str(error))) from None
    except msgspec.DecodeError as error:
        raise Refused(400, "error.5", f"Invalid argument: {error}") from None
    if not item.name.isascii():
        raise Refused(400, "error.5", "Invalid argument: name must contain only ASCII characters")
    return item


def violations_of(body: bytes) -> str:
    sent = decode_any(body)
    if not isinstance(sent, dict):
        return "argument must be an object"
    violations = []
    name, price = sent.get("name"), sent.get("price")
    if not isinstance(name, str):
        violations.append("name must be a string")
    elif not 1 <= len(name) <= 128:
        violations.append("name must be 1 to 128 characters long")
    if not isinstance(price, int | float) or isinstance(price, bool):
        violations.append("price must be a number")
    elif not 0 <= price <= MAX_PRICE:
        violations.append(f"price must be between 0 and {MAX_PRICE}")
    return ", ".join(violations)


def limit_and_offset(body: bytes) -> tuple[int, int]:
    """The page asked for; sorting by anything but the id is refused."""
    try:
        query = decode_page_query(body)
    except msgspec.DecodeError as error:
        raise Refused(400, "error.5", f"Invalid argument: {error}") from None
    if any(sort_by.field_name != "_id" or sort_by.sort_direction != "ASC" for sort_by in query.sort_bys):
        raise Refused(400, "error.5", "Invalid argument: sortBys can only be by _id, ascending")
    page = query.paginations[0] if query.paginations else Pagination()
    return page.page_size, (page.page_number - 1) * page.page_size


def identifier(body: bytes) -> str:
    """The `_id` asked for."""
    try:
        id = decode_identified(body).id
    except msgspec.DecodeError as error:
        raise Refused(400, "error.5", f"Invalid argument: {error}") from None
    if not (id.isascii() and id.isdigit()):
        raise Refused(400, "error.5", "Invalid argument: _id must be a numeric string")
    return id


def not_found(id: str) -> Refused:
    return Refused(404, "error.4", f"SalesItem with _id {id} not found")
