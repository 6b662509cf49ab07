"""Each indicator says everything of itself, and the pages lead where it says."""

import pytest
from django.urls import reverse

from gridbank.scoping import waive_scope
from grids import measures
from performance import services
from performance.enums import Counted, FactSource
from performance.indicators import INDICATORS, measured_by
from performance.models import Fact
from performance.services.schemes import DEFAULT_ITEMS
from tests.performance.world import MONTH, fill


def test_the_registry_finds_every_module():
    assert set(INDICATORS) == {
        "new_customers", "marketing_success", "app_activation", "visit_coverage", "archive_rate",
    }  # fmt: skip
    assert {item.indicator for item in DEFAULT_ITEMS} <= set(INDICATORS)


@pytest.mark.parametrize("one", INDICATORS.values(), ids=lambda one: one.key)
def test_it_says_everything_of_itself(one):
    assert all(str(text) for text in (one.name, one.unit, one.formula, one.source))
    assert one.sources <= set(FactSource)
    assert one.counted in Counted
    assert reverse(one.way.route)
    assert "3" in one.way.say(3)
    if one.measure:
        assert measures.find(one.measure)
        assert measured_by(one.measure) == one


def test_facts_come_from_the_sources_that_are_named(cast):
    fill(cast)
    run = services.run_compute(bank=cast.root, month=MONTH)
    with waive_scope("test"):
        found = set(Fact.objects.filter(run=run).order_by().values_list("indicator", "source").distinct())
    assert found == {(one.key, source) for one in INDICATORS.values() for source in one.sources}
