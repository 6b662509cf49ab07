"""What is said of a visit's way and outcome."""

import pytest

from visits.enums import Mode


@pytest.mark.parametrize(
    ("mode", "met", "said"),
    [
        (Mode.DOOR, True, "已见面"),
        (Mode.DOOR, False, "未见到人"),
        (Mode.EVENT, True, "已见面"),
        (Mode.PHONE, True, "已联系上"),
        (Mode.WECHAT, False, "未联系上"),
    ],
)
def test_nobody_is_seen_by_phone(mode, met, said):
    assert mode.met_label(met) == said
