"""What a line of a roster says, and what is wrong with it alone."""

import pytest

from customers.selectors import customer_list
from customers.services.roster import roster_store
from tests.customers.rosters import HEAD, HERE, WIFE, fates, rows, source

WRONG = {
    "a wrong check digit": (
        {"id_number": HEAD["id_number"][:-1] + ("0" if HEAD["id_number"][-1] != "0" else "1")},
        "id_number",
    ),
    "another birth than the number's": ({"birth_date": "1999-01-01"}, "birth_date"),
    "a short phone": ({"phone": "12345"}, "phone"),
    "a number in a text": ({"occupation": "电话13912345678"}, "occupation"),
    "a cleared name": ({"name": "—"}, "name"),
    "no household": ({"household": "", "relation": "other"}, "household"),
    "an unknown policy group": ({"policy_tags": "土豪"}, "policy_tags"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_row_says_its_column_and_the_others_go_in(ground, what):
    changed, column = WRONG[what]
    found = roster_store(source(ground.zhao), rows({**HERE, **HEAD, **changed}, {**HERE, **WIFE}))
    assert fates(found) == ["wrong", "new"]
    assert [fault.column for fault in found[0].faults] == [column]
    assert [person.name for person in customer_list(actor=ground.zhao)] == ["李梅"]
