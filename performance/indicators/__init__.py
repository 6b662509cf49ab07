"""The indicators, one module each; whoever lists them asks the registry."""

from performance.indicators.definition import Indicator, Query, Way, Window, day_literal
from performance.indicators.registry import INDICATORS, measured_by

__all__ = ["INDICATORS", "Indicator", "Query", "Way", "Window", "day_literal", "measured_by"]
