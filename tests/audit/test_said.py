"""What the trail truly says of a row."""

from django.db import connection

from audit.said import said
from audit.services import record
from tests.nets.forging import event, inserting


def test_what_was_recorded_of_a_row_is_said_the_last_one_last(cast):
    for who in (cast.chen, cast.zhao):
        record(actor=who, action="test.said", subject=cast.li)
    record(actor=cast.chen, action="test.other", subject=cast.li)
    record(actor=cast.chen, action="test.said", subject=cast.wang)
    assert [one.actor_id for one in said(cast.li, "test.said")] == [cast.chen.pk, cast.zhao.pk]


def test_an_event_without_a_seal_says_nothing(cast):
    record(actor=cast.chen, action="test.said", subject=cast.li)
    forged = event(
        action="test.said", actor_id=cast.zhao.pk, subject_type="people.user", subject_id=str(cast.li.pk)
    )
    with connection.cursor() as cursor:
        cursor.execute(inserting(forged))
    assert [one.actor_id for one in said(cast.li, "test.said")] == [cast.chen.pk]
