"""The table of what users of the original can say here: what it names is there."""

import inspect
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands
from django.db import connection, models
from django.utils.module_loading import import_string

import backk_core
import backk_core.models
import backk_core.testing
import backk_observability.conf
import backk_security
import backk_security.conf
import backk_transport
import backk_transport.conf
from backk_core import Store
from backk_core.declare.conf import Conf

PAGE = Path(__file__).parents[2] / "docs" / "vocabulary.md"
SETTINGS = [
    known
    for group in (
        Conf,
        backk_security.conf.SecurityConf,
        backk_observability.conf.ObservabilityConf,
        backk_transport.conf.TransportConf,
    )
    for known in fields(group)
]
KEYS = {known.name.upper() for known in SETTINGS}
VARIABLES = {known.metadata.get("variable") for known in SETTINGS}
OPTIONS = set(inspect.signature(models.Field.__init__).parameters)
#: What stands in the table as a word of Python's or an example's.
PLAIN_WORDS = {"__init__", "replace", "BACKK"}


def rows() -> list[tuple[str, str]]:
    lines = [line.strip().strip("|").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return [(cells[0].strip(), cells[1].strip()) for cells in lines if cells[0].strip() != "Backk for Node"]


ROWS = rows()
EXISTING = [(theirs, ours) for theirs, ours in ROWS if not ours.startswith("not yet")]


def names_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def is_there(name: str) -> bool:
    if (key := re.fullmatch(r'BACKK\["(\w+)"\]', name)) is not None:
        return key[1] in KEYS
    if (command := re.fullmatch(r"manage\.py (\w+)", name)) is not None:
        return command[1] in get_commands()
    if (option := re.fullmatch(r"(\w+)=.*", name)) is not None:
        return option[1] in OPTIONS
    called = re.sub(r"\(.*\)$", "", name)
    if called.isupper() and called in VARIABLES | {"UNSET"}:
        return True
    if called in PLAIN_WORDS:
        return True
    return any(found(called) for found in (in_our_modules, in_a_class, by_path))


def in_our_modules(name: str) -> bool:
    modules = (backk_core, backk_core.models, backk_core.testing, backk_transport, backk_security)
    return any(name in module.__all__ for module in modules)


def in_a_class(name: str) -> bool:
    owner, _, attribute = name.partition(".")
    homes: dict[str, Any] = {"store": Store, "models": models, "connection": connection}
    modules = (backk_core, backk_core.models, backk_transport)
    homes |= {known: getattr(module, known) for module in modules for known in module.__all__}
    home = homes.get(owner)
    return home is not None and (
        hasattr(home, attribute) or attribute in getattr(home, "__annotations__", {}) or has_field(home, attribute)
    )


def has_field(home: Any, attribute: str) -> bool:
    return hasattr(home, "_meta") and any(field.name == attribute for field in home._meta.local_fields)


def by_path(name: str) -> bool:
    try:
        return import_string(name) is not None
    except ImportError:
        return False


@pytest.mark.parametrize(("theirs", "ours"), EXISTING, ids=[theirs for theirs, _ in EXISTING])
def test_a_row_that_is_not_still_to_come_names_what_exists(theirs: str, ours: str) -> None:
    missing = [name for name in names_in(ours) if not is_there(name)]
    assert missing == []
    assert names_in(ours) or theirs.startswith(("kind by name prefix", "not unique"))


def test_a_row_that_is_still_to_come_says_what_it_comes_with() -> None:
    for theirs, ours in ROWS:
        if "not yet" in ours:
            assert re.match(r"not yet: comes? with [a-z]", ours), theirs


def test_every_word_is_in_the_table_once() -> None:
    words = [theirs for theirs, _ in ROWS]
    assert len(words) == len(set(words)) >= 130
    assert all(theirs and ours for theirs, ours in ROWS)


def test_every_public_validator_and_verb_is_named() -> None:
    named = {re.sub(r"\(.*\)$", "", name) for _, ours in ROWS for name in names_in(ours)}
    verbs = {name for name in backk_core.__all__ if name.startswith(("is_", "array_", "allow_", "read_", "write_"))}
    assert verbs - named <= {"is_decimal_number", "is_url_with", "is_currency_with"}


@pytest.mark.parametrize(
    "name", ["nothing", "store.vanish", 'BACKK["NOTHING"]', "manage.py nothing", "a.b", "nothing=1"]
)
def test_what_does_not_exist_would_be_seen(name: str) -> None:
    assert not is_there(name)
