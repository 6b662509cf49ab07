"""Each kind of job speaks in its own words."""

import re

import pytest

from jobs import faces
from jobs.models import JobRun


def make(kind: str = "test", **fields) -> JobRun:
    fields = {"subject": f"{JobRun.objects.count()}", "requested_at": "2026-10-01T00:00Z", **fields}
    return JobRun.objects.create(kind=kind, **fields)


@pytest.fixture
def job(cast):
    return make(
        bank_id=cast.root.pk, requested_by=cast.zhao, status="running", progress_done=1, progress_total=4
    )


def test_a_kind_says_its_own_words(client, cast, monkeypatch):
    face = faces.Face(
        title="Counting sheep",
        about=lambda job: f"of {job.subject}",
        trail=lambda job: [faces.Step("Meadow", "/meadow/")],
        onward="To the sheep",
    )
    monkeypatch.setitem(faces._faces, "sheep", face)
    job = make("sheep", subject="night", bank_id=cast.root.pk, requested_by=cast.zhao)
    client.force_login(cast.zhao)
    text = client.get(f"/jobs/{job.pk}/").text
    assert "<h1>Counting sheep of night</h1>" in text
    assert '<a href="/meadow/">Meadow</a>' in text
    assert re.search(r"To the sheep\s*</a>", text)


def test_a_kind_without_words_goes_by_its_name(client, cast, job):
    client.force_login(cast.zhao)
    assert "<h1>test </h1>" in client.get(f"/jobs/{job.pk}/").text
