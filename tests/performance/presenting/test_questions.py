"""What is asked before a month is published or locked."""

import pytest

from performance.presenting import questions
from performance.services import period_publish


@pytest.fixture
def asked(cast, period):
    return questions.publishing(cast.zhao, period)


def test_publishing_counts_people_and_branches_and_says_it_is_for_good(cast, period, asked):
    assert cast.root.name in asked.title
    assert "4 人、2 个支行" in asked.consequences[0]
    assert len(asked.consequences) == 3
    assert (asked.word, asked.back) == ("", "/performance/2026-09/")


def test_locking_names_the_first_signature_and_wants_the_month_typed(cast, period):
    question = questions.locking(period_publish(actor=cast.zhao, period=period))
    assert cast.zhao.name in question.consequences[0]
    assert question.word == "2026-09"
