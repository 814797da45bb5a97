"""Whether what people create is guarded by a captcha, and whether somebody verifies its tokens."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_core.declare.service import CrudEntityService
from backk_core.describe.contracts import Problem, ServiceFunctionContract
from backk_core.describe.registry import Registry
from backk_core.describe.source import place_of_setting
from backk_security.captcha import AnyToken, SiteVerify, configured_verifier, takes_captcha, wants_captcha
from backk_security.conf import security_conf


def problems(known: Registry) -> Iterator[Problem]:
    """Yield the create functions that want no token, and what is wrong with the verifier where one is needed."""
    is_needed = False
    for service in known.services.values():
        is_of_entities = service.owner is not None and issubclass(service.owner, CrudEntityService)
        for function in service.functions:
            if takes_captcha(function):
                is_needed = is_needed or function.options.no_captcha is None
            elif wants_captcha(function, is_of_entities=is_of_entities):
                yield _unguarded(function)
    if is_needed:
        yield from _verifier()


def _unguarded(function: ServiceFunctionContract) -> Problem:
    argument = function.argument
    if argument is None:
        line = "@no_captcha(…)"
    elif argument.is_entity:
        line = f"class {argument.name}(Entity, HasCaptchaToken):"
    else:
        line = "captcha_token: Annotated[str, max_length(8192), is_ascii]"
    message = f"{function.wire_name} creates something for whoever asks, be it a program: it wants no captcha token."
    return Problem("backk.E941", function.place, message, f'{line}  or @no_captcha("only for signed-in users")')


def _verifier() -> Iterator[Problem]:
    place, hint = place_of_setting("BACKK"), '"CAPTCHA_VERIFIER": "backk_security.captcha.Turnstile"'
    try:
        verifier = configured_verifier()
    except (ImproperlyConfigured, OSError, TypeError) as error:
        yield Problem("backk.E942", place, f"No captcha can be verified: {error}.", f"{hint}, CAPTCHA_SECRET=…")
        return
    if not conf().in_production:
        return
    if isinstance(verifier, AnyToken):
        yield Problem("backk.E943", place, "The verifier of captchas takes any token, in production.", hint)
    elif isinstance(verifier, SiteVerify):
        if verifier.url.startswith("http://"):
            message = "CAPTCHA_URL is not encrypted: whoever is in between can take any token for good."
            yield Problem("backk.E944", place, message, "CAPTCHA_URL=https://…")
        if not security_conf().captcha_hostnames:
            message = "CAPTCHA_HOSTNAMES is empty: a token that was solved on anybody's page would do."
            yield Problem("backk.E945", place, message, '"CAPTCHA_HOSTNAMES": ["www.example.com"]')
