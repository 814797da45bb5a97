"""The Python client of a small service, over a network that the tests play."""

import asyncio
import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import pytest
from django.test import override_settings

from backk_core import (
    Argument,
    One,
    Result,
    Service,
    ServiceError,
    UserDefinedFilter,
    allow_for_every_user,
    between,
    is_any_string,
    max_length,
)
from backk_core.describe.registry import build, registry
from backk_core.publish.clients.python import files
from backk_core.publish.clients.surface import Surface

NAME = "tried_client"


class NotThere(ServiceError):
    """It is "not" there"""

    code = 1
    status = 404


class Wanted(Argument):
    text_of_it: Annotated[str, max_length(9), is_any_string]
    many: Annotated[int, between(0, 9)] | None = None
    filters: list[UserDefinedFilter] = []


class Found(Result):
    the_text: str
    price: float | None


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    class ThingService(Service):
        errors = (NotThere,)

        @allow_for_every_user
        def get_thing(self, wanted: Wanted) -> One[Found]:
            return One(Found(the_text="", price=None))

        @allow_for_every_user
        def change_thing(self, wanted: Wanted) -> None: ...

    directory = tmp_path_factory.mktemp("tried")
    with override_settings(BACKK={"MICROSERVICE_NAME": "tried"}):
        written(directory, Surface(build([ThingService]), "public"))
    sys.path.insert(0, str(directory))
    yield importlib.import_module(NAME)
    sys.path.remove(str(directory))
    for name in [name for name in sys.modules if name.startswith(NAME)]:
        del sys.modules[name]


def written(directory: Path, surface: Surface) -> None:
    for path, content in files(surface, "public").items():
        (directory / path).parent.mkdir(exist_ok=True, parents=True)
        (directory / path).write_bytes(content)


