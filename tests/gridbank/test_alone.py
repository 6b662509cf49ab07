"""One set-up at a time on one database; whoever comes second is told and waits."""

import threading

import pytest
from django.db import connection

from gridbank.alone import WAITING, alone


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_is_told_and_waits_until_the_first_is_through():
    order, first_is_in, told = [], threading.Event(), threading.Event()

    def first():
        from gridbank import alone as module

        with (
            module._on_the_server(order.append)
            if connection.vendor == "postgresql"
            else module._in_the_folder(order.append)
        ):
            first_is_in.set()
            assert told.wait(20)
            order.append("first")
        connection.close()

    def tell(sentence):
        assert sentence == WAITING
        told.set()

    other = threading.Thread(target=first)
    other.start()
    assert first_is_in.wait(20)
    with alone(tell):
        order.append("second")
    other.join()
    assert order == ["first", "second"]


@pytest.mark.django_db
def test_within_it_may_be_asked_for_again_and_afterwards_it_is_free():
    for _ in range(2):
        with alone(pytest.fail), alone(pytest.fail):
            pass
