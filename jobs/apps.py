"""The jobs app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Owns the job table."""

    name = "jobs"
