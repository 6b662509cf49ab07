"""Every night: the trail proved from its first event, and the anchor of it and of the final months written outside."""

import logging
from typing import Any

from django.db import transaction

from audit import anchors
from audit.actions import Action
from audit.services import record
from audit.verification import Report, verify
from gridbank.days import month_write
from gridbank.scoping import waive_scope
from performance import policies
from performance.models import Period

logger = logging.getLogger("gridbank.performance")


def anchor_write() -> Report:
    """Prove the trail against every anchor and add tonight's; of a broken trail an alarm is raised instead."""
    report = verify()
    if report.is_whole:
        with transaction.atomic():
            record(
                actor=None, action=Action.TRAIL_PROVED, changes={"count": report.count, "head": report.head}
            )
        anchors.write(count=report.count, head=report.head, months=final_months())
    else:
        logger.error("the audit trail is broken: %s", "; ".join(report.breaks))
        broken: dict[str, Any] = {"breaks": report.breaks}
        with transaction.atomic():
            record(actor=None, action=Action.TRAIL_BROKEN, changes=broken)
    return report


def final_months() -> dict[str, str]:
    """Return the root hash of every final month by bank and month."""
    with waive_scope("the nightly work is about every bank"):
        rows = Period.objects.filter(status__in=policies.FINAL).order_by("pk")
        return {
            f"{code}:{month_write(month)}": root
            for code, month, root in rows.values_list("grid__code", "month", "current_run__root_hash")
        }
