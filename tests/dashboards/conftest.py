"""A bank with three households and a month in which its people are ranked."""

from datetime import timedelta

import pytest

from tests.dashboards.ranked import household, month, today


@pytest.fixture
def bank(cast):
    household(cast.grid_li, "李家湾的张三")
    household(cast.grid_wang, "王家湾的赵四", last_met_on=today() - timedelta(days=200))
    household(cast.grid_wu, "吴家湾的孙五")
    people = [
        (cast.li, cast.grid_li, cast.east),
        (cast.wang, cast.grid_wang, cast.east),
        (cast.wu, cast.grid_wu, cast.west),
    ]
    month(cast, today().replace(day=1), people=people)
    return cast
