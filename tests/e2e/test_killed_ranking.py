"""A worker dies in the middle of the ranking that people are paid by: one run comes out, the right one."""

import pytest

from tests.e2e.site import Site, kill_group, wait_for

pytestmark = pytest.mark.slow

FILL = (
    "from audit.outside import outside_explain; from tests.people import make_cast; "
    "from tests.performance.world import fill; fill(make_cast()); outside_explain('a world')"
)
JOB = "select {} from jobs_jobrun where kind = 'performance.rank'"
FINISHED = "finished_at is not null"


@pytest.fixture
def site(make_site) -> Site:
    site = make_site()
    site.python(FILL)
    site.manage("rank_month", "2026-09", "--queue")
    return site


@pytest.mark.parametrize("moment", ["copying the facts", "swapping the results in"])
def test_another_worker_finishes_the_month_once(site: Site, moment):
    fenced = site.var / "fenced"
    if moment == "copying the facts":
        first = site.start_worker("first", E2E_PAUSE="0.7")
        wait_for(lambda: site.value(JOB.format("progress_done")) >= 2, "the middle of the facts")
    else:
        first = site.start_worker("first", E2E_FENCED=str(fenced))
        wait_for(fenced.exists, "the transaction of the results")
    kill_group(first)
    assert site.value("select count(*) from performance_score") == 0, "half a ranking is none"
    assert site.value(f"select count(*) from performance_run where {FINISHED}") == 0

    site.start_worker("second")
    site.start_beat()
    wait_for(lambda: site.value(JOB.format("status")) == "done", "the second worker")
    assert site.value(JOB.format("attempts")) == 2
    assert site.query(f"select count(*), count(case when {FINISHED} then 1 end) from performance_run") == [
        (1, 1)
    ]
    assert (
        site.value(
            "select count(*) from performance_fact where run_id not in (select id from performance_run)"
        )
        == 0
    )
    assert site.value("select count(*) from audit_auditevent where action = 'period.computed'") == 1

    site.manage("verify_period", "2026-09")
    site.manage("verify_audit")
    hashes = "select root_hash, scores_hash, facts_count from performance_run order by id desc"
    once = site.query(hashes)[0]
    site.manage("rank_month", "2026-09", "--again")
    assert site.query(hashes)[0] == once, "an undisturbed run gives the same bytes"
    assert once[2] > 10
