import abc
from collections.abc import Callable
from dataclasses import fields
from typing import Annotated, Any

import pytest
from django.apps import AppConfig, apps
from django.test import modify_settings, override_settings

from backk_core import (
    Argument,
    CrudEntityService,
    InvalidArgument,
    Many,
    One,
    Result,
    Service,
    ServiceError,
    ServiceFunction,
    Store,
    UserService,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_user_roles,
    allow_get,
    allow_inside_service,
    count_of,
    deadline,
    is_ascii,
    max_length,
    no_captcha,
    one_statement,
    page_steps_only,
    redirect_in_production,
    response_headers,
    response_status,
)
from backk_core.declare.errors import COMMON_ERRORS, CallError, DuplicateEntity, EntityNotFound, Violation
from backk_core.declare.permissions import EveryUser, InsideService, OwnResources, UserRoles, rules_of
from backk_core.declare.service import options_of
from backk_core.describe import registry as registries
from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.execute.injection import NotInjectable, Services
from backk_core.testing import Client, FakeStore


class Word(Argument):
    word: Annotated[str, max_length(9), is_ascii]


class Length(Result):
    length: int


class TooLong(ServiceError):
    """The word is too long"""

    code = 1


class NoWord(ServiceError):
    """There is no word"""

    code = 2
    status = 404


def headers_of(argument: Word, result: One[Length]) -> dict[str, str]:
    return {"X-Word": argument.word, "X-Length": str(result.data.length)}


class WordService(Service):
    """Knows words."""

    errors = (TooLong,)

    @allow_for_user_roles("reader")
    @allow_for_own_resources("user_account_id")
    @allow_get
    @deadline(2)
    @response_status(201)
    @response_headers(headers_of)
    @one_statement("reads one row")
    @no_captcha("only for readers")
    def get_length(self, argument: Word) -> One[Length]:
        """Count the letters."""
        return One(Length(length=len(argument.word)))


class PhraseService(Service):
    """Knows phrases."""

    errors = (TooLong,)


@allow_get
@deadline(2)
@response_status(201)
@response_headers(headers_of)
@one_statement("reads one row")
@no_captcha("only for readers")
class GetLength(ServiceFunction):
    """Count the letters."""

    service = "phraseService"
    authorization = (allow_for_own_resources("user_account_id"), allow_for_user_roles("reader"))

    def execute(self, argument: Word) -> One[Length]:
        return One(Length(length=len(argument.word)))


# methods and classes


def test_a_method_and_a_function_class_become_the_same_contract() -> None:
    known = registries.build([WordService, PhraseService, GetLength])
    method, cls = known.functions["wordService.getLength"], known.functions["phraseService.getLength"]
    where = {"service_name", "owner", "attribute", "place"}
    for field in fields(ServiceFunctionContract):
        if field.name not in where:
            assert getattr(method, field.name) == getattr(cls, field.name), field.name
    assert (method.allows_get, method.documentation, method.kind) == (True, "Count the letters.", "get")
    assert known.services["wordService"].documentation == "Knows words."


@pytest.mark.parametrize("wire_name", ["wordService.getLength", "phraseService.getLength"])
@pytest.mark.django_db
def test_what_decorators_say_is_done_for_both(wire_name: str) -> None:
    from backk_core.testing import user

    client = Client(WordService, PhraseService, GetLength, replace={Store: FakeStore()})
    reply = client.call(wire_name, {"word": "four"}, principal=user("a", roles={"reader"}))
    assert (reply.status, reply.data) == (201, {"length": 4})
    assert (reply.headers["x-word"], reply.headers["x-length"]) == ("four", "4")


def test_a_function_class_may_belong_to_a_service_that_has_no_class_and_bring_its_own_errors() -> None:
    class Alone(ServiceFunction):
        service = "loneService"
        authorization = allow_for_every_user
        errors = (NoWord,)

        def execute(self) -> None:
            raise NoWord

    class More(ServiceFunction):
        service = "wordService"
        authorization = allow_for_every_user
        errors = (NoWord,)

        def execute(self) -> None:
            raise NoWord

    client = Client(WordService, More, replace={Store: FakeStore()})
    assert client.call(More).json == {
        "errorCode": "wordService.2",
        "statusCode": 404,
        "message": "There is no word",
    }
    lone = Client(Alone, replace={Store: FakeStore()}).call("loneService.alone")
    assert (lone.error_code, lone.status) == ("loneService.2", 404)


