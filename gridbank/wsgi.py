"""The WSGI entry point."""

import os

import django
from django.core.wsgi import get_wsgi_application

from gridbank import environment
from gridbank.serving import settle, with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
environment.require()
django.setup()

# asks the database, so not before the models are loaded; before the pages, which read the collected files
from gridbank import starting  # noqa: E402

starting.require()
application = with_room(get_wsgi_application())
settle()
