"""What the trail calls grids and what stands in them, and by which words it finds them."""

import pytest

from audit import subjects
from tests.grids.services.test_handovers import opened, signed

pytestmark = pytest.mark.django_db


def test_a_handover_and_its_signatures_are_called_by_grid_and_people_and_found_by_them(cast):
    row = signed(cast, opened(cast), "li", "sun", "chen")
    key = ("grids.handover", str(row.pk))
    assert subjects.names([key]) == {key: f"{row.grid.name} · {cast.li.name}"}
    assert subjects.found_by(cast.li.name)["grids.handover"] == [str(row.pk)]
    assert len(subjects.found_by(cast.li.staff_no)["grids.handoversignature"]) == 3
    assert len(subjects.found_by(cast.sun.name)["grids.handoversignature"]) == 1


def test_a_grid_is_found_by_its_name_or_number(cast):
    for word in (cast.grid_li.name, cast.grid_li.code):
        found = subjects.found_by(word)
        assert found["grids.grid"] == [str(cast.grid_li.pk)]
        assert len(found["grids.assignment"]) == 1
