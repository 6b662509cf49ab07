"""What may be asked of a home, and what is looked for."""

from customers.searching import Kind
from dashboards.forms import DEFAULT, MeasureForm, SearchForm


def test_an_unknown_measure_is_the_first():
    assert MeasureForm({"measure": "nonsense"}).chosen == DEFAULT
    assert MeasureForm({}).chosen == DEFAULT


def test_a_text_is_understood_as_the_search_for_people_does():
    for text, kind in (
        ("建国", Kind.NAME),
        ("cjg", Kind.PINYIN),
        ("5678", Kind.PHONE_TAIL),
        ("13985400123", Kind.PRIVATE),
    ):
        form = SearchForm({"q": text})
        assert form.is_valid()
        assert form.term.kind == kind
    assert not SearchForm({"q": "x" * 61}).is_valid()
