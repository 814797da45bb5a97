"""What our requests to other servers have in common: TLS that is verified, no redirects, answers of bounded length."""

from __future__ import annotations

import ssl
import urllib.request
from typing import Any, NoReturn


class Outgoing:
    """Asks servers that the project's settings name.

    ``ca_file`` has the certificates that a server's is checked against; empty: the system's. OSError where it is
    missing.
    """

    def __init__(self, *, ca_file: str = "", longest: int) -> None:
        self._longest = longest
        context = ssl.create_default_context(cafile=ca_file or None)
        self._open = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoRedirects()).open

    def fetch(self, url: str, *, timeout: float, form: bytes | None = None) -> bytes:
        """Return what an address answers, to GET or to POST of a form. ``timeout`` is in seconds.

        OSError and http.client.HTTPException where it does not answer; ValueError where it answers too much, or
        redirects.
        """
        with self._open(url, data=form, timeout=timeout) as answer:
            body: bytes = answer.read(self._longest + 1)
        if len(body) > self._longest:
            msg = "the answer is too long"
            raise ValueError(msg)
        return body


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: who can answer for a server's address could name one without TLS."""

    def redirect_request(self, *_: Any, **__: Any) -> NoReturn:
        msg = "the address redirects"
        raise ValueError(msg)
