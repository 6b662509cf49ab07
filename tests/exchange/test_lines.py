"""What stands of a kind of file as a list: the file's own columns and words."""

from exchange.lines import Line, listing_of
from exchange.sheets import Column, Holds, Sheet

KIND = Sheet(
    kind="x", label="物", about="", outlet="room.things", may=lambda _actor: True, why_not=lambda _actor: "",
    columns=(Column(key="a", label="甲"), Column(key="b", label="乙", holds=Holds.CHOICE, choices=[("1", "一")])),
    store=lambda _source, _rows: [], undo=lambda _source, _rows: [],
)  # fmt: skip


def test_it_has_the_columns_of_the_file_and_choices_in_words():
    found = listing_of(KIND)
    line = Line(3, {"a": "1", "b": "1"})
    assert (found.name, found.mark(line)) == ("room.things", "line-3")
    assert [(one.label, one.take(line)) for one in found.columns] == [("甲", "1"), ("乙", "一")]
    assert [one.take(Line(3, {})) for one in found.columns] == ["", ""]
    assert [one.key for one in listing_of(KIND, without={"a"}).columns] == ["b"]
