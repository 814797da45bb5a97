"""The project behind Django's own ASGI handler: service calls reach the view."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
