"""Declarations written as text, so that a test can say which line a check points at."""

import importlib.util
import itertools
import linecache
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from django.db import models
from django.test.utils import isolate_apps

from backk_core import Service, ServiceFunction
from backk_core.describe.contracts import Problem
from backk_core.describe.registry import build
from backk_core.publish.checks import problems_of

#: Ends the line that a problem must point at.
HERE = "# <- here"

PRELUDE = '''
"""Declared by a test."""

import enum
import uuid
from abc import abstractmethod
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from django.core.validators import RegexValidator
from django.db import models

from backk_core import *
from backk_core.declare.validators import *
from backk_core.models import *

is_known = should_be_true(bool)


class Tag(Entity):
    name = read_write(models.CharField(max_length=64, validators=[is_ascii]))

    class Meta:
        app_label = "backk_core"


class Order(Entity, HasOwner):
    price = read_write(models.IntegerField(validators=[between(0, 100)]))
    secret = create_only(models.CharField(max_length=64, validators=[is_ascii]))

    class Meta:
        app_label = "backk_core"


class Account(Entity, HasSubject):
    class Meta:
        app_label = "backk_core"


'''

_numbers = itertools.count()


def declared(directory: Path, text: str) -> ModuleType:
    """Import a module of this text after the prelude."""
    name = f"declared_{next(_numbers)}"
    path = directory / f"{name}.py"
    path.write_text(PRELUDE + text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with isolate_apps("backk_core"):
        spec.loader.exec_module(module)
    return module


def problems_in(directory: Path, text: str) -> list[Problem]:
    """Return the problems of what a text declares: entities, functions and services."""
    module = declared(directory, text)
    known = build(_services_in(module))
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, models.Model) and value.__module__ == module.__name__:
            known.builder.type_contract(value)
    return problems_of(known)


def _services_in(module: ModuleType) -> Iterator[type]:
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Service | ServiceFunction)
            and value.__module__ == module.__name__
        ):
            yield value


def the(id: str, problems: list[Problem]) -> Problem:
    """Return the one problem with this id."""
    found = [problem for problem in problems if problem.id == f"backk.{id}"]
    assert len(found) == 1, f"one {id} wanted, found: {[*map(str, problems)]}"
    return found[0]


def line_at(place: str) -> str:
    """Return the text of the line at a place."""
    file, _, line = place.rpartition(":")
    linecache.checkcache()
    return linecache.getline(str(Path(file).resolve()), int(line)).strip()


@dataclass(frozen=True)
class Case:
    """What a check refuses: the text with the marked line, a part of the hint, and a text that is right."""

    id: str
    broken: str
    hint: str
    mended: str

    def check(self, directory: Path) -> None:
        """Assert that the one is refused, as it should, and the other not."""
        problem = the(self.id, problems_in(directory, self.broken))
        assert line_at(problem.place).endswith(HERE), str(problem)
        assert self.hint in problem.hint, str(problem)
        assert problem.message.endswith("."), str(problem)
        left = [*map(str, problems_in(directory, self.mended))]
        assert left == [], left


def cases(**named: Case) -> pytest.MarkDecorator:
    """Run a test with each case, by its name."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in named.items()])
