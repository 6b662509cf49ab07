"""What one indicator counted, and what the temporary tables of a month hold."""

from datetime import date

from django.db import connection

from gridbank.scoping import waive_scope
from performance import services
from performance.facts import ground_of, prepared
from performance.indicators import Window
from performance.models import Earned, Fact
from tests.performance.world import MONTH

WINDOW = Window(MONTH, date(2026, 9, 30))


def laid_out(cast, select, window=WINDOW):
    """Return the rows that a question to the temporary tables gives."""
    with prepared(ground_of(cast.root, window), window), connection.cursor() as cursor:
        cursor.execute(select)
        return cursor.fetchall()


def counted(cast, indicator):
    """Compute the month and return the indicator's facts in the order of their numbers."""
    run = services.run_compute(bank=cast.root, month=MONTH, again=True)
    with waive_scope("a test reads what was counted"):
        return list(Fact.objects.filter(run=run, indicator=indicator).order_by("number"))


def earn(cast, indicator, source, source_id):
    """Say that a month before this one counted it."""
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=date(2026, 8, 1))
    Earned.objects.create(period=period, indicator=indicator, source=source, source_id=source_id)
