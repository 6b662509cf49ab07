"""What becomes of rows: nothing in a dry run, each once when stored, and all of a chunk or nothing."""

import json

from audit.models import AuditEvent
from audit.services import record
from exchange import selectors, services
from exchange.models import Batch, Phase, Portion, Slice, State
from exchange.sheets import Fate, register
from jobs.leases import LeaseLostError
from jobs.models import JobRun
from jobs.running import run
from tests.exchange import files
from tests.exchange.files import brought, stored, worked, xlsx

HEAD = ["编号", "名称"]
ROWS = [["1", "甲"], ["2", "坏"], ["3", "疑"], ["4", None], ["5", "乙"]]


def test_a_dry_run_tells_and_changes_nothing(cast, shelf):
    batch = brought(cast.zhao, xlsx(["花名册"], HEAD, *ROWS, ["合计", "5"]), kind="things")
    assert worked(cast.zhao, batch, selectors.JUDGE) == {"rows": 5, "new": 2, "wrong": 2, "doubtful": 1}
    assert (shelf.things, batch.state, batch.rows) == ({}, State.JUDGED, 5)
    wrong = list(selectors.rows_out(batch, Phase.JUDGED, Fate.WRONG))
    assert [(row.number, row.faults[0].column, row.values) for row in wrong] == [
        (4, "name", {"code": "2", "name": "坏"}), (6, "name", {"code": "4"}),
    ]  # fmt: skip


def test_good_rows_go_in_and_again_they_change_nothing(cast, shelf):
    content = xlsx(HEAD, *ROWS)
    batch, told = stored(cast.zhao, content, kind="things")
    assert told == {"rows": 5, "new": 2, "wrong": 2, "doubtful": 1}
    assert (shelf.things, batch.state) == ({"1": "甲", "5": "乙"}, State.STORED)
    again, told = stored(cast.zhao, content, kind="things")
    assert told == {"rows": 5, "unchanged": 2, "wrong": 2, "doubtful": 1}
    assert selectors.same_before(again) == batch
    assert AuditEvent.objects.filter(action="batch.stored", subject_id=str(batch.pk)).count() == 3


def test_a_chunk_is_refused_for_the_row_that_is_to_blame(cast, shelf):
    _batch, told = stored(cast.zhao, xlsx(HEAD, ["1", "甲"], ["2", "拒"]), kind="things")
    assert told == {"rows": 2, "new": 1, "wrong": 1}
    assert shelf.things == {"1": "甲"}


def test_the_trail_tells_nothing_of_what_was_refused(cast, shelf):
    def store(source, rows):
        record(
            actor=source.actor, action="products.put", changes={"rows": [row.values["code"] for row in rows]}
        )
        return shelf.judge(source, rows, write=True)

    register(shelf.sheet(store=store))
    stored(cast.zhao, xlsx(HEAD, ["1", "甲"], ["2", "拒"]), kind="things")
    told = AuditEvent.objects.filter(action="products.put").values_list("changes", flat=True)
    assert [json.loads(one) for one in told] == [{"rows": ["1"]}]


def test_what_was_killed_goes_on_where_it_was(cast, shelf, monkeypatch):
    batch = brought(cast.zhao, xlsx(HEAD, *[[str(at), "甲"] for at in range(6)]), kind="things")
    job = services.batch_start(actor=cast.zhao, batch=batch, work=selectors.STORE)
    from jobs.leases import Lease

    plain, done = Lease.fence, []

    def dies(lease):
        if len(done) == 2:
            raise LeaseLostError
        done.append(1)
        plain(lease)

    monkeypatch.setattr(Lease, "fence", dies)
    assert not run(job.pk)
    assert (selectors.counted(batch, Phase.STORED), shelf.calls) == ({"new": 4}, [2, 2])
    monkeypatch.setattr(Lease, "fence", plain)
    JobRun.objects.update(status="pending")
    assert run(job.pk)
    job.refresh_from_db()
    assert (job.result, shelf.calls) == ({"rows": 6, "new": 6}, [2, 2, 2])


