import io
import json

import pytest
from django.core.management import CommandError, call_command

from backk_core import (
    CrudEntityService,
    Id,
    Many,
    One,
    Service,
    all_tenants,
    allow_for_cluster_internal,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    allow_get,
    allow_inside_service,
    no_captcha,
)
from backk_core.describe.registry import build
from backk_core.publish.authorization_matrix import lines_of, rendered
from tests.apps.calls.models import Note


@allow_for_user_roles("admin")
class ShopService(CrudEntityService):
    @allow_for_own_resources("user_account_id")
    def create_note(self, note: Note) -> One[Note]: ...

    @allow_for_user_roles("clerk", "admin")
    @allow_for_cluster_internal
    @allow_get
    def get_note(self, argument: Id) -> One[Note]: ...

    @allow_for_tests
    def delete_all_notes(self) -> None: ...


class PublicService(Service):
    @allow_for_every_user
    @no_captcha("only | for reading")
    @all_tenants("a window")
    def find_notes(self) -> Many[Note]: ...

    @allow_inside_service
    def count_notes(self) -> None: ...

    @allow_for_own_resources("id")
    def find_me(self, argument: Id) -> None: ...


KNOWN = build([ShopService, PublicService])

TEXT = """\
function                    everyone  roles         own            cluster  inside  tests  GET  waived
publicService.countNotes                                                    yes
publicService.findMe                                _id
publicService.findNotes     yes                                                                 captcha: only | for reading; tenants: a window
shopService.createNote                admin         userAccountId
shopService.deleteAllNotes            admin                                         yes
shopService.getNote                   admin, clerk                 yes                     yes
"""


def test_every_function_has_a_line_with_whom_it_lets_in() -> None:
    assert rendered(lines_of(KNOWN), "text") == TEXT


def test_columns_in_which_nothing_stands_are_left_out_of_the_text() -> None:
    heading, *lines = rendered(lines_of(KNOWN, "publicService"), "text").splitlines()
    assert heading.split() == ["function", "everyone", "own", "inside", "waived"]
    assert len(lines) == 3


def test_as_markdown_it_is_a_table() -> None:
    heading, line, *rows = rendered(lines_of(KNOWN), "markdown").splitlines()
    assert heading == "| function | everyone | roles | own | cluster | inside | tests | GET | waived |"
    assert line == "|" + " --- |" * 9
    assert rows[2] == (
        "| publicService.findNotes | yes | | | | | | | captcha: only \\| for reading; tenants: a window |"
    )


def test_programs_read_it_as_json() -> None:
    functions = json.loads(rendered(lines_of(KNOWN), "json"))["functions"]
    assert functions[5] == {
        "function": "shopService.getNote",
        "everyUser": False,
        "userRoles": ["admin", "clerk"],
        "ownResources": None,
        "clusterInternal": True,
        "insideService": False,
        "tests": False,
        "getAllowed": True,
        "waived": {},
    }
    assert functions[2]["waived"] == {"captcha": "only | for reading", "tenants": "a window"}


def test_the_command_prints_the_project_s_functions() -> None:
    printed = io.StringIO()
    call_command("who_may_do_what", "--service", "noteService", stdout=printed)
    assert len(printed.getvalue().splitlines()) == 6
    with pytest.raises(CommandError, match="there is no service noService; there are guardedService"):
        call_command("who_may_do_what", "--service", "noService")
