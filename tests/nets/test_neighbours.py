"""Which services meet on the same row: two of them at once are tried by `test_at_once`.

Worked out from what each takes hold of when it is called for the same world, and committed as `neighbours.txt`.
"""

import itertools

from django.db import transaction

from tests.nets.calling import KNOWN, done, given
from tests.nets.site import World
from tests.nets.test_services import REFUSAL
from tests.nets.watching import HEAD, TURN, watched


def test_neighbours_are_who_was_agreed(shared: World, frozen):
    """A refused one counts, too: it had to look at the row to refuse."""
    asked = {name: given(shared, name) for name in KNOWN}
    held: dict[str, set] = {}
    for name in KNOWN:
        with watched() as watch, transaction.atomic():
            try:
                done(name, asked[name])
            except REFUSAL:
                pass
            transaction.set_rollback(True)
        steps = itertools.chain(*watch.transactions)
        rows = ((step.table, key) for step in steps for key in step.keys)
        held[name] = {(table, key) for table, key in rows if table not in {HEAD, TURN}}
    pairs = itertools.combinations(sorted(KNOWN), 2)
    found = [f"{one} | {two}" for one, two in pairs if held[one] & held[two]]
    frozen("neighbours.txt", found)
