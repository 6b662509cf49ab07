"""What is asked of whoever brings a file."""

from django.core.files.uploadedfile import SimpleUploadedFile

from exchange import forms
from tests.exchange.files import brought, xlsx


def test_of_a_file_that_is_too_large_no_more_is_read_than_shows_it(monkeypatch):
    monkeypatch.setattr(forms, "BYTES_AT_MOST", 3)
    files = {"file": SimpleUploadedFile("a.csv", b"abcdefgh")}
    form = forms.BringForm({"as_of": "2026-11-27"}, files)
    assert form.is_valid(), form.errors
    assert form.content() == b"abcd"


def test_each_column_of_the_file_is_asked_for_and_none_is_invented(cast, shelf):
    batch = brought(cast.zhao, xlsx(["编号", "备考"], ["1", "甲"]), kind="things")
    form = forms.ColumnsForm({"c0": "code", "c1": "nothing"}, batch=batch)
    assert [head.name for head, _field in form.lines()] == ["编号", "备考"]
    assert set(form.errors) == {"c1"}
    form = forms.ColumnsForm({"c0": "code", "c1": "name"}, batch=batch)
    assert form.is_valid()
    assert form.keys() == {0: "code", 1: "name"}
