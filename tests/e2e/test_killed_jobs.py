"""Kill -9 at the worst moment: nothing is lost, nothing is done twice."""

import time

import pytest
import redis

from tests.e2e.conftest import flushed_redis
from tests.e2e.site import Site, free_port, kill_group, wait_for

pytestmark = pytest.mark.slow

JOB = "select {} from jobs_jobrun where kind = 'e2e.slow'"
RESULTS = "select count(*) from audit_auditevent where action = 'e2e.result'"


def test_a_job_goes_from_request_to_result_through_a_separate_worker(site: Site):
    site.start_worker()
    site.ask_for_job()
    wait_for(lambda: site.value(JOB.format("status")) == "done", "the job")
    assert site.query(JOB.format("status, attempts")) == [("done", 1)]
    assert site.value(RESULTS) == 1


def test_a_killed_workers_job_is_taken_over_and_has_one_result(site: Site):
    first = site.start_worker("first")
    site.ask_for_job(pause=0.3)
    wait_for(lambda: site.value(JOB.format("progress_done")) >= 3, "the middle of the job")
    owner = site.value(JOB.format("owner"))
    kill_group(first)
    assert site.query(JOB.format("status, owner")) == [("running", owner)], "the dead hold on"
    assert site.value(RESULTS) == 0
    site.start_worker("second")
    site.start_beat()
    wait_for(lambda: site.value(JOB.format("status")) == "done", "another worker to finish it")
    assert site.value(JOB.format("attempts")) == 2
    assert site.value(JOB.format("owner")) != owner
    # late redeliveries find nothing to do
    time.sleep(2)
    assert site.value(RESULTS) == 1


def test_a_worker_killed_again_and_again_still_gives_one_result(site: Site):
    site.start_beat()
    site.ask_for_job(pause=0.2)
    for number in range(3):
        worker = site.start_worker(f"w{number}")
        wait_for(lambda n=number: site.value(JOB.format("attempts")) == n + 1, f"attempt {number + 1}")
        time.sleep(0.5)
        kill_group(worker)
    site.start_worker("last")
    wait_for(lambda: site.value(JOB.format("status")) == "done", "the last worker")
    assert site.query(JOB.format("status, attempts")) == [("done", 4)]
    assert site.value(RESULTS) == 1


def test_two_beats_and_two_workers_make_one_run(site: Site):
    for name in "ab":
        site.start_worker(name)
        site.start_beat(name, E2E_ASK="1")
    wait_for(lambda: site.value(JOB.format("status")) == "done", "the job")
    time.sleep(2)
    assert site.query(JOB.format("status, attempts")) == [("done", 1)]
    assert site.value(RESULTS) == 1


@pytest.mark.redis
def test_a_flushed_broker_loses_no_job(make_site):
    url = flushed_redis()
    site = make_site(url)
    site.ask_for_job()
    with redis.Redis.from_url(url) as server:
        assert server.keys("gridbank:*"), "the message was there"
        server.flushdb()
    site.start_worker()
    time.sleep(4)
    assert site.value(JOB.format("status")) == "pending", "without a sweeper nobody would know of it"
    site.start_beat()
    wait_for(lambda: site.value(JOB.format("status")) == "done", "the sweeper's message")
    assert site.value(RESULTS) == 1


def test_a_broker_that_is_down_costs_the_caller_nothing_but_a_moment(make_site):
    site = make_site(f"redis://127.0.0.1:{free_port()}/0")
    code = "import time; from jobs.requesting import request_job; began = time.monotonic();"
    took = site.python(f"{code} request_job(kind='e2e.slow', subject='one'); print(time.monotonic() - began)")
    assert float(took.splitlines()[-1]) < 1.5
    assert site.query(JOB.format("status, published_at")) == [("pending", None)]
