import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from backk_core.declare.conf import conf
from backk_core.execute.call import HeaderMap
from backk_core.publish.door import address_of

PEER = "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.7", PEER),
        (1, None, PEER),
        (1, "", PEER),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7,10.0.0.1", "203.0.113.7"),
        # it did not come through both
        (2, "203.0.113.7", PEER),
        (1, "203.0.113.7:51234", "203.0.113.7"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "[2001:db8::1]:51234", "2001:db8::1"),
        (1, "6.6.6.6, unknown", PEER),
        (1, "6.6.6.6, ", PEER),
        (1, "<script>", PEER),
    ],
)
def test_who_calls_is_told_by_as_many_proxies_as_the_project_has_and_by_nobody_else(
    proxies: int, forwarded: str | None, address: str
) -> None:
    header = HeaderMap({} if forwarded is None else {"x-forwarded-for": forwarded})
    with override_settings(BACKK={"TRUSTED_PROXIES": proxies}):
        assert address_of(PEER, header) == address


def test_there_cannot_be_less_than_no_proxy() -> None:
    with override_settings(BACKK={"TRUSTED_PROXIES": -1}), pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        conf()
