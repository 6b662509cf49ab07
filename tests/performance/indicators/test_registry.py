"""An indicator is a module in the folder: nothing else is told of it."""

from performance.indicators import INDICATORS, measured_by
from performance.services.schemes import DEFAULT_ITEMS


def test_the_registry_finds_every_module():
    assert set(INDICATORS) == {
        "new_customers", "marketing_success", "app_activation", "visit_coverage", "archive_rate",
    }  # fmt: skip
    assert {item.indicator for item in DEFAULT_ITEMS} <= set(INDICATORS)


def test_a_measure_of_the_map_leads_to_one_indicator_or_none():
    assert measured_by("coverage").key == "visit_coverage"
    assert measured_by("days' rain") is None
