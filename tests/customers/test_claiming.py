"""What can be claimed is named once for the whole house."""

from customers import claiming


def test_each_kind_has_a_name_and_says_by_itself_what_its_rows_are():
    kinds = claiming.kinds()
    assert {"account", "offer"} <= set(kinds)
    assert all(str(kind.label) and kind.key == key for key, kind in kinds.items())
    assert kinds["account"].describe([]) == {}


def test_what_is_handed_out_is_a_copy():
    claiming.kinds().clear()
    assert claiming.kinds()


def test_a_kind_says_nothing_more_unless_it_is_told_how():
    kind = claiming.Kind("x", "x", apply=lambda _ids, _state: None)
    assert (kind.describe([1]), list(kind.unclaimed())) == ({}, [])
