"""The auditor has the trail and the signed months proved by a button, and sees the answer."""

import pytest

from audit.models import AuditEvent
from gridbank.errors import NotAllowed
from gridbank.scoping import OutOfSight
from jobs.models import JobRun
from jobs.running import run
from people.enums import Role
from performance import proved
from performance.services import period_publish, request_trail_proof, request_verification, run_compute
from tests.factories import AssignmentFactory, UserFactory
from tests.nets.calling import MONTH


@pytest.fixture
def auditor(client, db):
    person = UserFactory(role=Role.AUDITOR)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@pytest.fixture
def signed(cast):
    period = run_compute(bank=cast.root, month=MONTH).period
    period.refresh_from_db()
    second = UserFactory(role="head_office")
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    return period_publish(actor=second, period=period)


def test_the_trail_is_proved_at_a_press_and_says_so(client, auditor):
    assert "尚" not in client.get("/performance/proofs/").text.partition("</h2>")[0]
    answer = client.post("/performance/proofs/trail/", follow=True)
    assert "正在复核" in answer.text
    job = JobRun.objects.get(kind=proved.TRAIL)
    run(job.pk)
    page = client.get("/performance/proofs/")
    assert "逐条核对无误" in page.text
    # asked for, by whom; and what it found
    asked = AuditEvent.objects.get(action="trail.proof_requested")
    assert (asked.actor, AuditEvent.objects.filter(action="trail.proved").count()) == (auditor, 1)
    waiting = client.get("/performance/proofs/", headers={"HX-Request": "true"})
    assert waiting["HX-Refresh"] == "true"


def test_a_signed_month_is_proved_at_a_press(client, auditor, signed):
    page = client.get("/performance/proofs/")
    assert f'id="month-{signed.pk}"' in page.text
    client.post(f"/performance/proofs/{signed.pk}/")
    job = JobRun.objects.get(kind="performance.verify")
    run(job.pk)
    assert "与公布时一致" in client.get("/performance/proofs/").text


def test_nobody_else_asks_by_this_door(client, cast, signed):
    for person in (cast.li, cast.chen, cast.zhao):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/performance/proofs/").status_code == 403
        assert list(proved.provable(actor=person)) == []
        with pytest.raises(NotAllowed, match="审计员"):
            request_trail_proof(actor=person)


def test_an_open_month_is_nothing_to_an_auditor(auditor, cast):
    period = run_compute(bank=cast.root, month=MONTH).period
    with pytest.raises(OutOfSight):
        request_verification(actor=auditor, period=period)
    assert proved.month_proofs(actor=auditor) == []
