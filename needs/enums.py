"""Choices of the needs app."""

from django.db import models
from django.utils.translation import pgettext_lazy

# in characters: of what is asked for, and of what came of it
NEED_LENGTH = OUTCOME_LENGTH = 300


class NeedStatus(models.TextChoices):
    """Where a need stands."""

    OPEN = "open", pgettext_lazy("need", "Open")
    DONE = "done", pgettext_lazy("need", "Done")
    DROPPED = "dropped", pgettext_lazy("need", "Dropped")
