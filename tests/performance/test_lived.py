"""Months that were lived through act by act are counted as the words say, at each look, and nothing earns twice."""

from datetime import date, time, timedelta

import pytest
import time_machine

from performance import services
from performance.plausibility import look_at, seal_of
from products.models import Offer
from tests.performance import live, reference
from tests.performance.lived import Bank, on
from tests.performance.test_generated import expected, sums
from tests.performance.unsaid import scheme_of_before

JANUARY, FEBRUARY, MARCH = date(2028, 1, 1), date(2028, 2, 1), date(2028, 3, 1)
# among them some in which households moved back while people moved on; in which an account of before was dated anew (5),
# denied (25) or taken out (26); and in which somebody moved on the day on which he was visited (39)
SEEDS = (1, 2, 5, 9, 10, 25, 26, 39)


class Look:
    """What each month counts, by the product and by the words; final ones are remembered by the words alone."""

    def __init__(self, bank: Bank, *, counts_claimed: bool) -> None:
        self.bank, self.counts_claimed = bank, counts_claimed
        self.earned: frozenset[tuple[str, str]] = frozenset()

    def by_words(self, month: date, as_of: date) -> reference.Counts:
        ground = live.ground(self.bank.cast.root, month, as_of)
        tables = live.tables(counts_claimed=self.counts_claimed, earned=self.earned)
        return reference.counted(ground, tables)

    def compare(self, month: date, as_of: date):
        run = services.run_compute(bank=self.bank.cast.root, month=month, again=True)
        found, wanted = sums(run), expected(self.by_words(month, as_of))
        differ = {place: (found.get(place), wanted.get(place)) for place in found.keys() | wanted.keys()}
        assert {place: pair for place, pair in differ.items() if pair[0] != pair[1]} == {}
        assert run.as_of == as_of
        return run

    def publish(self, month: date, as_of: date) -> None:
        run = self.compare(month, as_of)
        self.earned |= self.by_words(month, as_of).acts
        looked_at = seal_of(look_at(self.bank.cast.root, month))
        services.period_publish(actor=self.bank.cast.zhao, period=run.period, looked_at=looked_at)
        assert services.verify_period(run.period).ok


def days(first: date, last: date):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize("seed", SEEDS)
def test_months_that_were_lived_through_are_counted_as_the_words_say(db, seed):
    with time_machine.travel(on(date(2028, 1, 10), time(9)), tick=False):
        bank = Bank(seed)
        look = Look(bank, counts_claimed=bool(seed % 2))
        scheme_of_before(JANUARY, bank.cast.root, counts_claimed=look.counts_claimed)
        for _ in range(6):
            bank.open(date(2028, 1, 10))
        for _ in range(6):
            bank.add_person(date(2028, 1, 10))
        bank.some_agree()
    for day in days(date(2028, 1, 24), date(2028, 3, 9)):
        bank.live(day)
        with time_machine.travel(on(day, time(23, 59, 59)), tick=False):
            if day == date(2028, 3, 8):
                bank.sell(day)
            if day == date(2028, 2, 3):
                look.publish(JANUARY, date(2028, 1, 31))
            elif day in {date(2028, 2, 14), date(2028, 2, 29)}:
                look.compare(FEBRUARY, day)
            elif day == date(2028, 3, 4):
                look.compare(FEBRUARY, date(2028, 2, 29))
            elif day == date(2028, 3, 6):
                look.publish(FEBRUARY, date(2028, 2, 29))
            elif day == date(2028, 3, 9):
                look.compare(MARCH, day)
    # most of what may happen did
    assert len(bank.done) > 17, bank.done
    assert bank.done.keys() >= {"agree", "take_back"}
    # and some of what was accepted was offered without consent
    assert {agreed for (agreed,) in live.rows(Offer, "agreed", result="accepted")} == {True, False}
