"""Accounts of one staff number are one person's, however it was written."""

import pytest

from gridbank.context import request_scope
from people.persons import accounts_of, is_same, other_accounts
from tests.factories import UserFactory


@pytest.mark.parametrize("written", ["nb017", "ＮＢ０１７", " NB 017 "])
def test_a_number_is_the_same_in_any_case_and_width(db, written):
    one, also, other = (UserFactory(staff_no=number) for number in ("NB017", written, "NB018"))
    odd = UserFactory(staff_no="ＮＢ０１８")
    assert (is_same(one, also), is_same(one, other)) == (True, False)
    assert accounts_of(one) == accounts_of(also) == {one.pk, also.pk}
    assert accounts_of(other) == {other.pk, odd.pk}


def test_other_accounts_belong_to_the_oldest(db):
    one, also, _other = (UserFactory(staff_no=number) for number in ("NB017", "ＮＢ０１７", "NB018"))
    assert other_accounts() == {also.pk: one.pk}


def test_nobody_is_the_same_as_nobody(db):
    assert not is_same(None, None)
    assert not is_same(UserFactory(), None)


def test_a_page_asks_once(db, django_assert_num_queries):
    user = UserFactory()
    with request_scope("r"), django_assert_num_queries(1):
        assert accounts_of(user) == accounts_of(user)
