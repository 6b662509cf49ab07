"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from gridbank.serving import settle, with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")

application = with_room(get_wsgi_application())

settle()
