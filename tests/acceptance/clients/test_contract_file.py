"""What Backk for Node's description of the marketplace has, ours has: operations, properties, bounds, enumerations.

Where ours differs on purpose stands in ``CORRECTIONS``, each with its reason; nothing else differs, and none of them is
out of date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from tests.acceptance.marketplace.contract import STREAMS, description

ROOT = Path(__file__).parents[3]
Way = Literal["sent", "answered"]
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems")
_DEEPEST = 6


class Document:
    """An OpenAPI document whose references are followed."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    @property
    def operations(self) -> set[str]:
        return {path.lstrip("/") for path in self._content["paths"]}

    def argument(self, operation: str) -> dict[str, Any] | None:
        body = self._post(operation).get("requestBody")
        return None if body is None else self.plain(body["content"]["application/json"]["schema"])

    def answer(self, operation: str) -> dict[str, Any] | None:
        content = self._post(operation)["responses"]["200"].get("content")
        if content is None:
            return None
        schema = self.plain(content["application/json"]["schema"])
        return self.plain(schema["properties"]["data"]) if "properties" in schema else schema

    def plain(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return a schema without references, the parts of an ``allOf`` in one; null is left out."""
        if "$ref" in schema:
            found: Any = self._content
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            return self.plain(found)
        schema = dict(schema)
        if "anyOf" in schema:
            [only] = [part for part in schema.pop("anyOf") if part.get("type") != "null"]
            schema |= self.plain(only)
        for part in schema.pop("allOf", ()):
            joined = self.plain(part)
            properties = {**schema.get("properties", {}), **_only_new(joined, schema)}
            schema |= {key: value for key, value in joined.items() if key not in schema}
            if properties:
                schema["properties"] = properties
        if "enum" in schema:
            schema["enum"] = [value for value in schema["enum"] if value is not None]
        return schema

    def _post(self, operation: str) -> Any:
        return self._content["paths"][f"/{operation}"]["post"]


def _only_new(joined: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    # what a query narrows has its bounds in the first part
    return {
        name: part for name, part in joined.get("properties", {}).items() if name not in schema.get("properties", {})
    }


THEIRS = Document(description())
OURS = Document(yaml.load((ROOT / "generated" / "openapi" / "public.yaml").read_text(), yaml.CSafeLoader))


def differences(operation: str) -> Iterator[str]:
    """Yield what theirs has and ours has not, or has otherwise, each as ``operation way path: what``."""
    ways: dict[Way, tuple[Any, Any]] = {
        "sent": (THEIRS.argument(operation), OURS.argument(operation)),
        "answered": (THEIRS.answer(operation), OURS.answer(operation)),
    }
    for way, (theirs, ours) in ways.items():
        if theirs is not None and ours is None:
            yield f"{operation} {way} : there is none"
        elif theirs is not None:
            for path, what in _compared(theirs, ours, "", way, _DEEPEST):
                yield f"{operation} {way} {path}: {what}"


def _compared(
    theirs: Mapping[str, Any], ours: Mapping[str, Any], path: str, way: Way, depth: int
) -> Iterator[tuple[str, str]]:
    theirs, ours = THEIRS.plain(theirs), OURS.plain(ours)
    if way == "sent":
        for bound in _BOUNDS:
            # at least none is no demand
            if theirs.get(bound) not in (None, 0 if bound == "minItems" else None) and theirs[bound] != ours.get(bound):
                yield path, f"{bound} is {theirs[bound]!r} there, {ours.get(bound)!r} here"
        for name in set(ours.get("required", ())) - set(theirs.get("required", ())):
            yield f"{path}.{name}".lstrip("."), "is required here alone"
    if "enum" in theirs and sorted(theirs["enum"]) != sorted(ours.get("enum", ())):
        yield path, f"enum is {theirs['enum']} there, {ours.get('enum')} here"
    if depth and "items" in theirs:
        yield from _compared(theirs["items"], ours.get("items", {}), f"{path}[]", way, depth - 1)
    for name, part in theirs.get("properties", {}).items() if depth else ():
        inner = f"{path}.{name}".lstrip(".")
        if name not in ours.get("properties", {}):
            yield inner, "is not there"
        else:
            yield from _compared(part, ours["properties"][name], inner, way, depth - 1)


#: What differs on purpose: a pattern of the difference, and why.
CORRECTIONS: dict[str, str] = {
    r"\S+ sent (_id|version|lastModifiedTimestamp): is not there": "a thing gets them when it is made",
    r"\S+ sent (createdAtTimestamp|previousPrice|primaryImageThumbnailDataUri|likeCount|state): is not there": (
        "what may only be read is error.5 where it is sent"
    ),
    r"\S+ sent (commissionDiscountPercentage|favoriteSalesItems|followedUserAccounts|followingUserAccounts): is not there": (
        "they change by functions of their own"
    ),
    r"\S+ sent (orders|ownSalesItems): is not there": "they are read through their owner, never stored in the account",
    r"userAccountService.updateUserAccount sent (captchaToken|subject): is not there": "they are for signing up",
    r"\S+ answered (captchaToken|subject): is not there": "they never return",
    r"\S+ answered paymentMethods\[\].cardVerificationCode: is not there": "it is never stored (PCI DSS)",
    r"userAccountService.createUserAccount answered \w+: is not there": (
        "it answers only _id and commissionDiscountPercentage"
    ),
    r"\S+ sent captchaToken: maxLength is 512 there, 8192 here": "tokens of captcha services are longer than 512 characters",
    r"\S+ sent (in|ex)cludeResponseFields(\[\])?: max(Items|Length) is (100|512) there, (500|65536) here": (
        "the GraphQL and JSON forms stand in one element, and name many fields"
    ),
    r"\S+ sent currentPageTokens\[\].currentPageToken: maxLength is 64 there, 4096 here": "it is a signed keyset cursor",
    r"\S+ sent paginations: maxItems is 25 there, 100 here": "as many as the other queries have there",
    r"\S+ sent filters: minItems is 1 there, None here": "no argument of a query is required: none is the default",
    r"\S+ sent (orderItems\[\].trackingUrl|uiRedirectUrl): maxLength is (3072|4096) there, 2082 here": (
        "the rule for URLs refuses longer ones, there too"
    ),
}

OPERATIONS = sorted(THEIRS.operations - STREAMS)


def test_every_operation_is_there() -> None:
    assert THEIRS.operations - STREAMS <= OURS.operations


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_theirs_has_ours_has(operation: str) -> None:
    unexpected = [
        each for each in differences(operation) if not any(re.fullmatch(known, each) for known in CORRECTIONS)
    ]
    assert unexpected == []


def test_no_correction_is_out_of_date() -> None:
    found = [each for operation in OPERATIONS for each in differences(operation)]
    assert [known for known in CORRECTIONS if not any(re.fullmatch(known, each) for each in found)] == []
