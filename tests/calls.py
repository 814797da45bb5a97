"""Calls of service functions straight into the pipeline, as every transport makes them."""

import json
from functools import cache
from typing import Any

from backk_core.execute.call import Call, HeaderMap, Reply
from backk_core.execute.pipeline import Pipeline
from backk_core.publish.assembly import build_pipeline


@cache
def pipeline() -> Pipeline:
    return build_pipeline()


def reply_to(name: str, argument: Any = None, **headers: str) -> Reply:
    """Call a function with an argument that is written as JSON, or with bytes as they are."""
    body = argument if isinstance(argument, bytes) else json.dumps({} if argument is None else argument).encode()
    return pipeline().execute(Call(name, body, header=HeaderMap(headers)))


def answer(name: str, argument: Any = None) -> Any:
    """Return what a call that succeeds answers."""
    reply = reply_to(name, argument)
    assert reply.status == 200, reply.body
    return json.loads(reply.body)


def refusal(name: str, argument: Any = None) -> str:
    """Return the message of a call whose argument is refused."""
    reply = reply_to(name, argument)
    assert reply.status == 400, reply.body
    facts = json.loads(reply.body)
    assert facts["errorCode"] == "error.5"
    return str(facts["message"]).removeprefix("Invalid argument: ")
