"""What a job says of itself."""

import pytest

from jobs.models import JobRun

Status = JobRun.Status


@pytest.mark.parametrize(("status", "open_"), [(one, one in {"pending", "running"}) for one in Status])
def test_it_is_open_until_done_or_failed(status, open_):
    assert JobRun(status=status).is_open is open_


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (5, 0, 0), (1, 3, 33), (3, 3, 100)])
def test_progress_is_whole_percent_and_nothing_while_the_total_is_unknown(done, total, percent):
    assert JobRun(progress_done=done, progress_total=total).percent == percent
