"""What a grid, a branch or the bank is to reach in a month, at three levels: as it is written, and as it is signed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gridbank.scoping import ScopedModel
from grids.models import Grid, led_paths, under

MOST = 10**8


class GridTarget(ScopedModel):
    """What is asked of a grid in a month by an indicator.

    A draft stands beside what is signed until somebody else of head office signs it; then it takes its place. The
    ranking asks for what is assured, the other two levels are shown.
    """

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="month_targets")
    month = models.DateField()
    indicator = models.CharField(max_length=40)
    assured = models.DecimalField(max_digits=12, decimal_places=4)
    aimed = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    stretch = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="made_grid_targets"
    )
    made_at = models.DateTimeField()
    # who wrote the figure, where somebody else carried it forward
    figure_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="carried_grid_targets"
    )
    is_signed = models.BooleanField(default=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="signed_grid_targets"
    )
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["month", "grid", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "month", "indicator", "is_signed"], name="grid_target_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="grid_target_starts_on_first"),
            # the upper bound keeps out NaN, which PostgreSQL takes for the greatest number of all
            models.CheckConstraint(condition=Q(assured__gt=0, assured__lt=MOST), name="grid_target_positive"),
            models.CheckConstraint(
                condition=(Q(aimed=None) | Q(aimed__gte=F("assured"), aimed__lt=MOST))
                & (Q(stretch=None) | Q(stretch__gte=F("assured"), stretch__lt=MOST))
                & (Q(aimed=None) | Q(stretch=None) | Q(stretch__gte=F("aimed"))),
                name="grid_target_levels_rise",
            ),
            models.CheckConstraint(
                condition=Q(is_signed=False, signed_by=None, signed_at=None)
                | (
                    Q(is_signed=True, signed_by__isnull=False, signed_at__isnull=False)
                    & ~Q(signed_by=F("made_by"))
                ),
                name="grid_target_by_two",
            ),
            models.CheckConstraint(
                condition=Q(figure_by=None) | Q(signed_by=None) | ~Q(signed_by=F("figure_by")),
                name="grid_target_figure_by_two",
            ),
        ]

    def __str__(self) -> str:
        """Say what is asked of which grid when."""
        return f"{self.grid} {self.month} {self.indicator}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Targets of grids the person leads, and of what lies below."""
        return under(led_paths(actor), "grid__")

    @property
    def levels(self) -> tuple[Decimal, Decimal | None, Decimal | None]:
        """Return what is assured, aimed at and a stretch."""
        return self.assured, self.aimed, self.stretch
