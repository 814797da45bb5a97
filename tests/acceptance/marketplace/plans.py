"""Prints, as JSON, how PostgreSQL would carry out what each list function asks it: node types, tables and indexes."""

from __future__ import annotations

import json
from typing import Any

import django
from django.db import connection

ITEMS = 100_000
_COLUMNS = """version, created_at_timestamp, last_modified_timestamp, user_account_id, title, description, area,
    product_department, product_category, product_sub_category, price, shipping_cost, primary_image_data_uri,
    secondary_image_data_uris, primary_image_thumbnail_data_uri, like_count, state, buyer_user_account_id,
    reserved_at_timestamp"""
#: Things of 2,000 sellers, over two years; one in five is for sale, and one in a hundred reserved.
FILL = f"""
    INSERT INTO sales_items_salesitem ({_COLUMNS})
    SELECT 1, timestamptz '2024-11-01' + n * interval '10 minutes', timestamptz '2024-11-01' + n * interval '11 minutes',
        n % 2000 + 1, 'Thing ' || n, 'Text ' || n || repeat(' and more', 20), 'Area' || n % 3 + 1,
        (ARRAY['Vehicles', 'Clothes'])[n % 2 + 1], (ARRAY['Vehicles', 'Clothes'])[n / 2 % 2 + 1],
        (ARRAY['Vehicles', 'Clothes'])[n / 4 % 2 + 1], n % 1000, 5, 'data:,x', '{{}}', 'data:,x', 0,
        CASE WHEN n % 5 = 0 THEN 'forSale' WHEN n % 100 = 1 THEN 'reserved' ELSE 'sold' END,
        CASE WHEN n % 5 <> 0 THEN n % 1999 + 1 END, CASE WHEN n % 100 = 1 THEN now() END
    FROM generate_series(1, {ITEMS}) n"""
_DEEP = [{"pageNumber": 5, "pageSize": 100}]
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "newest": ("getSalesItems", {}),
    "a later page": ("getSalesItems", {"paginations": _DEEP}),
    "of an area": ("getSalesItems", {"areas": ["Area2"]}),
    "of a category": ("getSalesItems", {"productDepartments": ["Clothes"], "productCategories": ["Clothes"]}),
    "cheap": ("getSalesItems", {"minPrice": 0, "maxPrice": 10}),
    "cheapest": ("getSalesItems", {"sortBys": [{"fieldName": "price", "sortDirection": "ASC"}]}),
    "with a text": ("getSalesItems", {"textFilter": "Thing 4715"}),
    "by user-defined filters": (
        "getSalesItemsByUserDefinedFilters",
        {"filters": [{"fieldName": "state", "operator": "=", "value": "forSale"}]},
    ),
    "of followed users": ("getFollowedUsersSalesItems", {"userAccountId": "1"}),
}


def nodes(plan: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return type, table and index of a plan's node and of those below it."""
    own = plan["Node Type"], plan.get("Relation Name", ""), plan.get("Index Name", "")
    return [own, *(inner for part in plan.get("Plans", []) for inner in nodes(part))]


def explained(function: str, argument: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Call a function as the first user; return the nodes of the plans of all it asked the database."""
    from backk_core.testing import Client, user

    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        asked.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        assert Client(principal=user("first")).call(f"salesItemService.{function}", argument).data
    found: list[tuple[str, str, str]] = []
    for sql, parameters in asked:
        if sql.startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
                found += nodes(cursor.fetchone()[0][0]["Plan"])
    return found


def main() -> None:
    django.setup()
    from example_project.user_accounts.models import UserAccount

    first = UserAccount.objects.create(subject="first", display_name="First", image_data_uri="data:,x")
    others = [
        UserAccount(subject=f"s{number}", display_name=f"User {number}", image_data_uri="data:,x")
        for number in range(1999)
    ]
    UserAccount.objects.bulk_create(others)
    link: Any = UserAccount._meta.get_field("followed_user_accounts")
    through = link.remote_field.through
    through.objects.bulk_create(
        [through(from_useraccount_id=first.pk, to_useraccount_id=other.pk) for other in others[4:1200:100]]
    )
    with connection.cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute("VACUUM ANALYZE")
    print(json.dumps({name: explained(*call) for name, call in CALLS.items()}))


if __name__ == "__main__":
    main()
