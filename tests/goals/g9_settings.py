"""How the marketplace is configured where everybody tries everything: services of the cluster prove themselves, too."""

from tests.acceptance.marketplace.running import SERVICE_SECRET
from tests.acceptance.marketplace.settings import *  # noqa: F403

BACKK = {
    **BACKK,  # noqa: F405
    "AUTHENTICATORS": [
        "backk_security.service_tokens.ServiceTokenAuthenticator",
        "backk_security.authentication.JwtAuthenticator",
    ],
    "SERVICE_TOKEN_SECRETS": [SERVICE_SECRET],
}
