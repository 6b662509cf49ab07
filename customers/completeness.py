"""When an archive counts as complete: a numbered list of rules over plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FULL = 100


@dataclass(frozen=True)
class Requirement:
    """One thing that has to be known: whose field, and what a page calls it."""

    owner: str
    field: str
    label: str | Promise

    @property
    def field_name(self) -> str:
        """Return the name of the form's field: a key's column without its suffix."""
        return self.field.removesuffix("_id")


HOUSEHOLD, HEAD = "household", "head"

RULES: dict[int, tuple[Requirement, ...]] = {
    1: (
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
    ),
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


def _given(value: Any) -> bool:
    return value is not None and value != ""


def measure(
    household: Mapping[str, Any], head: Mapping[str, Any] | None, rule: int = CURRENT
) -> Completeness:
    """Score an archive from 0 to 100; 100 only when nothing is missing. Zero is an answer, blank is none."""
    required = RULES[rule]
    values = {HOUSEHOLD: household, HEAD: head or {}}
    missing = tuple(each for each in required if not _given(values[each.owner].get(each.field)))
    return Completeness(FULL * (len(required) - len(missing)) // len(required), rule, missing)
