"""Asking for work on a batch, taking it up, and ending it."""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from audit.said import refuse_unsaid, said
from audit.services import record
from exchange.actions import Action
from exchange.models import Batch, Phase, Portion, State
from exchange.selectors import JUDGE, STORE, UNDO, counted, job_of
from exchange.services.bringing import batch_locked, kind_for
from gridbank.errors import Refused
from jobs.leases import Lease
from jobs.models import JobRun
from jobs.requesting import request_job
from people.models import User

# From which states which work may begin; one that was stopped or broke off goes on.
BEGINS = {
    JUDGE: (State.JUDGING, {State.BROUGHT, State.JUDGED, State.JUDGING}),
    STORE: (State.STORING, {State.BROUGHT, State.JUDGED, State.STORING}),
    UNDO: (State.UNDOING, {State.STORED, State.STORING, State.UNDOING}),
}


@transaction.atomic
def batch_start(*, actor: User | None, batch: Batch, work: str) -> JobRun:
    """Ask for the dry run, the storing or the putting back of a batch; asked twice it is done once.

    Raises Refused when it can't begin now, and PermissionDenied.
    """
    batch = batch_locked(actor, batch)
    kind_for(actor, batch.kind)
    state, before = BEGINS[work]
    job = job_of(batch)
    if job is not None and job.is_open:
        if job.kind == work:
            return job
        raise Refused(_("Something else is being done with this file. Wait for it, or stop it."))
    if batch.state not in before:
        raise Refused(_("This can't be done with the file now."))
    if not batch.is_held:
        raise Refused(_("The file is no longer held. Bring it again."))
    if missing := batch.layout.missing(batch.sheet):
        labels = "、".join(str(column.label) for column in missing)
        raise Refused(_("No column of the file is: %(columns)s.") % {"columns": labels})
    if work == JUDGE and batch.state != state:
        # what was found by then is as old, and of other eyes; a dry run that was stopped goes on
        Portion.everywhere().filter(batch=batch, phase=Phase.JUDGED).delete()
    batch.state, batch.stopping = state, False
    batch.save(update_fields=["state", "stopping"])
    job = request_job(kind=work, subject=str(batch.pk), bank_id=batch.bank_id, actor=actor, again=True)
    record(actor=actor, action=Action.BATCH_ASKED, subject=batch, changes={"work": work})
    return job


@transaction.atomic
def batch_stop(*, actor: User, batch: Batch) -> Batch:
    """Stop the work on a batch after the rows that it has in hand. Raises Refused when there is none."""
    batch = batch_locked(actor, batch)
    if not batch.is_working:
        raise Refused(_("Nothing is being done with this file."))
    batch.stopping = True
    batch.save(update_fields=["stopping"])
    record(actor=actor, action=Action.BATCH_STOPPED, subject=batch)
    return batch


def taken_up(lease: Lease) -> tuple[Batch, User | None]:
    """Return the batch of a job, and on whose behalf it is done.

    A row of a job or of a batch is anybody's to write who may write rows: only what the trail says was asked for, by whom,
    of which file, is done. Raises Refused.
    """
    job = JobRun.objects.select_related("requested_by").get(pk=lease.job_id)
    batch = Batch.everywhere().get(pk=int(job.subject))
    asked = [event.actor_id for event in said(batch, Action.BATCH_ASKED) if _told(event)["work"] == job.kind]
    brought = [(event.actor_id, _told(event)["kind"]) for event in said(batch, Action.BATCH_BROUGHT)]
    refuse_unsaid(is_said=(asked[-1:], brought) == ([job.requested_by_id], [(batch.uploader_id, batch.kind)]))
    return batch, job.requested_by


def _told(event: AuditEvent) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(event.changes)
    return told


def is_stopping(batch: Batch) -> bool:
    """Whether somebody asked for an end meanwhile."""
    return Batch.everywhere().filter(pk=batch.pk, stopping=True).exists()


@transaction.atomic
def finish(lease: Lease, batch: Batch, phase: Phase, state: State, *, is_whole: bool) -> dict[str, int]:
    """Note how a batch stands now, and end its job in the same transaction."""
    counts = dict(counted(batch, phase))
    told = {"rows": sum(counts.values()), **counts}
    if not is_whole:
        lease.complete(told)
        return told
    changed = {"state": state, "counts": counts, "stopping": False}
    if phase != Phase.UNDONE:
        changed["rows"] = told["rows"]
    if phase == Phase.STORED:
        changed["stored_at"] = timezone.now()
    if phase == Phase.UNDONE:
        changed["undone_at"] = timezone.now()
    Batch.everywhere().filter(pk=batch.pk).update(**changed)
    lease.complete(told)
    return told
