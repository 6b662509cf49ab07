"""The ground of rosters."""

import pytest

from grids.models import Area


@pytest.fixture
def ground(cast):
    """Two villages of one name in two townships; the first is Li's grid."""
    made = {}
    for code, name, level in (
        ("522727100000", "牙舟镇", "township"), ("522727100201", "兴发村村民委员会", "village"),
        ("522727101000", "通州镇", "township"), ("522727101201", "兴发村村民委员会", "village"),
        ("522727101202", "新联村村民委员会", "village"),
    ):  # fmt: skip
        made[code] = Area.objects.create(code=code, name=name, level=level)
    cast.grid_li.area = made["522727100201"]
    cast.grid_li.save()
    return cast
