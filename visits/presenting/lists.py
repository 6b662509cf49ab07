"""The list of visits: plain values, read and described once for a whole page."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from customers.models import ARCHIVE
from gridbank.addresses import pages
from gridbank.context import note_archive
from products.models import Offer
from visits.enums import Mode
from visits.models import Visit

LISTED = (
    "pk", "started_at", "mode", "met", "is_late", "version", "household_id", "household__head_name",
    "customer__name", "staff__name", "grid__name",
)  # fmt: skip


def read(visits: QuerySet[Visit]) -> list[Any]:
    """Read what a row of the list shows, as named tuples: instances take longer to make than rows to find."""
    rows = list(visits.values_list(*LISTED, named=True))
    for row in rows:
        note_archive(ARCHIVE, row.household_id)
    return rows


def describe(rows: Sequence[Any], offers: Mapping[uuid.UUID, list[Offer]]) -> list[dict[str, Any]]:
    """Return the rows under the names that a visit itself has: the list and a visit's page share their parts."""
    modes = {mode.value: str(mode.label) for mode in Mode}
    own = pages("visits:detail", [row.pk for row in rows])
    homes = pages("customers:household", {row.household_id for row in rows})
    return [
        {
            "when": f"{timezone.localtime(row.started_at):%Y-%m-%d %H:%M}",
            "offers": offers.get(row.pk, []),
            "visit": {
                "pk": row.pk,
                "get_absolute_url": own[row.pk],
                "household": {
                    "get_absolute_url": homes[row.household_id],
                    "head_name": row.household__head_name,
                },
                "customer": {"name": row.customer__name},
                "get_mode_display": modes[row.mode],
                "met": row.met,
                "is_late": row.is_late,
                "version": row.version,
                "staff": {"name": row.staff__name},
                "grid": {"name": row.grid__name},
            },
        }
        for row in rows
    ]


def moved_along(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the visits paid to people before they moved, under the names that a visit itself has."""
    modes = {mode.value: str(mode.label) for mode in Mode}
    return [
        {
            "started_at": row["started_at"],
            "get_mode_display": modes[row["mode"]],
            "met": row["met"],
            "customer": {"name": row["customer__name"]},
            "staff": {"name": row["staff__name"]},
        }
        for row in rows
    ]
