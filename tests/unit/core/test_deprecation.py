"""A function that is on its way out says so in every answer, in documents and in clients."""

from __future__ import annotations

import pytest

from backk_core import Service, allow_for_every_user, allow_for_user_roles, deprecated
from backk_core.declare.errors import RequestTooLong
from backk_core.describe.registry import Registry, build
from backk_core.execute.call import Call
from backk_core.publish.checks import problems_of
from backk_core.publish.clients.surface import Surface
from backk_core.publish.clients.typescript import files
from backk_core.publish.openapi import document
from backk_core.publish.services_metadata import services_metadata
from tests.callers import Caller


class OldService(Service):
    @deprecated("2026-11-01", sunset="2027-05-01", use="oldService.stay")
    @allow_for_every_user
    def leave(self) -> None:
        """Do it the old way."""

    @deprecated("2026-11-01")
    @allow_for_user_roles("admin")
    def leave_without_successor(self) -> None:
        """Do what nobody needs any more."""

    @allow_for_every_user
    def stay(self) -> None:
        """Do it."""


@pytest.fixture
def known() -> Registry:
    return build([OldService])


@pytest.mark.django_db
def test_its_answers_say_since_when_until_when_and_what_instead() -> None:
    headers = Caller([OldService])("oldService.leave").headers
    assert headers["Deprecation"] == "@1793491200"
    assert headers["Sunset"] == "Sat, 01 May 2027 00:00:00 GMT"
    assert headers["Link"] == '<oldService.stay>; rel="successor-version"'


@pytest.mark.django_db
def test_errors_say_it_too_and_nothing_more_than_is_known() -> None:
    answer = Caller([OldService])("oldService.leaveWithoutSuccessor")
    assert answer.status == 401
    assert answer.headers["Deprecation"] == "@1793491200"
    assert not {"Sunset", "Link"} & set(answer.names)


@pytest.mark.django_db
def test_other_functions_say_nothing_of_it() -> None:
    call = Caller([OldService])
    for name in ("oldService.stay", "oldService.foo"):
        assert "Deprecation" not in call(name).names


@pytest.mark.django_db
def test_a_refusal_at_the_door_says_it_too() -> None:
    reply = Caller([OldService]).pipeline.refuse(Call("oldService.leave", b""), RequestTooLong())
    assert dict(reply.headers)["Deprecation"] == "@1793491200"


def test_documents_say_it(known: Registry) -> None:
    paths = document(known)["paths"]
    leave = paths["/oldService.leave"]["post"]
    assert leave["deprecated"] is True
    assert leave["x-sunset"] == "2027-05-01"
    assert "call oldService.stay instead" in leave["description"]
    assert {"Deprecation", "Sunset", "Link"} <= set(leave["responses"]["200"]["headers"])
    assert "deprecated" not in paths["/oldService.stay"]["post"]
    functions = services_metadata(known, "public")["services"][0]["functions"]
    said = {function["functionName"]: function.get("deprecated") for function in functions}
    assert said == {
        "leave": "Deprecated since 2026-11-01, may be gone from 2027-05-01 on; call oldService.stay instead.",
        "leaveWithoutSuccessor": "Deprecated since 2026-11-01.",
        "stay": None,
    }


def test_editors_and_programs_are_told_by_the_client(known: Registry) -> None:
    module = files(Surface(known, "public"), "public")["src/oldService.ts"].decode()
    assert module.count("@deprecated Deprecated since 2026-11-01") == 2
    assert module.count("deprecated: ") == 2


def test_what_is_replaced_by_what_leaves_too_is_a_mistake() -> None:
    class ChainService(Service):
        @deprecated("2026-11-01", use="chainService.second")
        @allow_for_every_user
        def first(self) -> None: ...

        @deprecated("2026-11-01", use="chainService.third")
        @allow_for_every_user
        def second(self) -> None: ...

        @allow_for_every_user
        def third(self) -> None: ...

    problems = [problem for problem in problems_of(build([ChainService])) if problem.id == "backk.E340"]
    assert [problem.hint for problem in problems] == ["@deprecated('2026-11-01', use='chainService.third')"]


@pytest.mark.parametrize(("since", "sunset"), [("soon", None), ("2026-11-01", "2026-10-01"), ("2026-13-01", None)])
def test_dates_that_make_no_sense_are_refused_where_they_stand(since: str, sunset: str | None) -> None:
    with pytest.raises(ValueError, match="since|Invalid isoformat|month"):
        deprecated(since, sunset)
