"""The ASGI application of a project: point the server at ``backk_core.asgi:application``."""

from django.core.asgi import get_asgi_application

# sets Django up, which the door needs
_django = get_asgi_application()

from backk_core.publish.asgi import AsgiDoor  # noqa: E402

application = AsgiDoor(_django)
