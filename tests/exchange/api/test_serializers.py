"""What the API says of a batch."""

from django.http import QueryDict

from exchange.api.serializers import BatchSerializer, BringSerializer
from tests.customers.corefiles import compared, five


def test_a_batch_tells_its_counts_and_the_rows_that_are_out(cast):
    told = BatchSerializer(compared(cast, five(cast))).data
    assert told["counts"] == {"changed": 2, "new": 1, "waiting": 1, "wrong": 1}
    assert {row["fate"] for row in told["out"]} == {"wrong", "waiting"}
    assert all(fault["sentence"] for row in told["out"] for fault in row["faults"])


def test_whatever_is_wrong_is_said_at_once():
    asked = BringSerializer(data={"kind": " ", "as_of": "2026-02-30"})
    assert not asked.is_valid()
    assert set(asked.errors) == {"kind", "file", "as_of"}


def test_a_day_may_be_left_empty_as_a_form_does():
    asked = BringSerializer(data=QueryDict("kind=accounts&as_of="))
    assert not asked.is_valid()
    assert set(asked.errors) == {"file"}
