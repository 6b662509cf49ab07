"""The WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")

application = get_wsgi_application()

gc.collect()
gc.freeze()  # what is loaded stays: the collector needn't walk through it again during requests
