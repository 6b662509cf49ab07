"""What may be asked of the ranking's pages; nonsense asks for everything."""

import pytest

from performance.forms import FactsForm, RankingForm


@pytest.mark.parametrize(("data", "asked"), [
    ({}, (True, None)), ({"show": "left"}, (False, None)), ({"grid": "7"}, (True, 7)),
    ({"show": "nonsense"}, (True, None)), ({"grid": "-1"}, (True, None)), ({"grid": "9" * 40}, (True, None)),
])  # fmt: skip
def test_of_the_rows_behind_a_number_the_counted_ones_are_shown_unless_others_are_asked_for(data, asked):
    assert tuple(FactsForm(data).asked.values()) == asked


@pytest.mark.parametrize(("data", "filters"), [
    ({"branch": "3", "group": "town"}, (3, "town")), ({"branch": "4"}, (None, "")), ({"group": "x"}, (None, "")),
])  # fmt: skip
def test_a_ranking_is_cut_by_branches_in_sight_and_groups_that_exist(data, filters):
    assert tuple(RankingForm(data, branches=[(3, "东支行")]).filters.values()) == filters
