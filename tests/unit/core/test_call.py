import pytest

from backk_core import NotAuthorized
from backk_core.execute.call import Call, HeaderMap, Principal, Reply


def of(request_id: str | None) -> str:
    return Call("x.y", b"", header=HeaderMap({} if request_id is None else {"x-request-id": request_id})).request_id


@pytest.mark.parametrize("sent", ["r-1", "a" * 128, "7b9f:/+=_.~", '"><script>'])
def test_a_request_id_that_was_sent_is_kept(sent: str) -> None:
    assert of(sent) == sent


@pytest.mark.parametrize(
    "sent", [None, "", "a" * 129, "a b", "a\r\nX: y", "a\nb", "\x00", "\x7f", "é", "\u2028", "a\tb", "\ud800"]
)
def test_a_request_id_is_made_where_none_was_sent_or_it_could_do_harm(sent: str | None) -> None:
    made = of(sent)
    assert made != sent
    assert len(made) == 32
    assert made.isalnum()
    assert made != of(sent)


def test_who_calls_is_found_out_when_it_is_first_asked_and_only_then() -> None:
    asked = []
    call = Call("x.y", b"")
    call.authenticated_by(lambda call: asked.append(call) or Principal(subject="ann"))  # type: ignore[func-returns-value]
    assert asked == []
    first, again = call.principal, call.principal
    assert first is again is not None
    assert (first.subject, asked) == ("ann", [call])


def test_nobody_is_looked_for_once() -> None:
    asked: list[Call] = []
    call = Call("x.y", b"")
    call.authenticated_by(asked.append)
    assert (call.principal, call.principal) == (None, None)
    assert asked == [call]


def test_a_bad_credential_is_told_to_each_who_asks() -> None:
    def refuse(call: Call) -> Principal | None:
        raise NotAuthorized

    call = Call("x.y", b"")
    call.authenticated_by(refuse)
    for _ in range(2):
        with pytest.raises(NotAuthorized):
            call.principal  # noqa: B018 - asking is what is tested


def test_a_principal_that_a_transport_proved_is_told_to_who_authenticates() -> None:
    known = Principal(subject="ann")
    call = Call("x.y", b"", principal=known)
    assert call.principal is known
    call.authenticated_by(lambda call: call.proved)
    assert call.principal is known
    call.authenticated_by(lambda call: None)
    assert call.principal is None


def test_whoever_is_asked_who_calls_knows_of_nobody_meanwhile() -> None:
    call = Call("x.y", b"")
    asked = []

    def authenticate(call: Call) -> Principal:
        asked.append(call.principal)
        return Principal(subject="ann")

    call.authenticated_by(authenticate)
    assert call.principal == Principal(subject="ann")
    assert asked == [None]


def test_nothing_shows_who_calls_or_what_was_sent() -> None:
    principal = Principal(subject="ann", roles=frozenset({"b", "a"}), claims={"email": "ann@example.com"})
    call = Call("x.y", b'{"name": "Ann"}', header=HeaderMap({"x-request-id": "r"}), principal=principal)
    assert repr(principal) == "Principal(roles=['a', 'b'], is_internal=False)"
    assert repr(call) == "Call('x.y', request_id='r')"
    assert repr(Reply(200, b"Ann")) == "Reply(200, 3 bytes)"
