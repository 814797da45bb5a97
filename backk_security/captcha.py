"""Tells people from programs where something is created: who needs a captcha token, and who verifies it."""

from __future__ import annotations

import http.client
import logging
import time
import uuid
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, ClassVar, Protocol
from urllib.parse import urlencode

import msgspec
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from backk_core.declare.conf import conf, forget_when_changed
from backk_core.declare.errors import InvalidArgument, TemporarilyUnavailable, Violation
from backk_core.declare.permissions import ClusterInternal, InsideService, TestsOnly
from backk_core.declare.service import CrudEntityService
from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.execute.call import Call
from backk_core.execute.extensions import Guard
from backk_security.conf import SecurityConf, security_conf
from backk_security.outgoing import Outgoing

logger = logging.getLogger("backk_security")

FIELD = "captcha_token"

#: A provider's answer is a few hundred bytes.
_LONGEST = 65_536
#: Seconds for which a provider that did not answer is not asked: calls need not wait for it, one after another.
_PAUSE = 2.0


class CaptchaVerifier(Protocol):
    """Tells whether a token proves that a person solved a captcha for this call."""

    def verify(self, token: str, call: Call) -> bool:
        """Return True where it does. TemporarilyUnavailable where nobody can tell now."""
        ...


def wants_captcha(contract: ServiceFunctionContract, *, is_of_entities: bool) -> bool:
    """Tell whether a function creates something for whoever asks; ``is_of_entities``: its service is about entities."""
    is_for_people = not all(isinstance(rule, ClusterInternal | InsideService | TestsOnly) for rule in contract.rules)
    return (
        contract.kind == "create"
        and contract.options.no_captcha is None
        and is_for_people
        and (is_of_entities or issubclass(contract.owner, CrudEntityService))
    )


def takes_captcha(contract: ServiceFunctionContract) -> bool:
    """Tell whether no call of the function is valid without a token."""
    argument = contract.argument
    field = argument.by_name.get(FIELD) if argument is not None else None
    return field is not None and field.required and not field.nullable and field.enters(contract.argument_mode)


def captcha_guard(contract: ServiceFunctionContract) -> Guard | None:
    """Return what verifies the tokens of a function's calls, None where it takes none or was waived."""
    if contract.options.no_captcha is not None or not takes_captcha(contract):
        return None
    verifier = configured_verifier()

    def verify(call: Call) -> None:
        if verifier.verify(getattr(call.argument, FIELD), call) is not True:
            raise InvalidArgument([Violation(("captchaToken",), "is not accepted: a new captcha must be solved")])

    return verify


class AnyToken:
    """For development and tests: takes any token but an empty one."""

    def verify(self, token: str, call: Call) -> bool:
        return bool(token)


