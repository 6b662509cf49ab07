"""Choices of the needs app."""

from django.db import models
from django.utils.translation import pgettext_lazy


class NeedStatus(models.TextChoices):
    """Where a need stands."""

    OPEN = "open", pgettext_lazy("need", "Open")
    DONE = "done", pgettext_lazy("need", "Done")
    DROPPED = "dropped", pgettext_lazy("need", "Dropped")
