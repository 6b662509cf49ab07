"""A roster taken back."""

from customers.selectors import customer_list, household_list
from customers.services.roster import roster_store
from customers.services.roster_undo import roster_undo
from exchange.sheets import Stored
from tests.customers.rosters import CHILD, HEAD, HERE, WIFE, rows, source


def undone(ground, outcomes):
    back = [
        Stored("名册", n, one.fate, one.subject, one.before, one.after)
        for n, one in enumerate(outcomes)
        if one.subject
    ]
    return [one.kept for one in roster_undo(source(ground.zhao), back[::-1])]


def test_a_batch_is_taken_back_whole_unless_somebody_worked_on_it(ground):
    first = roster_store(source(ground.zhao), rows(HEAD, WIFE, CHILD, **HERE))
    assert undone(ground, first) == [""] * 3
    assert not household_list(actor=ground.zhao).exists()
    again = roster_store(source(ground.zhao), rows(HEAD, WIFE, CHILD, **HERE))
    wife = customer_list(actor=ground.zhao).get(relation="spouse")
    wife.occupation = "木匠"
    wife.save()
    assert [bool(text) for text in undone(ground, again)] == [False, True, False]
    assert [person.name for person in customer_list(actor=ground.zhao)] == ["李梅"]
