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
    """Prove the trail against every anchor and add tonight's; of a broken trail, or none, an alarm is raised instead."""
    report = verify()
    if report.is_whole:
        try:
            anchors.write(count=report.count, head=report.head, months=final_months())
        except OSError as error:
            # said where the others are: an anchor that nobody misses proves nothing
            report.breaks.append(f"tonight's anchor can't be written: {error}")
    with transaction.atomic():
        tell(report)
    if not report.is_whole:
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
