"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from gridbank import environment
from gridbank.serving import settle, with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
environment.require()

application = with_room(get_wsgi_application())

# asks the database, so not before everything is loaded
from gridbank import checks, readiness  # noqa: E402

checks.require()
readiness.require()
settle()