class Network:
    """Answers in turn, the last answer again and again, and remembers what came."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


GOOD = httpx.Response(200, json={"metadata": {}, "data": {"theText": "a", "price": None, "news": 1}})
BUSY = httpx.Response(503, json={"errorCode": "error.21"}, headers={"Retry-After": "0"})

Calls = Callable[[Any, Network, str], Any]


def sync(package: Any, network: Network, function: str, options: Any = None, **settings: Any) -> Any:
    with httpx.Client(transport=httpx.MockTransport(network)) as http:
        client = package.Client("http://api.example.com/", http=http, **settings)
        return getattr(client.thing_service, function)(package.types.Wanted(text_of_it="a"), **(options or {}))


def at_once(package: Any, network: Network, function: str, options: Any = None, **settings: Any) -> Any:
    async def run() -> Any:
        async with httpx.AsyncClient(transport=httpx.MockTransport(network)) as http:
            client = package.AsyncClient("http://api.example.com/", http=http, **settings)
            called = getattr(client.thing_service, function)
            return await called(package.types.Wanted(text_of_it="a"), **(options or {}))

    return asyncio.run(run())


both = pytest.mark.parametrize("call", [sync, at_once])


@both
def test_an_argument_goes_out_and_an_answer_comes_back(package: Any, call: Any) -> None:
    network = Network(GOOD)
    found = call(package, network, "get_thing", {"headers": {"traceparent": "t"}}, token="secret", headers={"X-A": "1"})
    assert found == package.types.Found(the_text="a", price=None)
    (request,) = network.requests
    assert (str(request.url), request.content) == (
        "http://api.example.com/thingService.getThing",
        b'{"textOfIt":"a"}',
    )
    assert [request.headers[name] for name in ("Authorization", "traceparent", "X-A")] == ["Bearer secret", "t", "1"]


@both
def test_reads_are_tried_again_and_ask_for_a_token_each_time(package: Any, call: Any) -> None:
    tokens = iter(["one", "two"])
    network = Network(BUSY, GOOD)
    call(package, network, "get_thing", token=lambda: next(tokens))
    assert [request.headers["Authorization"] for request in network.requests] == ["Bearer one", "Bearer two"]


@both
@pytest.mark.parametrize("failure", [BUSY, httpx.ReadTimeout("")])
def test_what_changes_something_is_tried_again_with_one_key(package: Any, call: Any, failure: Any) -> None:
    network = Network(failure)
    with pytest.raises(package.CallFailed):
        call(package, network, "change_thing", retries=1)
    alone = len(network.requests)
    with pytest.raises(package.CallFailed):
        call(package, network, "change_thing", {"idempotency_key": "k" * 16}, retries=1)
    keyed = network.requests[alone:]
    keys = {request.headers.get("Idempotency-Key") for request in network.requests[:alone]}
    # the project keeps answers of calls with keys, so that each call has a key of its own
    assert alone == 2
    assert len(keys) == 1
    assert None not in keys
    assert [request.headers["Idempotency-Key"] for request in keyed] == ["k" * 16] * 2


@both
def test_nothing_is_tried_again_where_the_pause_would_outlast_the_time(package: Any, call: Any) -> None:
    network = Network(httpx.Response(429, json={"errorCode": "error.23"}, headers={"Retry-After": "60"}))
    with pytest.raises(package.CallFailed) as failed:
        call(package, network, "get_thing", {"timeout": 5})
    assert (len(network.requests), failed.value.retry_after) == (1, 60)


@both
def test_an_error_is_a_class_with_what_was_said(package: Any, call: Any) -> None:
    body = {"errorCode": "thingService.1", "detail": "No", "errors": [{"pointer": "/a", "detail": "is bad"}]}
    network = Network(httpx.Response(404, json=body, headers={"X-Request-Id": "r"}))
    with pytest.raises(package.errors.NotThere) as failed:
        call(package, network, "get_thing", token="secret")
    error = failed.value
    assert (error.error_code, error.status, error.message, error.request_id) == ("thingService.1", 404, "No", "r")
    assert error.violations == (package.Violation("/a", "is bad"),)
    assert repr(error) == "NotThere('thingService.1', status=404)"


@both
@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (httpx.Response(200, content=b"<html>"), "Unreadable"),
        (httpx.Response(200, json={"data": {"theText": 1, "price": 1}}), "Unreadable"),
        (httpx.Response(418, content=b"<html>"), "CallFailed"),
    ],
)
def test_what_is_no_answer_of_the_service_is_told(package: Any, call: Any, answer: httpx.Response, name: str) -> None:
    network = Network(answer)
    with pytest.raises(package.CallFailed) as failed:
        call(package, network, "get_thing")
    assert (type(failed.value).__name__, len(network.requests)) == (name, 1)


@both
def test_who_sends_a_call_elsewhere_has_not_answered_it(package: Any, call: Any) -> None:
    with pytest.raises(package.CallFailed, match="answered 302"):
        call(package, Network(httpx.Response(302, headers={"Location": "http://login.example.com"})), "change_thing")


def test_bounds_are_judged_and_absent_is_not_null(package: Any) -> None:
    network = Network(GOOD)
    types = package.types
    with httpx.Client(transport=httpx.MockTransport(network)) as http:
        service = package.Client("http://api.example.com", http=http).thing_service
        with pytest.raises(package.CallFailed, match="many") as refused:
            service.get_thing(types.Wanted(text_of_it="a", many=10))
        assert (network.requests, refused.value.violations[0].pointer) == ([], "/many")
        service.get_thing(types.Wanted(text_of_it="a", many=None))
    assert network.requests[0].content == b'{"textOfIt":"a","many":null}'
    assert types.Wanted(text_of_it="a").many is msgspec.UNSET


def test_nothing_secret_is_shown(package: Any) -> None:
    with package.Client("http://x", token="secret", headers={"X-Key": "secret"}) as client:
        assert "secret" not in repr(client) + repr(client._caller) + repr(client._caller._settings)


def test_the_same_contracts_are_the_same_bytes_and_formatters_change_nothing(tmp_path: Path) -> None:
    surface = Surface(registry(), "internal")
    assert files(surface, "internal") == files(Surface(registry(), "internal"), "internal")
    written(tmp_path, surface)
    ruff = [str(Path(sys.executable).parent / "ruff")]
    for command in (["format", "--check"], ["check", "--select", "E,F,I,W,UP,B"]):
        done = subprocess.run([*ruff, *command, "--no-cache", "."], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout
