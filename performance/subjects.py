"""What the audit trail calls months, schemes and targets."""

from datetime import date

from audit.subjects import Subjects, register
from gridbank.days import month_write
from performance.models import Period, Scheme, Target


def _month(bank: str, month: date) -> str:
    return f"{bank} {month_write(month)}"


def register_subjects() -> None:
    """Let the trail name them."""
    register(
        Subjects(
            "performance.period",
            Period.objects.all,
            ("grid__name", "month"),
            ("grid__name__icontains",),
            _month,
        ),
        Subjects(
            "performance.scheme",
            Scheme.objects.all,
            ("name", "version"),
            ("name__icontains",),
            "{} v{}".format,
        ),
        Subjects(
            "performance.target",
            Target.objects.all,
            ("user__name", "indicator"),
            ("user__name__icontains", "user__staff_no__iexact"),
        ),
    )
