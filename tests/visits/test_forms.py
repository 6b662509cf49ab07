"""Every field of every form on the pages is called something in Chinese: an error is told beside that name."""

import inspect
import re

import pytest
from django import forms
from django.utils import translation

from visits.forms import finding, recording

FORMS = {
    name: form
    for module in (finding, recording)
    for name, form in inspect.getmembers(module, inspect.isclass)
    if issubclass(form, forms.BaseForm) and form.__module__ == module.__name__
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_there_are_forms():
    assert {"ListForm", "TodayForm", "VisitForm", "OfferLineForm"} <= set(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_every_field_says_what_it_is_called(name):
    with translation.override("zh-hans"):
        labels = {field: str(asked.label or "") for field, asked in FORMS[name].base_fields.items()}
    assert {field: label for field, label in labels.items() if not CHINESE.search(label)} == {}


@pytest.mark.parametrize(
    ("query", "label"), [("after=x_y", "页"), ("household=x", "户"), ("staff=x", "走访人")]
)
def test_what_is_wrong_in_an_address_is_told_in_chinese(cast, client, query, label):
    client.force_login(cast.li)
    page = client.get(f"/visits/?{query}", headers={"HX-Request": "true"}).text
    assert f'<p class="field__error">{label}: ' in page
