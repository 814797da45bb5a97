"""Service functions as tools of AI agents: what each takes, and what an agent is told of its answer."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from backk_core.declare.permissions import InsideService
from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.describe.registry import Registry
from backk_core.execute.call import Reply
from backk_core.publish.authorization_matrix import who_may_call
from backk_core.publish.failures import failures_of
from backk_core.publish.queries import narrowed
from backk_core.publish.schemas import Components, Schema
from backk_core.publish.uses import Use

#: Characters that a tool's name has at most with the clients there are.
LONGEST_NAME = 64
_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True)
class AgentTool:
    """One function as agents see it."""

    name: str
    title: str
    description: str
    #: JSON Schema (2020-12) of the argument, which needs nothing else.
    input_schema: Schema
    wire_name: str
    reads_only: bool
    destroys: bool
    #: Whether calling it again with the same argument changes nothing more.
    is_idempotent: bool


def tool_name(wire_name: str) -> str:
    """Return the name of a function's tool: clients know letters, digits, hyphens and underscores."""
    return wire_name.replace(".", "_")


def is_reachable(function: ServiceFunctionContract) -> bool:
    """Tell whether anybody outside can call a function."""
    return not all(isinstance(rule, InsideService) for rule in function.rules)


def agent_tools(known: Registry) -> dict[str, AgentTool]:
    """Return the tools of all functions that are marked so, by name."""
    marked = [f for f in known.functions.values() if f.options.agent_tool and is_reachable(f)]
    return {tool_name(function.wire_name): _tool(function, known) for function in marked}


def _tool(function: ServiceFunctionContract, known: Registry) -> AgentTool:
    summary, _, _ = function.documentation.partition("\n")
    own = [failure for failure in failures_of(function, known) if not failure.code.startswith("error.")]
    errors = "; ".join(f"{failure.code}: {failure.message}" for failure in own)
    told = [
        function.documentation or f"Calls {function.wire_name}.",
        f"For {who_may_call(function)}.",
        f"Errors of its own: {errors}." if errors else "",
    ]
    return AgentTool(
        name=tool_name(function.wire_name),
        title=summary or function.wire_name,
        description="\n\n".join(filter(None, told)),
        input_schema=_input_schema(function),
        wire_name=function.wire_name,
        reads_only=function.kind == "get",
        destroys=function.kind in ("update", "delete", "other"),
        is_idempotent=function.kind in ("get", "delete"),
    )


def _input_schema(function: ServiceFunctionContract) -> Schema:
    argument = function.argument
    if argument is None:
        return {"type": "object", "properties": {}, "additionalProperties": False}
    components = Components()
    reference = components.ref(argument, Use.of_argument(function.argument_mode))
    # the argument itself stands at the root, where every client looks
    root = copy.deepcopy(_named(components, reference) if "$ref" in reference else reference)
    query = narrowed(argument, function.result) if function.result is not None else None
    for name, narrowing in (query or {}).get("properties", {}).items():
        paths = narrowing["anyOf"][0] if "anyOf" in narrowing else narrowing
        root["properties"][name] = {"allOf": [root["properties"][name], paths]}
    definitions = {name: schema for name, schema in components.schemas.items() if schema is not root}
    schema: Schema = _moved({**root, **({"$defs": definitions} if definitions else {})})
    return schema


def _named(components: Components, reference: Schema) -> Schema:
    schema: Schema = components.schemas.pop(reference["$ref"].removeprefix(_REFERENCE))
    return schema


def _moved(schema: Any) -> Any:
    """Return a schema whose references lead to its own definitions."""
    if isinstance(schema, dict):
        return {
            name: f"#/$defs/{value.removeprefix(_REFERENCE)}" if name == "$ref" else _moved(value)
            for name, value in schema.items()
        }
    return [_moved(item) for item in schema] if isinstance(schema, list) else schema


def told(reply: Reply) -> Mapping[str, Any]:
    """Return what an agent is told of a reply: the answer, the error, or where to go on."""
    if reply.status >= 300 and reply.status < 400:
        location = next((value for name, value in reply.headers if name.lower() == "location"), "")
        return {"statusCode": reply.status, "location": location}
    body = msgspec.json.decode(reply.body) if reply.body else {}
    return body if isinstance(body, dict) else {"data": body}
