"""What households asked for."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import ARCHIVE, Customer, Household, grid_scope_q
from gridbank.scoping import Personal, ScopedModel
from needs.enums import NEED_LENGTH, OUTCOME_LENGTH, NeedStatus


class Need(ScopedModel):
    """What a household asked for, with a day by which it wants an answer."""

    personal: ClassVar = Personal(ARCHIVE, "household_id", frozenset({"text", "outcome"}))

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="needs")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="needs")
    text = models.CharField(_("need"), max_length=NEED_LENGTH)
    due_on = models.DateField(_("due on"), null=True)
    status = models.CharField(_("status"), max_length=8, choices=NeedStatus, default=NeedStatus.OPEN)
    raised_on = models.DateField()
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="raised_needs"
    )
    origin = models.UUIDField(null=True, db_index=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="closed_needs"
    )
    outcome = models.CharField(_("outcome"), max_length=OUTCOME_LENGTH, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["status", "due_on"], name="need_open_due"),
            models.Index(
                fields=["household", "due_on"],
                condition=models.Q(status=NeedStatus.OPEN),
                name="need_open_household",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Needs of households the person may know of."""
        return grid_scope_q(actor, "household__")
