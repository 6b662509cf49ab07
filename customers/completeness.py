"""When an archive counts as complete: a numbered list of rules over plain values.

Something has to be said in a field: a sign that stands for nothing is as empty as no sign. What is said may still be
untrue; that is found by looking, not here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FULL = 100
LEAST_LAND, MOST_LAND = 0, 10_000
# houses to which no land belongs
LANDLESS = frozenset({"flat", "rented"})
NOTHING_SAID = frozenset(
    [
        "无",
        "没",
        "没有",
        "暂无",
        "暂缺",
        "不详",
        "不明",
        "不清楚",
        "不知道",
        "未知",
        "未填",
        "待补",
        "待填",
        "空",
        "略",
        "同上",
        "测试",
        "none",
        "no",
        "nil",
        "null",
        "na",
        "nan",
        "n/a",
        "unknown",
        "test",
        "tbd",
        "xx",
        "xxx",
    ]
)

Values = Mapping[str, Any]
Fits = Callable[[Any, Values], bool]


def _given(value: Any, _values: Values) -> bool:
    return value is not None and value != ""


def _says(least: int, *, same: int = 1) -> Fits:
    """Return whether a text says something: letters or figures, no word for nothing, not one sign over and over.

    `same` is how often one sign alone may stand.
    """

    def fits(value: Any, _values: Values) -> bool:
        text = str(value or "").strip().lower()
        signs = [sign for sign in text if sign.isalnum()]
        if len(signs) < least or text in NOTHING_SAID or "".join(signs) in NOTHING_SAID:
            return False
        return len(signs) <= same or len(set(signs)) > 1

    return fits


def _land(value: Any, values: Values) -> bool:
    """Nobody has no land but who lives in a flat or in what is another's."""
    if value is None:
        return False
    return LEAST_LAND < value <= MOST_LAND or (value == 0 and values.get("house_type") in LANDLESS)


@dataclass(frozen=True)
class Requirement:
    """One thing that has to be known: whose field, and what a page calls it."""

    owner: str
    field: str
    label: str | Promise
    fits: Fits = _given
    """Whether a value says something, beside the others of its owner."""

    @property
    def field_name(self) -> str:
        """Return the name of the form's field: a key's column without its suffix."""
        return self.field.removesuffix("_id")


HOUSEHOLD, HEAD = "household", "head"

_GIVEN = (
    Requirement(HOUSEHOLD, "area_id", _("village")),
    Requirement(HOUSEHOLD, "group_name", _("village group")),
    Requirement(HOUSEHOLD, "address", _("address")),
    Requirement(HOUSEHOLD, "house_type", _("house")),
    Requirement(HOUSEHOLD, "land_mu", _("land")),
    Requirement(HOUSEHOLD, "income_band", _("yearly income")),
    Requirement(HOUSEHOLD, "income_source", _("main source of income")),
    Requirement(HEAD, "name", _("a head of household")),
    Requirement(HEAD, "id_number", _("the head's ID number")),
    Requirement(HEAD, "phone", _("the head's phone")),
    Requirement(HEAD, "occupation", _("the head's occupation")),
)
_PLAUSIBLE: dict[str, Fits] = {
    # the eleventh group, and names of one sign twice
    "group_name": _says(1, same=2),
    "address": _says(2),
    "land_mu": _land,
    "income_source": _says(2),
    "name": _says(2, same=2),
    "id_number": _says(6),
    "phone": _says(6),
    "occupation": _says(2),
}
RULES: dict[int, tuple[Requirement, ...]] = {
    1: _GIVEN,
    # since the second version, what stands in a field must say something
    2: tuple(replace(each, fits=_PLAUSIBLE.get(each.field, _given)) for each in _GIVEN),
}
CURRENT = max(RULES)


def fields_of(owner: str) -> tuple[str, ...]:
    """Return what any version of the rules asks of a household or of its head."""
    return tuple(
        dict.fromkeys(each.field for rules in RULES.values() for each in rules if each.owner == owner)
    )


@dataclass(frozen=True)
class Completeness:
    """The score of an archive under one version of the rules, and what it lacks."""

    score: int
    rule: int
    missing: tuple[Requirement, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def measure(
    household: Mapping[str, Any], head: Mapping[str, Any] | None, rule: int = CURRENT
) -> Completeness:
    """Score an archive from 0 to 100; 100 only when nothing is missing."""
    required = RULES[rule]
    values = {HOUSEHOLD: household, HEAD: head or {}}
    missing = tuple(
        each for each in required if not each.fits(values[each.owner].get(each.field), values[each.owner])
    )
    return Completeness(FULL * (len(required) - len(missing)) // len(required), rule, missing)
