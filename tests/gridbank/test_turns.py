"""Turns: one at a time, until commit."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from gridbank.turns import take_turn


@pytest.mark.django_db(transaction=True)
def test_there_is_no_turn_outside_a_transaction():
    with pytest.raises(TransactionManagementError):
        take_turn("a")


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_on_sqlite_the_transaction_itself_is_the_turn():
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        take_turn("a")
    assert [one["sql"] for one in asked] == ["BEGIN IMMEDIATE", "COMMIT"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_turn_waits_for_commit_and_another_does_not():
    has_turn, had = threading.Event(), []

    def run() -> None:
        try:
            with transaction.atomic():
                take_turn("b")
                has_turn.set()
                take_turn("a")
                had.append("second")
        finally:
            connections.close_all()

    other = threading.Thread(target=run)
    with transaction.atomic():
        take_turn("a")
        # twice by the same transaction is once
        take_turn("a")
        other.start()
        assert has_turn.wait(10)
        other.join(0.2)
        had.append("first")
    other.join()
    assert had == ["first", "second"]
