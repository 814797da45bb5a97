import pytest

from backk_core import Service, allow_for_every_user
from backk_core.describe.registry import build
from backk_security.limits import Limit, NotALimit


@pytest.mark.parametrize(
    ("text", "most", "seconds", "per", "on"),
    [
        ("100/minute per caller", 100, 60, {"caller"}, ""),
        ("10/second per address", 10, 1, {"address"}, ""),
        ("1/2 hours per function", 1, 7200, {"function"}, ""),
        ("5/day per caller and function", 5, 86_400, {"caller", "function"}, ""),
        ("999999999/10 minutes in all", 999_999_999, 600, set(), ""),
        (
            "5/minute per caller on userAccountService.createUserAccount",
            5,
            60,
            {"caller"},
            "userAccountService.createUserAccount",
        ),
        ("7/seconds in all on tagService", 7, 1, set(), "tagService"),
    ],
)
def test_a_limit_says_how_many_in_what_time_for_whom_on_what(
    text: str, most: int, seconds: int, per: set[str], on: str
) -> None:
    assert Limit.said(text) == Limit(text, most, seconds, frozenset(per), on)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "100",
        "100/minute",
        "0/minute per caller",
        "1/0 minutes per caller",
        "-1/minute per caller",
        "1.5/minute per caller",
        "100/fortnight per caller",
        "100/minute per planet",
        "100/minute per caller and",
        "100/minute  per caller",
        "100/minute per caller on",
        "100/minute per caller on a.b.c",
        '100/minute per caller";q=1',
        "100/minute per caller\n",
        "1000000000000/minute per caller",
    ],
)
def test_what_says_no_limit_is_refused_with_what_would(text: str) -> None:
    with pytest.raises(NotALimit, match="100/minute per caller"):
        Limit.said(text)


def test_a_limit_at_a_function_is_about_that_function_only() -> None:
    assert Limit.said("5/minute per caller", on="tagService.createTag").on == "tagService.createTag"
    with pytest.raises(NotALimit):
        Limit.said("5/minute per caller on tagService", on="tagService.createTag")


@allow_for_every_user
class PingService(Service):
    def ping(self) -> None: ...

    def ping_twice(self) -> None: ...


@pytest.mark.parametrize(
    ("on", "functions"),
    [
        ("", {"ping", "pingTwice"}),
        (" on pingService", {"ping", "pingTwice"}),
        (" on pingService.ping", {"ping"}),
        (" on other", set()),
    ],
)
def test_a_limit_is_about_all_functions_those_of_a_service_or_one(on: str, functions: set[str]) -> None:
    limit = Limit.said(f"5/minute in all{on}")
    known = build([PingService]).functions.values()
    assert {contract.function_name for contract in known if limit.concerns(contract)} == functions
