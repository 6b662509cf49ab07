"""The frame of gridbank: settings, scope, broker, errors. It knows no domain."""

from gridbank.celery import app as celery_app

__all__ = ["celery_app"]
