"""How the register of service points is written."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gridbank.cells import NOTHING
from ground.models import ServicePoint
from ground.presenting import points
from ground.selectors import service_points_kept

TODAY = timezone.localdate()


def rows(actor, grid, **values):
    ServicePoint(grid=grid, code="V1", name="点", kind="outlet", **values).save()
    return points.read(service_points_kept(actor=actor), actor=actor)


@pytest.mark.parametrize(
    ("opened", "closed", "words"),
    [
        (None, None, "营业中"), (TODAY, None, "营业中"), (TODAY + timedelta(days=1), None, "尚未启用"),
        (None, TODAY, "起关闭"), (None, TODAY + timedelta(days=1), "关闭"),
    ],
)  # fmt: skip
def test_the_state_of_a_point_is_said_in_words(cast, opened, closed, words):
    (row,) = rows(cast.chen, cast.grid_li, opened_on=opened, closed_on=closed)
    (state,) = [column.draw(row) for column in points.POINTS.columns if column.key == "closed"]
    assert words in state


def test_the_branch_is_that_of_the_grid_or_the_grid_itself(cast):
    ServicePoint(grid=cast.east, code="O1", name="点", kind="outlet").save()
    ServicePoint(grid=cast.root, code="R1", name="点", kind="outlet").save()
    found = {row.point.code: row.branch for row in rows(cast.zhao, cast.grid_li)}
    assert found == {"O1": cast.east, "R1": None, "V1": cast.east}


def test_only_who_may_write_it_finds_a_link(cast):
    name = points.POINTS.columns[0]
    (row,) = rows(cast.chen, cast.grid_li)
    assert "/change/" in name.draw(row)
    (seen,) = points.read(service_points_kept(actor=cast.li), actor=cast.li)
    assert "/change/" not in name.draw(seen)
    assert points.POINTS.columns[5].draw(seen) == NOTHING
