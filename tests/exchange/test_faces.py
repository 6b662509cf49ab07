"""The page of a job leads to the file it works on, or to the exports."""

from datetime import date

from exchange import services
from exchange.selectors import EXPORT, JUDGE
from jobs.faces import face_of
from jobs.models import JobRun
from tests.exchange.files import xlsx


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
