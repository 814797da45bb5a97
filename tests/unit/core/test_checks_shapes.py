from pathlib import Path

import pytest

from tests.declarations import HERE, Case, cases, problems_in

ORDERS = "\nclass OrderService(Service):\n    @allow_for_every_user\n    def find({}) -> {}: ...\n"


def argument(id: str, broken: str, hint: str, mended: str) -> Case:
    service = ORDERS.format("self, wanted: Wanted", "None")
    return Case(id, broken + service, hint, mended + service)


def result(id: str, broken: str, hint: str, mended: str) -> Case:
    service = ORDERS.format("self", "One[Found]")
    return Case(id, broken + service, hint, mended + service)


@cases(
    a_digit_after_an_underscore=argument(
        "E201",
        f"class Wanted(Argument):\n    line_1: EntityId  {HERE}\n",
        "line1: EntityId",
        "class Wanted(Argument):\n    line1: EntityId\n",
    ),
    capital_letters=Case(
        "E201",
        "class Thing(Entity):\n    URL = read_write(models.BooleanField())"
        f"  {HERE}\n    class Meta:\n        app_label = 'backk_core'\n",
        "= read_write(models.BooleanField())",
        "class Thing(Entity):\n    URL = private(models.BooleanField())\n    class Meta:\n"
        "        app_label = 'backk_core'\n",
    ),
    two_names_that_are_one_on_the_wire=argument(
        "E202",
        f"class Wanted(Argument):\n    tag_id: EntityId\n    tagId: EntityId  {HERE}\n",
        "other_tagId: EntityId",
        "class Wanted(Argument):\n    tag_id: EntityId\n",
    ),
    an_argument_that_holds_an_entity=argument(
        "E203",
        f"class Wanted(Argument):\n    tag: Tag  {HERE}\n",
        'class TagPart(Argument, fields=pick(Tag, "name")): …',
        "class TagPart(Argument, fields=pick(Tag, 'name')): pass\nclass Wanted(Argument):\n    tag: TagPart\n",
    ),
    an_argument_that_holds_entities=argument(
        "E203",
        "class Wanted(Argument):\n"
        f"    tags: Annotated[list[Tag], array_min_size(0), array_max_size(9), array_not_unique]  {HERE}\n",
        'class TagPart(Argument, fields=pick(Tag, "name")): …',
        "class Wanted(Argument):\n    tag_id: EntityId\n",
    ),
    a_result_that_takes_over_a_secret=result(
        "E204",
        f"class Found(Result, fields=pick(Order, 'price', 'secret')): pass {HERE}\n",
        "class Found(Result, fields=omit(Order, 'secret'))",
        "class Found(Result, fields=omit(Order, 'secret')): pass\n",
    ),
    a_result_that_takes_over_a_secret_as_readable=result(
        "E204",
        f"class Found(Result, fields=pick(Order, 'secret', access=read_only)): pass {HERE}\n",
        "class Found(Result, fields=omit(Order, 'secret'))",
        "class Found(Result, fields=pick(Order, 'price')): pass\n",
    ),
    a_result_that_declares_a_secret_again=result(
        "E204",
        f"class Found(Result, fields=pick(Order, 'price')):\n    secret: str  {HERE}\n",
        "class Found(Result, fields=omit(Order, 'secret'))",
        "class Found(Result, fields=pick(Order, 'price')): pass\n",
    ),
    a_result_that_takes_over_a_captcha_token=result(
        "E204",
        "class Guarded(Entity, HasCaptchaToken):\n    class Meta:\n        app_label = 'backk_core'\n\n"
        f"class Found(Result, fields=omit(Guarded)): pass {HERE}\n",
        "class Found(Result, fields=omit(Guarded, 'captcha_token'))",
        "class Guarded(Entity, HasCaptchaToken):\n    class Meta:\n        app_label = 'backk_core'\n\n"
        "class Found(Result, fields=omit(Guarded, 'captcha_token')): pass\n",
    ),
    an_argument_that_is_answered_with_its_secret=Case(
        "E204",
        f"class Found(Argument, fields=pick(Order, 'secret')): pass {HERE}\n" + ORDERS.format("self", "One[Found]"),
        "omit(Order, 'secret')",
        "class Found(Argument, fields=pick(Order, 'secret')): pass\n" + ORDERS.format("self, found: Found", "None"),
    ),
)
def test_a_type_that_would_leak_or_lose_something_is_refused(case: Case, tmp_path: Path) -> None:
    case.check(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "class Found(Result):\n    title: str\n    counts: list[int]\n    facts: Any\n",
        "class Found(Result):\n    order: Order\n    tags: list[Tag]\n",
        "class Found(Result):\n    secret: str\n",
        "class Found(Result, fields=pick(Order, 'secret', access=write_only)):\n    title: str\n",
    ],
    ids=["no_rules_for_what_is_never_sent", "entities_in_results", "a_name_of_no_entity_here", "a_secret_that_stays"],
)
def test_a_result_needs_no_rules_and_may_hold_entities(text: str, tmp_path: Path) -> None:
    assert [*map(str, problems_in(tmp_path, text + ORDERS.format("self", "One[Found]")))] == []
