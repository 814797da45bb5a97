"""Steps of integration tests: a slip is told with file, line and what to write; templates need what was saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from backk_core import Argument, One, Service, allow_for_every_user, allow_for_user_roles, no_generated_test, pick
from backk_core.describe.registry import Registry, build
from backk_core.publish.integration_tests.collection import callers_of, collection
from backk_core.publish.integration_tests.requests import Request
from backk_core.publish.integration_tests.steps import BadSteps, callers_in, steps_in
from tests.apps.calls.models import Thing
from tests.apps.calls.services import ThingService


class Named(Argument, fields=pick(Thing, "name")):
    """Names a thing."""


class DoorService(Service):
    @allow_for_user_roles("porter")
    def open_door(self, argument: Named) -> None: ...

    @no_generated_test("rings everywhere")
    @allow_for_every_user
    def ring(self) -> None: ...

    @allow_for_every_user
    def look(self) -> One[Thing]: ...


@pytest.fixture(scope="module")
def known() -> Registry:
    return build([DoorService, ThingService])


def made(known: Registry, directory: Path) -> dict[str, list[str]]:
    """Return the names of the requests in each folder."""
    callers = callers_of(known, callers_in(directory))
    steps = steps_in(directory, known, [caller.name for caller in callers])
    folders = collection(known, "public", steps)["item"]
    return {folder["name"]: [item["name"] for item in folder["item"]] for folder in folders}


def written(directory: Path, text: str) -> Path:
    (directory / "callers.yaml").write_text("paul: {subject: paul-1, roles: [porter]}\n")
    (directory / "door.yaml").write_text(text)
    return directory


def test_contracts_alone_tell_what_must_be_refused(known: Registry, tmp_path: Path) -> None:
    requests = made(known, tmp_path)["doorService"]
    assert {
        "openDoor without a token",
        "openDoor by a stranger",
        "openDoor with an unknown property",
        "openDoor with a bad name",
        "openDoor without name",
    } <= set(requests)
    assert not any("ring" in name for name in requests)


def test_steps_stand_around_what_is_generated(known: Registry, tmp_path: Path) -> None:
    text = (
        "service: doorService\n"
        "before: [{name: first, call: doorService.look, save: thing}]\n"
        'after: [{name: last, call: doorService.openDoor, as: paul, argument: {name: "{{thing.name}}"}}]\n'
    )
    requests = made(known, written(tmp_path, text))["doorService"]
    assert (requests[0], requests[-1]) == ("first", "last")
    assert len(requests) > 5


def test_a_template_that_is_no_text_stands_without_quotes() -> None:
    request = Request(
        name="a", function="a.b", argument={"version": "{{thing.version | raw}}", "name": "{{thing.name}}"}
    )
    assert (
        request.item()["request"]["body"]["raw"] == '{\n  "version": {{thing.version}},\n  "name": "{{thing.name}}"\n}'
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("service: dorService", "service 'dorService' is none: doorService?"),
        ("service: doorService\nafter:\n  - call: doorService.opnDoor", "door.yaml:3: call 'doorService.opnDoor' is no function: doorService.openDoor?"),
        ("service: doorService\nafter:\n  - call: doorService.look\n    als: paul", "door.yaml:3: als means nothing here: as?"),
        ("service: doorService\nafter: [{call: doorService.openDoor, argument: {nam: a}}]", "takes no nam: name?"),
        ("service: doorService\nafter: [{call: doorService.look, as: pauline}]", "pauline is nobody; callers.yaml names paul"),
        ("service: doorService\nafter: [{call: doorService.look, error: error.5}]", "an error has a status, too: status: 400"),
        ("service: doorService\ncaler: paul", "caler means nothing here: caller?"),
        ("service: doorService\nafter: [look]", "'look' is no step: - call: tagService.createTag"),
        ("service: [", "door.yaml"),
        ("- a", "it holds no keys"),
        (
            'service: doorService\nafter: [{name: x, call: doorService.openDoor, argument: {name: "{{thing.name}}"}}]',
            "x: {{thing…}} is saved by no earlier step; there are",
        ),
    ],
)  # fmt: skip
def test_a_slip_is_told_where_it_stands_with_what_to_write(
    known: Registry, tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(BadSteps) as failure:
        made(known, written(tmp_path, text))
    assert told in str(failure.value)


def test_a_caller_without_a_subject_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "callers.yaml").write_text("paul: {roles: []}")
    with pytest.raises(BadSteps, match="paul needs a subject"):
        callers_in(tmp_path)
