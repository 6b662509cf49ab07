from exchange import sheets
from exchange.cleaning import Cleaner
from exchange.sheets import Column, Fate, Outcome, Sheet, Undone, hidden


def kind(name, *, place=100, may=True):
    return Sheet(
        kind=name, label=name, about="", columns=(Column(key="code", label="Code"),), place=place,
        may=lambda _actor: may, why_not=lambda _actor: "" if may else "Up to somebody else.",
        store=lambda _source, rows: [Outcome(Fate.NEW) for _row in rows],
        undo=lambda _source, rows: [Undone() for _row in rows],
    )  # fmt: skip


def test_kinds_stand_in_their_order_for_those_who_may_bring_them(monkeypatch):
    monkeypatch.setattr(sheets, "_sheets", {})
    for sheet in (kind("c", place=2), kind("b"), kind("a", may=False)):
        sheets.register(sheet)
    assert [sheet.kind for sheet in sheets.sheets()] == ["c", "a", "b"]
    assert [sheet.kind for sheet in sheets.sheets_for(None)] == ["c", "b"]
    assert sheets.sheet_of("x") is None


def test_of_a_personal_value_two_signs_are_shown():
    assert hidden("522727199001011234") == "*" * 16 + "34"
    assert hidden("1234") == "****"
    assert hidden("") == "****"


def test_what_a_template_shows_as_an_example_is_taken():
    shown = [(sheet.kind, column) for sheet in sheets.sheets() for column in sheet.columns if column.example]
    assert len(shown) > 20
    for kind_of, column in shown:
        assert Cleaner(column)(column.example), (kind_of, column.key)
