"""What a household's workbook holds of visits."""

from tests.factories import CustomerFactory, VisitFactory
from visits.leaves import paid
from visits.presenting.lists import VISITS


def test_its_visits_stand_there_as_in_the_list(cast):
    person = CustomerFactory(household__grid=cast.grid_li)
    VisitFactory(staff=cast.li, customer=person)
    VisitFactory(staff=cast.li, customer__household__grid=cast.grid_li)
    leaf = paid(cast.li, person.household)
    assert (len(leaf.rows), len(leaf.headings)) == (1, len(VISITS.columns))
    assert leaf.rows[0][0] == person.household.head_name
    assert paid(cast.wu, person.household).rows == []
