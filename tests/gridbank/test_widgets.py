"""Plain widgets are written as Django's templates write them."""

import re
from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from gridbank.fields import Ticks
from gridbank.widgets import WRITERS, FormRenderer

HOSTILE = "\"><script>alert('x & y')</script>"
ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
ATTRS = {
    "id": "id_x",
    "required": True,
    "disabled": False,
    "data-count": 7,
    "title": HOSTILE,
    "placeholder": _("Name"),
}
CHOICES = [
    ("", _("Any")), (1, "一"), (2, HOSTILE), (HOSTILE, "三"), (None, mark_safe("<b>四</b>")),
    ("组 & Co", [(5, "五"), ("6", HOSTILE)]),
]  # fmt: skip
WIDGETS = [
    (forms.TextInput, ["", None, HOSTILE, 5, mark_safe("a&amp;b"), _("Name")]),
    (forms.NumberInput, [None, 0, "12"]),
    (forms.HiddenInput, [None, "x", HOSTILE]),
    (forms.PasswordInput, ["secret"]),
    (forms.DateInput, [None, date(2026, 2, 1), HOSTILE]),
    (forms.DateTimeInput, [None, "2026-02-01T10:00"]),
    (forms.CheckboxInput, [None, True, False, "yes", HOSTILE]),
    (lambda attrs: forms.Select(attrs, choices=CHOICES), ["", None, 1, "2", 5, HOSTILE, "missing"]),
    (forms.NullBooleanSelect, [None, True, "false"]),
]
CASES = [(make, value) for make, values in WIDGETS for value in values]


def squeezed(html):
    """Templates end in line breaks that nobody sees."""
    return re.sub(r"\s*\n\s*", "\n", html)


@pytest.mark.parametrize(("make", "value"), CASES)
@pytest.mark.parametrize("attrs", [{}, ATTRS])
def test_what_is_written_is_what_djangos_templates_write(make, value, attrs):
    widget = make(dict(attrs))
    ours, theirs = (
        squeezed(widget.render(f"x{HOSTILE}", value, renderer=renderer))
        for renderer in (FormRenderer(), DjangoTemplates())
    )
    assert ours == theirs
    assert "<script" not in ours


def test_every_writer_is_tried_and_is_the_default():
    tried = {widget({}).template_name for widget, _values in WIDGETS}
    assert tried | {Ticks.template_name} == set(WRITERS)
    assert isinstance(get_default_renderer(), FormRenderer)


def test_boxes_say_how_they_may_be_typed_and_hold_hostile_words_as_text():
    choices = [("甲村 <b>", [("1", "陆德祥户 · 三组"), (HOSTILE, HOSTILE)]), ("2", "石户")]
    written = Ticks({"id": "id_x"}, choices=choices).render("x", ["2", HOSTILE], renderer=FormRenderer())
    assert "<script" not in written
    assert "<b>" not in written
    assert written.count('type="checkbox"') == 3
    assert re.findall(r'value="([^"]*)"[^>]* checked', written) == [HOSTILE.translate(ESCAPED), "2"]
    assert "ludexiang" in re.search(r'data-keys="([^"]*)"', written)[1]
    assert "required" not in written


def test_other_widgets_stay_with_django():
    widget = forms.Textarea({"rows": 3})
    ours, theirs = (widget.render("x", HOSTILE, renderer=one()) for one in (FormRenderer, DjangoTemplates))
    assert ours == theirs
