"""Every night: the trail proved from its first event, and the anchor of it and of the final months written outside."""

import logging

from django.db import transaction

from audit import anchors
from audit.verification import Report, tell, verify
from gridbank.days import month_write
from gridbank.scoping import waive_scope
from performance import policies
from performance.models import Period

logger = logging.getLogger("gridbank.performance")


def anchor_write() -> Report:
    """Prove the trail against every anchor and add tonight's; of a broken trail an alarm is raised instead."""
    report = verify()
    with transaction.atomic():
        tell(report)
    if report.is_whole:
        anchors.write(count=report.count, head=report.head, months=final_months())
    else:
        logger.error("the audit trail is broken: %s", "; ".join(report.breaks))
    return report


def final_months() -> dict[str, str]:
    """Return the root hash of every final month by bank and month."""
    with waive_scope("the nightly work is about every bank"):
        rows = Period.objects.filter(status__in=policies.FINAL).order_by("pk")
        return {
            f"{code}:{month_write(month)}": root
            for code, month, root in rows.values_list("grid__code", "month", "current_run__root_hash")
        }
