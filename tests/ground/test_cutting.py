"""What each change makes of a draft: only what differs from today is kept."""

import pytest

from ground import cutting
from ground.cutting import Place

ONE, TWO = Place(1, 7, "一组"), Place(1, 7, "二组")
GRIDS = [(1, "甲", "village"), (2, "乙", "village")]


def test_what_goes_home_again_leaves_no_trace():
    away = cutting.moved(cutting.empty(), [ONE, TWO], "g2")
    assert cutting.targets(away) == {ONE: "g2", TWO: "g2"}
    assert cutting.moved(away, [ONE, TWO], "g1") == cutting.empty()


def test_the_order_of_changes_is_not_told_by_what_they_made():
    here = cutting.moved(cutting.moved(cutting.empty(), [TWO], "g2"), [ONE], "g2")
    assert here == cutting.moved(cutting.moved(cutting.empty(), [ONE], "g2"), [TWO], "g2")
    assert cutting.seal(here, 1) == cutting.seal(here, 1) != cutting.seal(here, 2)


def test_a_founded_grid_that_is_closed_was_never_there():
    content, key = cutting.founded(cutting.empty(), "丙", "village", "country")
    content = cutting.moved(content, [ONE], key)
    assert cutting.cells(content, GRIDS)[key].is_new
    after = cutting.closed(content, key)
    assert (after["cells"], after["moves"]) == ({}, [])
    assert cutting.founded(after, "丁", "village", "country")[1] != key, "a key is given once"


def test_a_name_of_today_is_no_renaming():
    named = cutting.renamed(cutting.empty(), "g1", "新甲")
    assert cutting.cells(named, GRIDS)["g1"].renamed_from == "甲"
    assert cutting.renamed(named, "g1", "甲", "甲") == cutting.empty()


def test_merging_moves_all_of_one_and_closes_it():
    content = cutting.merged(cutting.moved(cutting.empty(), [ONE], "g2"), [ONE, TWO], "g1", "g2", 5)
    cells = cutting.cells(content, GRIDS)
    assert (cells["g2"].closed, cells["g1"].shape, cutting.targets(content)) == (True, 5, {})
    assert not cutting.cells(cutting.kept(content, "g2"), GRIDS)["g2"].closed


def test_a_place_is_read_as_it_was_written():
    for place in (ONE, Place(3, None, ""), Place(3, 4, "a.b.c")):
        assert cutting.read_place(place.key) == place
    with pytest.raises(ValueError, match=r"unpack|int"):
        cutting.read_place("nonsense")
