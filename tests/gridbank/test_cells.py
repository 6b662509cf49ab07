"""Cells hold what somebody typed as text, never as markup."""

from gridbank import cells

HOSTILE = "<img src=x onerror=alert(1)>\"'"


def test_whatever_is_typed_stays_text():
    drawn = [
        cells.link(HOSTILE, HOSTILE),
        cells.soft(HOSTILE),
        cells.badge(HOSTILE, "ok"),
        cells.beside(HOSTILE, "", HOSTILE),
        cells.meter(HOSTILE, HOSTILE),
        cells.moment(HOSTILE),
        cells.pips([("none", HOSTILE)], HOSTILE),
    ]
    for one in drawn:
        assert "<img" not in one
        assert one.count("&lt;img") >= 1


def test_empty_parts_leave_no_gap():
    assert cells.beside("a", "", "b") == "a b"
    assert cells.badge("x") == '<span class="badge">x</span>'
