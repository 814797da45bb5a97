"""The WSGI application of a project: point the server at ``backk_core.wsgi:application``."""

from django.core.wsgi import get_wsgi_application

# sets Django up, which the door needs
_django = get_wsgi_application()

from backk_core.publish.wsgi import wsgi_door  # noqa: E402

application = wsgi_door(_django)
