"""What the API says of a batch."""

from datetime import timedelta

from django.utils import timezone

from exchange.api.serializers import BatchSerializer, BringSerializer
from tests.customers.corefiles import compared, five


def test_a_batch_tells_its_counts_and_the_rows_that_are_out(cast):
    told = BatchSerializer(compared(cast, five(cast))).data
    assert told["counts"] == {"changed": 2, "new": 1, "waiting": 1, "wrong": 1}
    assert {row["fate"] for row in told["out"]} == {"wrong", "waiting"}
    assert all(fault["sentence"] for row in told["out"] for fault in row["faults"])


def test_a_day_that_is_still_to_come_is_refused():
    tomorrow = timezone.localdate() + timedelta(days=1)
    asked = BringSerializer(data={"kind": "x", "as_of": tomorrow})
    assert not asked.is_valid()
    assert set(asked.errors) == {"file", "as_of"}
