"""What a batch stored is put back, and what somebody worked on since is not."""

import pytest
from django.utils import timezone

from exchange import selectors, services
from exchange.models import Batch, State
from gridbank.errors import Refused
from jobs.models import JobRun
from jobs.running import run
from tests.exchange.files import brought, stored, worked, xlsx

HEAD = ["编号", "名称"]


def test_undo_puts_back_all_but_what_was_worked_on_since(cast, shelf):
    shelf.things = {"1": "旧"}
    batch, _told = stored(cast.zhao, xlsx(HEAD, ["1", "甲"], ["2", "乙"], ["3", "丙"]), kind="things")
    shelf.things["2"] = "丁"
    assert worked(cast.zhao, batch, selectors.UNDO) == {"rows": 3, "undone": 2, "kept": 1}
    assert (shelf.things, batch.state) == ({"1": "旧", "2": "丁"}, State.UNDONE)
    assert selectors.rows_kept(batch) == [["名册", 3, "有人改过。"]]
    with pytest.raises(Refused):
        services.batch_start(actor=cast.zhao, batch=batch, work=selectors.STORE)


def _asked_by_sql(batch, actor, work: str) -> JobRun:
    JobRun.objects.filter(subject=str(batch.pk), kind=work).delete()
    return JobRun.objects.create(
        kind=work,
        subject=str(batch.pk),
        bank_id=batch.bank_id,
        requested_by=actor,
        requested_at=timezone.now(),
    )


def test_what_a_job_says_and_the_trail_does_not_is_not_done(cast, shelf):
    """Rows of jobs and of batches may be written by whoever may write rows; a worker acts in somebody's name."""
    shelf.things = {"1": "旧"}
    batch, _told = stored(cast.zhao, xlsx(HEAD, ["1", "甲"], ["2", "乙"]), kind="things")
    for actor in (cast.zhao, cast.chen, None):
        job = _asked_by_sql(batch, actor, selectors.UNDO)
        run(job.pk)
        job.refresh_from_db()
        assert (job.status, shelf.things) == (JobRun.Status.FAILED, {"1": "甲", "2": "乙"})
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 2


def test_a_file_under_another_name_or_of_another_kind_is_not_stored(cast, shelf):
    for changed in ({"kind": "staff"}, {"uploader": cast.chen}):
        batch = brought(cast.zhao, xlsx(HEAD, ["1", "甲"]), kind="things")
        job = services.batch_start(actor=cast.zhao, batch=batch, work=selectors.STORE)
        Batch.everywhere().filter(pk=batch.pk).update(**changed)
        run(job.pk)
        job.refresh_from_db()
        assert (job.status, shelf.things) == (JobRun.Status.FAILED, {})
        Batch.everywhere().filter(pk=batch.pk).update(kind="things", uploader=cast.zhao, state=State.BROUGHT)
