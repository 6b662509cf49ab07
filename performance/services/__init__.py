"""Writing months."""

from performance.services.common import banks, job_subject, month_end
from performance.services.months import is_month_closed, period_lock, period_open, period_publish, target_set
from performance.services.proofs import (
    VERIFY,
    Verification,
    computed_periods,
    request_verification,
    request_verifications,
    verify_period,
)
from performance.services.runs import (
    RANK,
    request_closed_month,
    request_month,
    request_running_month,
    run_compute,
    superseded_drop,
)

__all__ = [
    "RANK",
    "VERIFY",
    "Verification",
    "banks",
    "computed_periods",
    "is_month_closed",
    "job_subject",
    "month_end",
    "period_lock",
    "period_open",
    "period_publish",
    "request_closed_month",
    "request_month",
    "request_running_month",
    "request_verification",
    "request_verifications",
    "run_compute",
    "superseded_drop",
    "target_set",
    "verify_period",
]