def test_functions_are_inherited_and_may_be_overridden() -> None:
    class Base(Service):
        @allow_for_every_user
        def greet(self) -> None:
            """Say hello."""

        @allow_for_every_user
        def leave(self) -> None:
            """Say goodbye."""

        def _help(self) -> None:
            """Not a function."""

    class PoliteService(Base):
        @allow_for_user_roles("guest")
        def greet(self) -> None:
            """Say hello politely."""

    known = registries.build([PoliteService])
    assert set(known.functions) == {"politeService.greet", "politeService.leave"}
    assert known.functions["politeService.greet"].rules == (UserRoles(frozenset({"guest"})),)
    assert known.functions["politeService.greet"].documentation == "Say hello politely."


def test_what_is_only_for_this_service_has_no_address() -> None:
    class QuietService(Service):
        @allow_inside_service
        def think(self) -> None:
            """Nobody hears it."""

    known = registries.build([QuietService])
    assert (set(known.functions), set(known.inside)) == (set(), {"quietService.think"})
    assert Client(QuietService, replace={Store: FakeStore()}).call("quietService.think").error_code == "error.9"


# the words about a function


def test_words_are_joined_whatever_their_order() -> None:
    @count_of()
    @page_steps_only
    @deadline(3)
    def one() -> None: ...

    @deadline(3)
    @page_steps_only
    @count_of("")
    def two() -> None: ...

    assert options_of(one) == options_of(two)
    assert (options_of(one).counts, options_of(one).page_steps_only, options_of(one).deadline) == (("",), True, 3.0)
    assert options_of(lambda: None).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: response_status(500),
        lambda: response_status(199),
        lambda: deadline(0),
        lambda: one_statement(" "),
        lambda: no_captcha(""),
        lambda: allow_for_user_roles(),
    ],
)
def test_words_that_mean_nothing_are_refused_where_they_are_written(wrong: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        wrong()


def test_rules_are_those_of_the_class_itself_or_the_nearest_base() -> None:
    @allow_for_every_user
    class Open(Service):
        """Open."""

    class Inherits(Open):
        """Inherits."""

    @allow_for_user_roles("a", "b")
    @allow_for_own_resources("id")
    class Closed(Open):
        """Says its own."""

    assert rules_of(Inherits) == (EveryUser(),)
    assert rules_of(Closed) == (OwnResources("id"), UserRoles(frozenset({"a", "b"})))
    assert rules_of(Open) == (EveryUser(),)
    assert rules_of(lambda: None) == ()
    assert InsideService() == allow_inside_service


# errors


def test_every_common_error_has_a_code_of_its_own_a_status_and_a_message() -> None:
    codes = [error.code for error in COMMON_ERRORS]
    assert len(set(codes)) == len(codes)
    assert set(codes) == {f"error.{number}" for number in (*range(1, 10), *range(11, 26))}
    assert all(400 <= error.status < 600 for error in COMMON_ERRORS)
    made = [DuplicateEntity("UserAccount"), EntityNotFound("SalesItem", 1), EntityNotFound("SalesItem")]
    assert [error.message for error in made] == [
        "Duplicate userAccount",
        "SalesItem with _id 1 not found",
        "SalesItem not found",
    ]


def test_an_error_says_its_docstring_or_what_it_is_given() -> None:
    assert (TooLong().message, str(TooLong()), TooLong.status) == ("The word is too long", "The word is too long", 400)
    assert TooLong("7 letters at most").message == "7 letters at most"
    assert issubclass(TooLong, CallError)


def test_violations_tell_where_they_are() -> None:
    violation = Violation(("tags", 0, "a/b~"), "must be short")
    assert (str(violation), violation.pointer) == ("tags: 0: a/b~ must be short", "/tags/0/a~1b~0")
    assert InvalidArgument([violation, Violation((), "it is odd")]).message == (
        "Invalid argument: tags: 0: a/b~ must be short, it is odd"
    )
    unknown = Violation(("inner",), "property x should not exist", unknown="x")
    assert (str(unknown), unknown.pointer) == ("inner: property x should not exist", "/inner/x")


# discovery


def test_services_are_found_in_modules_and_packages_of_installed_apps_once_and_only_their_own() -> None:
    with modify_settings(INSTALLED_APPS={"append": "tests.apps.declaring"}):
        assert isinstance(apps.get_app_config("declaring"), AppConfig)
        found = [cls.__name__ for cls in registries.discovered() if cls.__module__.startswith("tests.apps.declaring")]
    assert sorted(found) == ["BorrowedService", "FrontService", "WaveGoodbye"]


# injection


class Clock(abc.ABC):
    @abc.abstractmethod
    def time(self) -> str: ...


class WallClockService(Service, Clock):
    def time(self) -> str:
        return "noon"


class AlarmService(CrudEntityService):
    def __init__(self, store: Store, clock: Clock, words: WordService, snooze: int = 5) -> None:
        super().__init__(store)
        self.clock, self.words, self.snooze = clock, words, snooze


def test_services_are_handed_what_their_constructors_ask_for_once() -> None:
    services = Services([AlarmService, WallClockService, WordService], {Store: FakeStore()})
    alarm = services.get(AlarmService)
    assert alarm is services.get(AlarmService)
    assert isinstance(alarm.clock, WallClockService)
    assert alarm.words is services.get(WordService)
    assert isinstance(alarm.store, FakeStore)
    assert alarm.snooze == 5
    assert services.find(UserService) is None


def test_replacements_stand_in_for_classes_and_abstract_classes() -> None:
    class FakeClock(Clock):
        def time(self) -> str:
            return "midnight"

    words = WordService()
    services = Services([AlarmService, WordService], {Store: FakeStore(), Clock: FakeClock(), WordService: words})
    alarm = services.get(AlarmService)
    assert (alarm.clock.time(), alarm.words) == ("midnight", words)


class Egg(Service):
    def __init__(self, hen: "Hen") -> None: ...


class Hen(Service):
    def __init__(self, egg: Egg) -> None: ...


class Odd(Service):
    def __init__(self, number: int) -> None: ...


class SecondClockService(WallClockService):
    """One clock too many."""


@pytest.mark.parametrize(
    ("classes", "wanted", "said"),
    [
        ([Egg, Hen], Egg, "Egg → Hen → Egg"),
        ([Odd], Odd, r"Odd.__init__ asks for number"),
        ([AlarmService, WordService], AlarmService, "Clock is asked for"),
        (
            [AlarmService, WallClockService, SecondClockService, WordService],
            AlarmService,
            "WallClockService, SecondClock",
        ),
    ],
)
def test_what_cannot_be_handed_over_is_told(classes: list[type], wanted: type, said: str) -> None:
    with pytest.raises(NotInjectable, match=said):
        Services(classes, {Store: FakeStore()}).get(wanted)


def test_results_are_told_by_the_annotation() -> None:
    class ShapeService(Service):
        @allow_for_every_user
        def get_one(self) -> One[Length]:
            return One(Length(length=1))

        @allow_for_every_user
        def get_many(self) -> Many[Length]:
            return Many([Length(length=1)])

        @allow_for_every_user
        def do(self) -> None:
            """Nothing."""

    known = registries.build([ShapeService])
    assert {name: function.result_shape for name, function in known.functions.items()} == {
        "shapeService.getOne": "one",
        "shapeService.getMany": "many",
        "shapeService.do": "none",
    }


@pytest.mark.django_db
def test_callers_are_sent_on_in_production_and_answered_elsewhere() -> None:
    class GateService(Service):
        @redirect_in_production(lambda argument, result: f"https://example.com/{argument.word}?{result.data.length}")
        @allow_for_every_user
        def get_length(self, argument: Word) -> One[Length]:
            return One(Length(length=len(argument.word)))

    client = Client(GateService)
    answered = client.call(GateService.get_length, {"word": "abc"})
    assert (answered.status, answered.data, answered.headers.get("location")) == (200, {"length": 3}, None)
    with override_settings(BACKK={"ENVIRONMENT": "production"}):
        sent_on = client.call(GateService.get_length, {"word": "abc"})
    assert (sent_on.status, sent_on.headers["location"]) == (301, "https://example.com/abc?3")
    assert sent_on.data == {"length": 3}
