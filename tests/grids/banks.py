"""Banks to be made in bulk, days in them, and what the trail says of it."""

from datetime import date

from audit.models import AuditEvent
from grids import services
from tests.people import SINCE

TODAY = date(2026, 6, 15)
PINGTANG = "522727"
DIVISIONS = "grids/data/guizhou-divisions.csv"


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def province(branches, grids):
    rows = [services.GridRow("HO", "总行", "head_office", SINCE)]
    for b in range(branches):
        rows.append(services.GridRow(f"B{b}", f"支行{b}", "branch", SINCE, "HO"))
        rows += [services.GridRow(f"B{b}-{g}", f"村{g}", "manager", SINCE, f"B{b}") for g in range(grids)]
    return rows
