"""The page of a job leads to the month it is about, and is for the people of its bank, whoever asked for it."""

import pytest

from jobs.faces import face_of
from jobs.models import JobRun
from jobs.requesting import request_job
from jobs.selectors import job_list
from performance.services import RANK, VERIFY
from tests import factories
from tests.people import assign


@pytest.mark.parametrize("kind", [RANK, VERIFY])
def test_a_job_on_a_month_leads_to_the_month(kind):
    face, job = face_of(kind), JobRun(kind=kind, subject="GB:2026-10")
    assert face.about(job) == "2026-10"
    assert [step.url for step in face.trail(job)] == ["/performance/", "/performance/2026-10/"]


@pytest.mark.parametrize("kind", [RANK, VERIFY])
def test_a_job_on_a_month_is_seen_by_the_people_of_the_bank(cast, kind):
    request_job(kind=kind, subject="GB:2026-10", bank_id=cast.root.pk, actor=cast.zhao)
    abroad = factories.UserFactory(role="head_office")
    assign(abroad, factories.GridFactory(tier="head_office", parent=None))
    people = (cast.zhao, cast.chen, cast.li, abroad, factories.UserFactory(role="head_office"))
    assert [job_list(actor=who).count() for who in people] == [1, 1, 1, 0, 0]
