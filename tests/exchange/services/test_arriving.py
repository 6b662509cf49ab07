"""Files that a system sends."""

from datetime import date
from functools import cache

import pytest
from django.core.exceptions import PermissionDenied

from exchange.models import Batch
from exchange.selectors import STORE
from exchange.services import batch_arrive, bringing
from gridbank.errors import Refused
from tests.exchange.files import xlsx

HEAD = ["网格编号", "网格名称", "上级网格编号"]


@cache
def file(head, *row):
    """Write it once: a workbook holds the second in which it was made."""
    return xlsx(head, row)


def arrive(actor, grid, *, code="N7", day=date(2026, 9, 1), kind="grids", head=HEAD):
    content = file(tuple(head), code, "新网格", grid.code)
    return batch_arrive(actor=actor, kind=kind, name="网格.xlsx", content=content, as_of=day, work=STORE)


def test_the_same_file_of_the_same_day_is_one_batch(cast):
    first = arrive(cast.chen, cast.east)
    assert (first.state, arrive(cast.chen, cast.east).pk) == ("storing", first.pk)
    others = {
        arrive(cast.chen, cast.east, code="N8").pk,
        arrive(cast.chen, cast.east, day=date(2026, 9, 2)).pk,
    }
    assert len(others - {first.pk}) == 2
    # whoever oversees them finds it too
    assert arrive(cast.zhao, cast.east).pk == first.pk
    Batch.everywhere().filter(pk=first.pk).update(undone_at="2026-11-27T00:00Z", state="undone")
    assert arrive(cast.chen, cast.east).pk not in {first.pk, *others}


def test_what_nobody_can_ask_about_is_refused_whole(cast):
    with pytest.raises(Refused, match="网格名称"):
        arrive(cast.chen, cast.east, head=["网格编号", "甲", "乙"])
    assert not Batch.everywhere().exists()
    with pytest.raises(PermissionDenied):
        arrive(cast.li, cast.east)
    with pytest.raises(Refused):
        arrive(cast.chen, cast.east, kind="nothing")


def test_a_system_that_loops_is_stopped(cast, monkeypatch):
    monkeypatch.setattr(bringing, "MOST_A_DAY", 2)
    again = cast.zhao
    again.staff_no = f" {cast.chen.staff_no}"
    again.save()
    for code in ("N1", "N2"):
        arrive(cast.chen, cast.east, code=code)
    with pytest.raises(Refused):
        arrive(cast.chen, cast.east, code="N3")
    # nor is there more by another account of his, opened when numbers were written otherwise
    with pytest.raises(Refused):
        arrive(again, cast.east, code="N4")
    # what is here already isn't another one
    arrive(cast.chen, cast.east, code="N1")
