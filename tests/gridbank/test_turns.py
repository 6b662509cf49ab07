"""Turns: one at a time, until commit."""

import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from audit.services import record
from gridbank.turns import locked, take_turn
from people.models import User
from tests.factories import UserFactory


def test_rows_are_locked_in_one_way():
    """Otherwise somebody locks keys, too, and waits where nobody looks for it."""
    asked = {
        str(path.relative_to(settings.BASE_DIR))
        for room in settings.BASE_DIR.iterdir()
        if (room / "__init__.py").exists() and room.name != "tests"
        for path in Path(room).rglob("*.py")
        if "select_for_update" in path.read_text()
    }
    assert asked == {"gridbank/turns.py"}


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


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_refers_to_a_locked_row_does_not_wait():
    """Somebody's account is held, and he leaves a row in the trail: it names him."""
    user, done = UserFactory(), []

    def run() -> None:
        try:
            record(actor=user, action="test")
            done.append("recorded")
        finally:
            connections.close_all()

    other = threading.Thread(target=run)
    with transaction.atomic():
        locked(User.objects.all()).get(pk=user.pk)
        other.start()
        other.join(5)
        assert done == ["recorded"]
    other.join()
