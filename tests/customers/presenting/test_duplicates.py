"""How a pair is shown: by what pages show of people, and no more."""

from datetime import date

import pytest
from django.utils import timezone

from customers.models import Likeness
from customers.presenting.duplicates import known, match_of, read, side_by_side
from tests.factories import CustomerFactory


@pytest.fixture
def pair(cast):
    now = timezone.now()
    one = CustomerFactory(
        household__grid=cast.grid_li,
        name="曾小明",
        birth_date=date(1970, 5, 5),
        phone="13800138000",
        occupation="木匠",
    )
    other = CustomerFactory(
        household__grid=cast.grid_li, name="曾小明", birth_date=date(1970, 5, 5), gender="male"
    )
    Likeness(one=one, other=other, score=60, found_at=now, seen_at=now).save()
    return Likeness.objects.visible_to(cast.chen).get()


def test_the_matcher_is_told_an_age_and_no_day(pair):
    found = known(pair.one, date(2026, 5, 5))
    assert (found.age, found.birth_date, found.id_digest) == (56, None, None)


def test_reasons_are_words_and_a_document_comes_first(pair):
    assert match_of(pair, timezone.localdate()).in_words() == "姓名相同、年龄相同"
    pair.exact = True
    match = match_of(pair, timezone.localdate())
    assert match.score == 100
    assert match.in_words().startswith("一方现在或以前的证件")


def test_whether_the_reader_decides_is_said_with_the_row(cast, pair):
    rows = Likeness.objects.visible_to(cast.li).all()
    assert [row.may_decide for row in read(rows, actor=cast.li)] == [False]
    assert [row.may_decide for row in read(rows, actor=cast.chen)] == [True]


def test_side_by_side_is_masked_and_says_what_differs(pair):
    shown = side_by_side(pair)
    lines = {str(line.label): line for line in shown["lines"]}
    assert lines["电话"].one == "138****8000"
    assert lines["电话"].differs
    assert lines["职业和工作单位"].one == "木匠"
    assert "1970" not in str(shown)
    assert not lines["姓名"].differs
