import io

import pytest
from django.core.management import call_command

from backk_core.describe.registry import registry
from backk_security.inventory import Entry, inventory

ACCOUNTS = "userAccountService"


@pytest.fixture
def known() -> dict[tuple[str, str], Entry]:
    """What the example and the tests' people have, by entity (or type) and field."""
    return {(entry.entity, entry.field): entry for entry in inventory(registry())}


Known = dict[tuple[str, str], Entry]


def test_it_tells_how_each_field_is_kept_and_why(known: Known) -> None:
    people = {field: (entry.kept, entry.why) for (of, field), entry in known.items() if of == "secrets.Person"}
    assert people["email"] == ("encrypted, searchable", "'email' is in its name")
    assert people["city"] == ("plain", "on every offer")
    assert people["password"][0] == "hashed"
    assert "nick" not in people
    assert "row_key" not in people


def test_it_tells_what_answers_a_field_and_what_takes_it(known: Known) -> None:
    email, password, notes = (known["secrets.Person", name] for name in ("email", "password", "notes"))
    assert {"personService.getPerson", "personService.getPeople"} <= set(email.shown_by)
    assert email.taken_by == ("personService.createPerson", "personService.updatePerson")
    assert (password.shown_by, bool(password.taken_by)) == ((), True)
    assert (notes.shown_by, notes.taken_by) == ((), ())


def test_parts_of_entities_are_followed_both_ways(known: Known) -> None:
    number = known["user_accounts.PaymentMethod", "credit_card_number"]
    assert number.kept == "encrypted"
    assert number.shown_by == (f"{ACCOUNTS}.getUserAccount",)
    assert number.taken_by == (f"{ACCOUNTS}.createUserAccount", f"{ACCOUNTS}.updateUserAccount")


def test_a_view_shows_the_field_of_the_entity_that_it_is_a_view_of(known: Known) -> None:
    assert {"userService.getUser", "userService.getUsers"} <= set(known["user_accounts.UserAccount", "city"].shown_by)
    assert "userService.getUser" not in known["user_accounts.UserAccount", "first_name"].shown_by


def test_what_is_only_passed_through_is_told_too(known: Known) -> None:
    code = known["PaymentMethod", "card_verification_code"]
    assert (code.kept, code.shown_by) == ("not kept", ())
    assert code.taken_by == (f"{ACCOUNTS}.createUserAccount", f"{ACCOUNTS}.updateUserAccount")
    assert known["ByEmail", "email"].taken_by == ("personService.getPersonByEmail",)


def test_what_is_sent_with_a_mere_reference_is_not_taken(known: Known) -> None:
    # a sales item's argument may name followers and sellers, by their ids
    takers = {name for (of, _), entry in known.items() if of == "user_accounts.UserAccount" for name in entry.taken_by}
    assert takers == {f"{ACCOUNTS}.createUserAccount", f"{ACCOUNTS}.updateUserAccount"}


def test_the_command_prints_a_line_a_field() -> None:
    printed = io.StringIO()
    call_command("personal_data", stdout=printed)
    lines = {line.split()[1]: line for line in printed.getvalue().splitlines() if line.startswith("secrets.Person")}
    assert "encrypted, searchable  'email' is in its name" in lines["email"]
    assert lines["notes"].endswith("nobody")


def test_as_a_document_it_also_tells_who_may_call_the_functions() -> None:
    printed = io.StringIO()
    call_command("personal_data", "--format", "markdown", stdout=printed)
    fields, callers = printed.getvalue().split("\n## Who may call these functions\n\n")
    heading, _, *rows = fields.splitlines()
    assert heading == "## Fields"
    assert rows[0] == "| of | field | access | kept | why | answered by | taken by |"
    assert {line.count("|") for line in rows if line} == {8}
    # whom each function that is named above lets in, and no others
    named = {line.split(" | ")[0].removeprefix("| ") for line in callers.splitlines()[2:]}
    crossed = {name for entry in inventory(registry()) for name in (*entry.shown_by, *entry.taken_by)}
    assert named == crossed
