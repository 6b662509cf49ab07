"""Whom to compare with whom among a million: who shares something beside a name that is alike. Pure.

Two people are likely one only when their names are alike (`customers.matching`) and something else is the same: the day
of birth, the phone, the household, or the village. So they are read in the order of each of these in turn, and only
those of one group whose names have a form in common are compared. Memory grows with a group and not with the bank.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations, groupby, pairwise
from typing import NamedTuple

from customers.matching import Known, heard, shaped
from gridbank.days import age_on

# of more who share all of it each is compared with the next alone: a phone of the village's shop is nobody's
MANY = 40
ENDS = "ends"


class Person(NamedTuple):
    """What is read of a person, column by column; the name's key and sound are stored beside the name."""

    pk: int
    name: str
    name_key: str
    sound: str
    gender: str
    birth_date: date | None
    id_digest: str | None
    phone_digest: str
    home: int
    village: int | None

    def known(self) -> Known:
        """Return him as the matcher takes him."""
        return Known(
            self.name,
            self.birth_date,
            self.gender,
            self.id_digest,
            self.phone_digest,
            self.home,
            self.village,
        )

    def shown(self, today: date) -> Known:
        """Return him as pages show him: an age, and no date of birth."""
        return replace(self.known(), birth_date=None, id_digest=None, age=age_on(self.birth_date, today))


Pair = tuple[Person, Person]


def groups(people: Iterable[Person], *columns: str) -> Iterator[list[Person]]:
    """Cut people who come in the order of some columns into those who share them; who is alone is left out."""
    places = [Person._fields.index(name) for name in columns]

    def shared(person: Person) -> tuple[Hashable, ...]:
        return tuple(person[place] for place in places)

    for _key, some in groupby(people, shared):
        found = list(some)
        if len(found) > 1:
            yield found


def pairs_within(group: list[Person]) -> Iterator[Pair]:
    """Return the pairs of a group whose names have a form in common, the lower key first, each once."""
    forms: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in group:
        for form in _forms(person):
            forms[form].append(person)
    seen: set[tuple[int, int]] = set()
    for (kind, _form), some in forms.items():
        for one, other in combinations(some, 2) if len(some) <= MANY else pairwise(some):
            # 曾明 for 曾小明: of two as long as each other both ends say nothing
            if kind == ENDS and abs(len(one.name_key) - len(other.name_key)) != 1:
                continue
            first, second = (one, other) if one.pk < other.pk else (other, one)
            if (first.pk, second.pk) not in seen:
                seen.add((first.pk, second.pk))
                yield first, second


def _forms(person: Person) -> Iterator[tuple[str, str]]:
    """Return what two names that the matcher finds alike have in common: shape, what the ear keeps, or both ends."""
    key = person.name_key.replace("·", "")
    yield "shape", shaped(key)
    if person.sound:
        yield "ear", heard(person.sound)
    if len(key) > 1:
        yield ENDS, key[0] + key[-1]
