"""The project behind Django's own WSGI handler: service calls reach the view."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
