import json
from typing import Any

import pytest
from django.test import override_settings

from backk_core import InvalidArgument
from backk_core.declare.errors import RequestTooLong
from backk_core.execute.placeholders import filled

ANSWERS = {
    "a": {"statusCode": 200, "response": {"metadata": {}, "data": {"_id": "7", "n": 1.5, "big": 2**60, "yes": True}}},
    "long": {"response": "x" * 100},
    "list": {"statusCode": 200, "response": {"data": [{"_id": "1"}, {"_id": "2"}]}},
    "odd": {
        "statusCode": 200,
        "response": {"data": {"text": '", "admin": true, "x": "\\ <&>\n{{a.statusCode}}', "no": None}},
    },
}


def fill(argument: Any) -> Any:
    return json.loads(filled(json.dumps(argument).encode(), ANSWERS))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{a.response.data._id}}", "7"),
        ("{{ a.response.data._id }}", "7"),
        ("{{{a.response.data._id}}}", "7"),
        ("{{&a.response.data._id}}", "7"),
        ("{{& a.response.data._id }}-{{a.statusCode}}", "7-200"),
        ("{{a.response.data.n}}", "1.5"),
        ("{{a.response.data.big}}", str(2**60)),
        ("{{a.response.data.yes}}", "true"),
        ("{{odd.response.data.no}}", ""),
        ("{{list.response.data.1._id}}", "2"),
        ("no path } }} { here", "no path } }} { here"),
        ("{{a.statusCode}}}", "200}"),
    ],
)
def test_a_path_is_replaced_by_the_text_of_what_was_answered(template: str, text: str) -> None:
    assert fill({"x": template}) == {"x": text}


def test_paths_are_found_wherever_a_string_is() -> None:
    argument = {"x": [{"y": ["{{a.statusCode}}"]}], "{{a.statusCode}}": 1, "z": None, "big": 2**70}
    assert fill(argument) == {"x": [{"y": ["200"]}], "{{a.statusCode}}": 1, "z": None, "big": 2**70}


def test_a_path_that_json_escapes_hide_is_found_too() -> None:
    assert json.loads(filled(rb'{"x": "\u007B\u007Ba.statusCode}}"}', ANSWERS)) == {"x": "200"}


def test_a_value_can_neither_end_its_string_nor_be_read_as_a_path_itself() -> None:
    assert fill({"x": "{{odd.response.data.text}}"}) == {"x": ANSWERS["odd"]["response"]["data"]["text"]}  # type: ignore[index]


@pytest.mark.parametrize(
    "template",
    [
        "{{}}",
        "{{ }}",
        "{{.}}",
        "{{b.response}}",
        "{{a.response.data.missing}}",
        "{{a.response.data._id.x}}",
        "{{list.response.data.2._id}}",
        "{{list.response.data.-1._id}}",
        "{{list.response.data.²._id}}",
        "{{list.response.data." + "9" * 5000 + "}}",
        "{{a.response.data}}",
        "{{list.response.data}}",
        "{{a.statusCode",
        "{{",
        "x {{",
        "{{#a}}x{{/a}}",
        "{{>../secret}}",
        "{{=<% %>=}}",
        "{{!comment}}",
        "{{a.__class__}}",
    ],
)
def test_what_leads_to_no_single_value_is_refused_and_names_the_property(template: str) -> None:
    with pytest.raises(InvalidArgument, match=r"list: 1: x (refers to|has a \{\{)"):
        fill({"list": ["", {"x": template}]})


def test_an_argument_without_paths_is_handed_on_untouched() -> None:
    body = b'{ "x" : 1e400, "y": "{ {" }'
    assert filled(body, ANSWERS) is body


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"x": "{{a.statusCode}}"', "it is not JSON"),
        (b'{"x": "{{\xff}}"}', "it is not UTF-8"),
        (b"{{", "it is not JSON"),
        (b'["{{a.statusCode}}", }', "it is not JSON"),
        (b'{"x": "{{a.statusCode}}", "y": 1e400}', "it has a number that is out of range"),
    ],
)
def test_what_is_no_json_is_refused_as_in_an_argument_that_came_alone(body: bytes, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        filled(body, ANSWERS)


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="nested too deeply"):
        filled(b'{"x":' + b"[" * 100_000 + b'"{{a.statusCode}}"' + b"]" * 100_000 + b"}", ANSWERS)


def test_paths_cannot_make_an_argument_longer_than_a_request_may_be() -> None:
    with override_settings(BACKK={"MAX_REQUEST_CONTENT_LENGTH": 1000}):
        assert len(fill({"x": "{{long.response}}" * 9})["x"]) == 900
        with pytest.raises(RequestTooLong):
            fill({"x": ["{{long.response}}" * 5, "{{long.response}}" * 5]})
