"""No message and no worker is lost for good."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.leases import MAX_ATTEMPTS, take
from jobs.requesting import request_job
from jobs.sweeping import INTERRUPTED_TOO_OFTEN, sweep
from tests.jobs.rows import age, long_ago


def test_the_sweeper_publishes_what_was_lost_and_leaves_the_rest(db, work, sent, settings):
    now, stale = timezone.now(), timezone.now() - timedelta(seconds=settings.JOB_REPUBLISH_SECONDS + 1)
    unsent, lost, waiting, running, dead, done = (request_job(kind="test", subject=name) for name in "abcdef")
    age(lost, published_at=stale)
    age(waiting, published_at=now)
    age(running, status="running", lease_until=now + timedelta(seconds=30), attempts=1)
    age(dead, status="running", **long_ago(), attempts=1)
    age(done, status="done")
    assert sweep() == {"published": 3, "given_up": 0}
    assert sorted(sent) == [unsent.pk, lost.pk, dead.pk]
    sent.clear()
    assert sweep() == {"published": 1, "given_up": 0}
    assert sent == [dead.pk], "only the dead one stays due until somebody takes it"


@pytest.mark.parametrize("status", ["running", "pending"])
def test_what_keeps_dying_is_given_up(db, work, sent, status):
    job = request_job(kind="test", subject="a")
    age(job, status=status, **long_ago(), attempts=MAX_ATTEMPTS)
    assert take(job.pk) is None
    assert sweep() == {"published": 0, "given_up": 1}
    job.refresh_from_db()
    assert (job.status, job.message) == ("failed", INTERRUPTED_TOO_OFTEN)
