"""The page and the API of a job: for the people of its bank, in the words of its kind."""

import pytest

from jobs import scope
from jobs.models import JobRun
from jobs.selectors import job_list

API = "/api/v1/jobs/"


def make(kind: str = "test", **fields) -> JobRun:
    fields = {"subject": f"{JobRun.objects.count()}", "requested_at": "2026-10-01T00:00Z", **fields}
    return JobRun.objects.create(kind=kind, **fields)


@pytest.fixture
def job(cast):
    return make(bank_id=cast.root.pk, status="running", progress_done=1, progress_total=4)


def test_the_people_of_the_bank_see_how_far_it_is(client, cast, job):
    for reader in (cast.zhao, cast.chen, cast.li):
        client.force_login(reader)
        page = client.get(f"/jobs/{job.pk}/")
        assert page.status_code == 200
        assert "1 / 4" in page.text
        assert f'hx-get="/jobs/{job.pk}/"' in page.text
        assert [row["id"] for row in client.get(API).json()["results"]] == [job.pk]


def test_the_old_address_shows_the_same_page(client, cast, job):
    client.force_login(cast.zhao)
    part = {"HX-Request": "true"}
    old, new = (client.get(f"{place}jobs/{job.pk}/", headers=part) for place in ("/performance/", "/"))
    assert old.text == new.text
    assert "<html" not in old.text


def test_the_waiting_page_looks_again_once_the_job_has_ended(client, cast, job):
    client.force_login(cast.zhao)
    JobRun.objects.update(status="done")
    assert client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "hx-trigger" not in client.get(f"/jobs/{job.pk}/").text


def test_jobs_of_another_bank_and_of_no_bank_are_absent(client, cast, job):
    others = [make(bank_id=cast.root.pk + 1), make(bank_id=None), make(bank_id=cast.grid_li.pk)]
    client.force_login(cast.zhao)
    assert [client.get(f"/jobs/{other.pk}/").status_code for other in others] == [404] * 3
    assert [client.get(f"/performance/jobs/{other.pk}/").status_code for other in others] == [404] * 3
    assert [client.get(f"{API}{other.pk}/").status_code for other in others] == [404] * 3
    assert [row["id"] for row in client.get(API).json()["results"]] == [job.pk]


def test_where_nobody_tells_the_banks_nobody_sees_a_job(cast, job, monkeypatch):
    assert list(job_list(actor=cast.zhao)) == [job]
    monkeypatch.setattr(scope, "_answers", [])
    assert list(job_list(actor=cast.zhao)) == []