class SiteVerify:
    """What the providers have in common: a form is posted, JSON tells whether the token is good.

    ``secret`` is what the provider gave, ``hostnames`` are the hosts whose pages may show the captcha (none: any),
    ``action`` is what a token must be for where the provider tells it, with ``{function}`` for the function's name;
    ``timeout`` is in seconds.
    """

    address: ClassVar[str]
    #: Errors that say nothing about the token: our settings are wrong, or the provider fails.
    NO_VERDICTS: ClassVar[frozenset[str]] = frozenset(
        {"missing-input-secret", "invalid-input-secret", "bad-request", "sitekey-secret-mismatch", "internal-error"}
    )

    def __init__(
        self,
        secret: str,
        *,
        hostnames: Iterable[str] = (),
        action: str = "",
        least_score: float = 0.5,
        timeout: float = 3.0,
        url: str = "",
        ca_file: str = "",
    ) -> None:
        if not secret:
            raise ImproperlyConfigured("CAPTCHA_SECRET is missing: the secret that the provider of captchas gave")
        self._secret, self._action, self._timeout = secret, action, timeout
        self._hostnames = frozenset(name.lower() for name in hostnames)
        self.least_score = least_score
        self.url = url or self.address
        if not self.url.startswith(("https://", "http://")):
            raise ImproperlyConfigured(f"CAPTCHA_URL is {self.url!r}: https://…")
        self._outgoing = Outgoing(ca_file=ca_file, longest=_LONGEST)
        self._asked_again_at = 0.0

    @classmethod
    def configured(cls, settings: SecurityConf) -> SiteVerify:
        """Return the verifier that the project's settings describe. ImproperlyConfigured where they are wrong."""
        return cls(
            settings.captcha_secret,
            hostnames=settings.captcha_hostnames,
            action=settings.captcha_action,
            least_score=settings.captcha_least_score,
            timeout=settings.captcha_timeout,
            url=settings.captcha_url,
            ca_file=settings.captcha_ca_file,
        )

    def verify(self, token: str, call: Call) -> bool:
        """Ask the provider. TemporarilyUnavailable where it does not answer, or not as it should."""
        answer = self._asked(token, call)
        reason = self._refusal(answer, call)
        if reason is not None:
            logger.warning("%s: captcha refused: %s", call.wire_name, reason, extra={"request_id": call.request_id})
        return reason is None

    def _asked(self, token: str, call: Call) -> dict[str, Any]:
        if time.monotonic() < self._asked_again_at:
            raise TemporarilyUnavailable
        form = urlencode({"secret": self._secret, "response": token, **self.more(call)}).encode()
        for is_last in (False, True):
            try:
                answer = msgspec.json.decode(
                    self._outgoing.fetch(self.url, timeout=self._patience(call), form=form), type=dict[str, Any]
                )
            except (OSError, ValueError, msgspec.MsgspecError, http.client.HTTPException) as error:
                if is_last or call.remaining <= self._timeout / 2:
                    self._asked_again_at = time.monotonic() + _PAUSE
                    logger.error("captchas cannot be verified: %s", type(error).__name__)
                    raise TemporarilyUnavailable from error
            else:
                self._refuse_no_verdict(answer)
                return answer
        raise AssertionError("the last attempt returns or raises")

    def _patience(self, call: Call) -> float:
        return max(0.05, min(self._timeout, call.remaining))

    def _refuse_no_verdict(self, answer: dict[str, Any]) -> None:
        faults = sorted(self.NO_VERDICTS & _codes(answer))
        if answer.get("success") is not True and faults:
            logger.error("captchas cannot be verified: the provider says %s", ", ".join(faults))
            raise TemporarilyUnavailable

    def more(self, call: Call) -> dict[str, str]:
        """Return what else the provider is told."""
        return {"remoteip": call.remote_address} if call.remote_address else {}

    def _refusal(self, answer: dict[str, Any], call: Call) -> str | None:
        """Return why the token is not accepted, None where it is."""
        if answer.get("success") is not True:
            return ", ".join(sorted(_codes(answer))) or "the provider does not say why"
        if self._hostnames and str(answer.get("hostname", "")).lower() not in self._hostnames:
            return "solved on another host"
        wanted = self._action.replace("{function}", call.contract.function_name)
        if wanted and "action" in answer and answer["action"] != wanted:
            return "solved for another action"
        return self.more_refusal(answer)

    def more_refusal(self, answer: dict[str, Any]) -> str | None:
        """Return why a token that the provider takes for good is still not accepted, None where it is."""
        return None


class Recaptcha(SiteVerify):
    """reCAPTCHA v2, and v3, whose tokens have a score (https://developers.google.com/recaptcha/docs/verify)."""

    address = "https://www.google.com/recaptcha/api/siteverify"

    def more_refusal(self, answer: dict[str, Any]) -> str | None:
        if "score" not in answer:
            return None
        score = answer["score"]
        is_enough = isinstance(score, int | float) and not isinstance(score, bool) and score >= self.least_score
        return None if is_enough else "the score is too low"


class HCaptcha(SiteVerify):
    """Tokens of hCaptcha (https://docs.hcaptcha.com/#verify-the-user-response-server-side)."""

    address = "https://api.hcaptcha.com/siteverify"


class Turnstile(SiteVerify):
    """Tokens of Turnstile (https://developers.cloudflare.com/turnstile/get-started/server-side-validation)."""

    address = "https://challenges.cloudflare.com/turnstile/v0/siteverify"

    def more(self, call: Call) -> dict[str, str]:
        # the second request for a token is then no second use of it
        return {**super().more(call), "idempotency_key": str(uuid.uuid4())}


@lru_cache(maxsize=1)
def configured_verifier() -> CaptchaVerifier:
    """Return the project's verifier. ImproperlyConfigured where there is none, or its settings are wrong."""
    settings = security_conf()
    if not settings.captcha_verifier:
        if conf().in_production:
            raise ImproperlyConfigured("CAPTCHA_VERIFIER is missing, and functions want a captcha")
        return AnyToken()
    try:
        found = import_string(settings.captcha_verifier)
    except ImportError as error:
        raise ImproperlyConfigured(f"CAPTCHA_VERIFIER: {error}") from error
    if not isinstance(found, type):
        verifier = found
    else:
        make: Callable[[], Any] = found
        verifier = found.configured(settings) if issubclass(found, SiteVerify) else make()
    if not callable(getattr(verifier, "verify", None)):
        raise ImproperlyConfigured(f"CAPTCHA_VERIFIER: {settings.captcha_verifier} has no verify(token, call)")
    checked: CaptchaVerifier = verifier
    return checked


forget_when_changed(configured_verifier)


def _codes(answer: dict[str, Any]) -> set[str]:
    given = answer.get("error-codes")
    return {str(code)[:64] for code in given} if isinstance(given, list) else set()
