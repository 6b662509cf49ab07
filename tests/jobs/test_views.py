"""The page and the API of a job: for who asked for it, and who sees what it is about, of its bank."""

import pytest
from django.db.models import Q

from jobs import scope
from jobs.models import JobRun
from jobs.selectors import job_list

API = "/api/v1/jobs/"


def make(kind: str = "test", **fields) -> JobRun:
    fields = {"subject": f"{JobRun.objects.count()}", "requested_at": "2026-10-01T00:00Z", **fields}
    return JobRun.objects.create(kind=kind, **fields)


@pytest.fixture
def job(cast):
    """A month's: whoever is of the bank sees the month."""
    return make(
        "performance.rank",
        subject="R:2026-10",
        bank_id=cast.root.pk,
        status="running",
        progress_done=1,
        progress_total=4,
    )


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
    banks = (cast.root.pk + 1, None, cast.grid_li.pk)
    others = [make("performance.rank", bank_id=bank, requested_by=cast.zhao) for bank in banks]
    client.force_login(cast.zhao)
    assert [client.get(f"/jobs/{other.pk}/").status_code for other in others] == [404] * 3
    assert [client.get(f"/performance/jobs/{other.pk}/").status_code for other in others] == [404] * 3
    assert [client.get(f"{API}{other.pk}/").status_code for other in others] == [404] * 3
    assert [row["id"] for row in client.get(API).json()["results"]] == [job.pk]


def test_where_nobody_tells_the_banks_nobody_sees_a_job(cast, job, monkeypatch):
    assert list(job_list(actor=cast.zhao)) == [job]
    monkeypatch.setattr(scope, "_answers", [])
    assert list(job_list(actor=cast.zhao)) == []


def seen_by(client, who, job):
    """Whether the page, the list and the API show it, which is the same."""
    client.force_login(who)
    listed = job.pk in [row["id"] for row in client.get(API).json()["results"]]
    shown = {client.get(f"{place}{job.pk}/").status_code for place in ("/jobs/", "/performance/jobs/", API)}
    assert shown == ({200} if listed else {404})
    return listed


def test_work_of_a_kind_that_nobody_shows_is_seen_by_who_asked_for_it(client, cast):
    mine = make(bank_id=cast.root.pk, requested_by=cast.li)
    nobodys = make(bank_id=cast.root.pk)
    everybody = (cast.zhao, cast.chen, cast.li, cast.wang)
    assert [seen_by(client, who, mine) for who in everybody] == [False, False, True, False]
    assert not any(seen_by(client, who, nobodys) for who in everybody)


def test_who_sees_what_the_work_is_about_sees_the_work(client, cast, monkeypatch):
    monkeypatch.setattr(scope, "_sights", {})
    scope.register_sight(lambda actor: Q(subject=actor.username), "one", "other")
    about = [
        make(kind, subject=cast.chen.username, bank_id=cast.root.pk) for kind in ("one", "other", "third")
    ]
    assert [seen_by(client, cast.chen, job) for job in about] == [True, True, False]
    assert not any(seen_by(client, cast.li, job) for job in about)
