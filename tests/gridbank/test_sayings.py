"""A sentence that is kept is said in the language of whoever reads it."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, override, pgettext

from gridbank.errors import Refused
from gridbank.sayings import Told, kept, said, speaking, telling, together


def read(what, language):
    with override(language):
        return said(json.loads(json.dumps(what, ensure_ascii=False)))


def written(make):
    with override("zh-hans"), telling():
        return kept(make())


@pytest.mark.parametrize(
    ("make", "chinese", "english"),
    [
        (lambda: gettext("It is missing."), "缺少内容。", "It is missing."),
        (lambda: pgettext("menu", "Grids"), "网格管理", "Grids"),
        (lambda: str(Refused(gettext("It is missing."))), "缺少内容。", "It is missing."),
        (lambda: str(gettext_lazy("It is missing.")), "缺少内容。", "It is missing."),
        (lambda: ValidationError(gettext_lazy("It is missing.")).messages[0], "缺少内容。", "It is missing."),
        (lambda: gettext("%(grid)s was renamed since.") % {"grid": "100%"}, "100% 之后改过名。", "100% was renamed since."),
        (lambda: ngettext("%(n)s row", "%(n)s rows", 2) % {"n": 2}, "2 行", "2 rows"),
        (
            lambda: gettext("Choose one of: %(choices)s.") % {"choices": together(gettext(", "), [gettext_lazy("Yes"), "x"])},
            "请从下列值中选择：是、x。", "Choose one of: Yes, x.",
        ),
        (lambda: "甲" + gettext("It is missing."), "甲缺少内容。", "甲缺少内容。"),
    ],
)  # fmt: skip
def test_what_is_kept_is_read_in_either_language(make, chinese, english):
    what = written(make)
    assert (read(what, "zh-hans"), read(what, "en")) == (chinese, english)


def test_it_remembers_only_while_somebody_is_telling():
    with override("zh-hans"):
        assert type(gettext("It is missing.")) is str
        with telling(), telling():
            assert isinstance(gettext("It is missing."), Told)
            with speaking("en"):
                assert gettext("It is missing.") == "It is missing."
            assert isinstance(gettext("It is missing."), Told)
            assert get_language() == "zh-hans"
        assert type(gettext("It is missing.")) is str


def test_what_stands_in_it_is_kept_as_a_text():
    what = written(lambda: gettext("%(grid)s was renamed since.") % {"grid": Decimal("1.50")})
    assert what["with"] == {"grid": "1.50"}
    assert kept("甲") == "甲"
    assert together("、", ["甲", 1]) == "甲、1"
    told = deepcopy(Told("甲", {"id": "x"}))
    assert (told, told.kept) == ("甲", {"id": "x"})
    assert (Told("%s", {"id": "%s"}) % "x") == "x"
