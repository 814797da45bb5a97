"""What a database server must be set to, asked where Django asks databases: by ``migrate`` and ``check --database``."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections

from backk_core.describe.contracts import Problem
from backk_core.describe.source import place_of_setting

#: Collations of MariaDB and MySQL that tell all strings apart, also by case and by spaces at the end.
_EXACT = ("utf8mb4_nopad_bin", "utf8mb4_0900_bin")


def collation_is_exact(alias: str) -> Iterator[Problem]:
    """Strings are equal where their code points are, as on the other databases."""
    connection = connections[alias]
    if connection.vendor != "mysql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@collation_database, DATABASE()")
        collation, name = cursor.fetchone()
    if collation not in _EXACT:
        exact = _EXACT[0] if getattr(connection, "mysql_is_mariadb", True) else _EXACT[1]
        message = f"{name} compares by {collation}: strings that differ by case or spaces at the end would be equal."
        hint = f"ALTER DATABASE {name} CHARACTER SET utf8mb4 COLLATE {exact}  (before the first migrate)"
        yield Problem("backk.W013", place_of_setting("DATABASES"), message, hint)


#: What is checked of each database.
CHECKS = (collation_is_exact,)
