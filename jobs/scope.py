"""Whose jobs a person may know of, which the rooms above tell: this app knows neither their banks nor their files."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

BanksOf = Callable[[Any], Iterable[int]]
# which of a kind's jobs somebody sees beside those that he asked for, by what they are about
Sight = Callable[[Any], Q]
_answers: list[BanksOf] = []
_sights: dict[str, Sight] = {}


def register(answer: BanksOf) -> None:
    """Take somebody who knows the banks of a person; called once, when the app that owns them is ready."""
    if answer not in _answers:
        _answers.append(answer)


def register_sight(sight: Sight, *kinds: str) -> None:
    """Take who sees what jobs of these kinds are about; called once, when the app that has them done is ready."""
    for kind in kinds:
        _sights[kind] = sight


def banks_of(actor: Any) -> set[int]:
    """Return the ids of the banks that a person belongs to today; none when nobody knows."""
    return {bank for answer in _answers for bank in answer(actor)}


def jobs_q(actor: Any) -> Q:
    """Return the condition for jobs of the person's banks that he asked for, or whose file or month he sees."""
    seen = Q(requested_by=actor)
    for kind, sight in _sights.items():
        seen |= Q(kind=kind) & sight(actor)
    return Q(bank_id__in=banks_of(actor)) & seen