def test_a_doubtful_row_goes_in_once_somebody_takes_it(cast, shelf):
    batch, _told = stored(cast.zhao, xlsx(HEAD, *ROWS), kind="things")
    (row,) = selectors.rows_out(batch, Phase.STORED, Fate.DOUBTFUL)
    assert services.rows_take(actor=cast.zhao, batch=batch, keys=[row.key]) == 1
    assert services.rows_take(actor=cast.zhao, batch=batch, keys=[row.key]) == 0
    batch.refresh_from_db()
    assert shelf.things == {"1": "甲", "3": "疑", "5": "乙"}
    assert {fate: count for fate, count in batch.counts.items() if count} == {"new": 3, "wrong": 2}
    worked(cast.zhao, batch, selectors.UNDO)
    assert shelf.things == {}


def test_a_kind_without_a_judge_is_rehearsed(cast, shelf):
    from django.db import transaction

    from people.models import User

    def store(_source, rows):
        with transaction.atomic():
            User.objects.filter(pk=cast.li.pk).update(name="改了")
        return shelf.judge(_source, rows)

    register(shelf.sheet(judge=None, store=store))
    batch = brought(cast.zhao, xlsx(HEAD, *ROWS), kind="things")
    assert worked(cast.zhao, batch, selectors.JUDGE) == {"rows": 5, "new": 2, "wrong": 2, "doubtful": 1}
    cast.li.refresh_from_db()
    assert cast.li.name == "李娜"


def test_nothing_of_a_file_is_held_in_clear(cast, shelf):
    batch, _told = stored(cast.zhao, xlsx(HEAD, ["1", "韦国英韦国英"], ["2", "坏"]), kind="things")
    held = [bytes(row.sealed) for model in (Slice, Portion) for row in model.everywhere()]
    held.append(bytes(Batch.everywhere().get(pk=batch.pk).sealed_layout))
    words = [word.encode() for word in ("韦国英", "坏")] + [json.dumps("韦国英").encode(), b"PK\x03\x04"]
    assert not any(word in one for one in held for word in words)
    assert services.batches_forget() == 0
    Batch.everywhere().update(brought_at="2026-01-01T00:00Z")
    assert services.batches_forget() == 1
    assert not Slice.everywhere().exists() and not Portion.everywhere().exists()


def test_queries_do_not_grow_with_the_rows_of_a_chunk(cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    files.shelf(chunk=1000)
    counts = []
    for size in (10, 200):
        batch = brought(cast.zhao, xlsx(HEAD, *[[str(at), "甲"] for at in range(size)]), kind="things")
        with CaptureQueriesContext(connection) as asked:
            worked(cast.zhao, batch, selectors.STORE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_others_find_in_a_file_they_find_with_the_eyes_of_whoever_brought_it(cast, shelf):
    """He reads it on his page: head office's sight would tell him who is here anywhere in the bank."""
    seen = []

    def judge(source, rows):
        seen.append((source.actor, source.reader))
        return shelf.judge(source, rows)

    register(shelf.sheet(judge=judge, store=judge, oversees=lambda actor: actor == cast.zhao))
    batch = brought(cast.chen, xlsx(HEAD, ["1", "甲"], ["3", "疑"]), kind="things")
    for work in (selectors.JUDGE, selectors.STORE):
        worked(cast.zhao, batch, work)
    services.rows_take(actor=cast.zhao, batch=batch, keys=["3!名册"])
    assert set(seen) == {(cast.zhao, cast.chen)}
    worked(cast.chen, brought(cast.chen, xlsx(HEAD, ["1", "甲"]), kind="things"), selectors.JUDGE)
    assert seen[-1] == (cast.chen, cast.chen)


def test_a_dry_run_that_is_asked_for_again_is_done_again(cast, shelf):
    batch = brought(cast.zhao, xlsx(HEAD, ["1", "甲"], ["2", "乙"], ["3", "丙"]), kind="things")
    assert worked(cast.zhao, batch, selectors.JUDGE) == {"rows": 3, "new": 3}
    shelf.things["1"] = "甲"
    assert worked(cast.zhao, batch, selectors.JUDGE) == {"rows": 3, "new": 2, "unchanged": 1}
    # one that was stopped goes on
    batch.state = State.JUDGING
    batch.save()
    shelf.things["2"] = "乙"
    assert worked(cast.zhao, batch, selectors.JUDGE) == {"rows": 3, "new": 2, "unchanged": 1}
