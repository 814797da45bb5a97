"""Functions that get something and make it first, as a cart that is there when it is asked for, on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.models import Q
from django.test import override_settings

from backk_core import CrudEntityService, Many, allow_for_every_user
from tests.apps.relations.models import Word
from tests.callers import Caller
from tests.databases import fresh_database


class WordService(CrudEntityService):
    """Keeps words."""

    in_the_middle: Callable[[], None] = staticmethod(lambda: None)

    @allow_for_every_user
    def get_words(self) -> Many[Word]:
        """Return all words, and make the one that there always is."""
        if not self.store.count(Word, Q(name="always")):
            self.in_the_middle()
            self.store.create(Word(name="always"))
        return self.store.get_all(Word)


def test_a_function_that_gets_may_write_although_somebody_else_wrote_since_it_read(
    tmp_path: Path, django_db_blocker: Any
) -> None:
    with (
        django_db_blocker.unblock(),
        fresh_database("sqlite", ("relations",), sqlite_file=str(tmp_path / "words")) as db,
        override_settings(BACKK={"DATABASE": db.alias, "ENVIRONMENT": "test"}),
    ):
        with db.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
        other = connections.create_connection(db.alias)
        call = Caller([WordService])
        service: Any = call.services.get(WordService)
        runs: list[int] = []

        def meanwhile() -> None:
            runs.append(1)
            if len(runs) == 1:
                with other.cursor() as cursor:
                    cursor.execute("INSERT INTO relations_word (name) VALUES ('other')")

        service.in_the_middle = meanwhile
        answer = call("wordService.getWords")
        other.close()
        assert [word["name"] for word in answer.body["data"]] == ["other", "always"]
        assert len(runs) == 2
