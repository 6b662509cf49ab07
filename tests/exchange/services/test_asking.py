"""Work on a file is asked for once, waits for its turn, and is stopped."""

import pytest

from exchange import selectors, services
from exchange.models import State
from gridbank.errors import Refused
from jobs.running import run
from tests.exchange.files import brought, worked, xlsx

HEAD = ["编号", "名称"]


def test_work_is_asked_for_once_and_nothing_else_beside_it(cast, shelf):
    batch = brought(cast.zhao, xlsx(HEAD, ["1", "甲"]), kind="things")
    with pytest.raises(Refused):
        services.batch_start(actor=cast.zhao, batch=batch, work=selectors.UNDO)
    job = services.batch_start(actor=cast.zhao, batch=batch, work=selectors.JUDGE)
    assert services.batch_start(actor=cast.zhao, batch=batch, work=selectors.JUDGE) == job
    with pytest.raises(Refused):
        services.batch_start(actor=cast.zhao, batch=batch, work=selectors.STORE)


def test_a_stopped_batch_keeps_what_is_in_and_goes_on_when_asked(cast, shelf):
    batch = brought(cast.zhao, xlsx(HEAD, *[[str(at), "甲"] for at in range(6)]), kind="things")
    job = services.batch_start(actor=cast.zhao, batch=batch, work=selectors.STORE)
    services.batch_stop(actor=cast.zhao, batch=batch)
    run(job.pk)
    batch.refresh_from_db()
    assert (shelf.things, batch.state) == ({}, State.STORING)
    assert worked(cast.zhao, batch, selectors.STORE) == {"rows": 6, "new": 6}
    with pytest.raises(Refused):
        services.batch_stop(actor=cast.zhao, batch=batch)
