"""Finds the indicators: every module of this package that holds an INDICATOR is one."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from performance.indicators.definition import Indicator


def _found() -> dict[str, Indicator]:
    known: dict[str, Indicator] = {}
    for module in iter_modules([str(Path(__file__).parent)]):
        one = getattr(import_module(f"{__package__}.{module.name}"), "INDICATOR", None)
        if one is None:
            continue
        # The key stands in frozen facts and addresses: it is the module's name, so that each is there once.
        if one.key != module.name:
            raise ValueError(f"The indicator {one.key} lies in a module called {module.name}.")
        known[one.key] = one
    return known


INDICATORS = _found()


def measured_by(measure: str) -> Indicator | None:
    """Return the indicator that a measure of the map shows as it is today, None when there is none."""
    return next((one for one in INDICATORS.values() if one.measure == measure), None)
