"""Writing months."""

from performance.selectors import job_subject
from performance.services.anchoring import anchor_write
from performance.services.comparing import NotAsComputed
from performance.services.exporting import CODE, file_name, period_export
from performance.services.ledger import late_change_note
from performance.services.months import (
    NotLookedAt,
    closed_days,
    period_lock,
    period_open,
    period_publish,
    target_set,
)
from performance.services.proofs import (
    VERIFY,
    Verification,
    computed_periods,
    request_trail_proof,
    request_verification,
    request_verifications,
    verify_period,
)
from performance.services.rows import banks
from performance.services.runs import (
    RANK,
    request_closed_month,
    request_month,
    request_running_month,
    run_compute,
    superseded_drop,
)
from performance.services.schemes import scheme_activate, scheme_create, scheme_in_force
from performance.services.targets import (
    targets_copy,
    targets_sign,
    targets_spread,
    targets_write,
)

__all__ = [
    "CODE",
    "RANK",
    "VERIFY",
    "NotAsComputed",
    "NotLookedAt",
    "Verification",
    "anchor_write",
    "banks",
    "closed_days",
    "computed_periods",
    "file_name",
    "job_subject",
    "late_change_note",
    "period_export",
    "period_lock",
    "period_open",
    "period_publish",
    "request_closed_month",
    "request_month",
    "request_running_month",
    "request_trail_proof",
    "request_verification",
    "request_verifications",
    "run_compute",
    "scheme_activate",
    "scheme_create",
    "scheme_in_force",
    "superseded_drop",
    "target_set",
    "targets_copy",
    "targets_sign",
    "targets_spread",
    "targets_write",
    "verify_period",
]
