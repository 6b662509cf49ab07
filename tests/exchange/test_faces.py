"""The page of a job leads to the file it works on, or to the exports, and is for whoever sees the file."""

from datetime import date

from exchange import services
from exchange.models import Batch
from exchange.selectors import EXPORT, JUDGE, STORE, UNDO, batch_list, export_list
from jobs.faces import face_of
from jobs.models import JobRun
from jobs.requesting import request_job
from jobs.selectors import job_list
from tests.exchange.exports import asked
from tests.exchange.files import brought, xlsx


def test_a_job_on_a_file_leads_to_the_file(cast):
    batch = services.batch_bring(
        actor=cast.zhao, kind="grids", name="a.xlsx", content=xlsx(["网格编号", "网格名称"], ["N1", "甲"]),
        as_of=date(2026, 9, 1),
    )  # fmt: skip
    face, job = face_of(JUDGE), JobRun(kind=JUDGE, subject=str(batch.pk))
    assert [step.url for step in face.trail(job)] == [f"/exchange/{batch.pk}/"]
    assert face.about(job) == f"#{batch.pk}"
    assert face.trail(JobRun(kind=JUDGE, subject="0")) == []


def test_a_job_that_makes_an_export_leads_to_the_exports(db):
    assert [step.url for step in face_of(EXPORT).trail(JobRun(kind=EXPORT, subject="7"))] == [
        "/exchange/exports/"
    ]


def test_a_job_on_a_file_is_seen_by_who_sees_the_file(cast, shelf):
    batch = brought(cast.chen, xlsx(["编号", "名称"], ["1", "甲"]), kind="things")
    Batch.everywhere().filter(pk=batch.pk).update(bank_id=cast.root.pk)
    for kind in (JUDGE, STORE, UNDO):
        request_job(kind=kind, subject=str(batch.pk), bank_id=cast.root.pk)
    people = (cast.zhao, cast.chen, cast.li, cast.wang)
    sees = [batch_list(actor=who).filter(pk=batch.pk).exists() for who in people]
    assert [job_list(actor=who).count() for who in people] == [3 * one for one in sees]
    assert sees[1:] == [True, False, False]


def test_a_job_that_makes_an_export_is_seen_by_who_sees_the_export(cast):
    export = asked(cast.li)
    services.export_decide(actor=cast.zhao, export=export, sign=True)
    people = (cast.zhao, cast.chen, cast.li, cast.wang)
    sees = [export_list(actor=who).exists() for who in people]
    assert [job_list(actor=who).exists() for who in people] == sees == [True, False, True, False]
