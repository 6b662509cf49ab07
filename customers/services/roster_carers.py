"""Who in a household cares for a child."""

from collections.abc import Sequence
from datetime import date

from customers.enums import Relation
from customers.models import Customer
from customers.naming import name_key
from customers.services.roster_homes import Home
from gridbank.days import ADULT_AGE


def carer(home: Home, person: Customer, told: str, today: date) -> Customer | None:
    """Return who cares for somebody: who is named, else the head, his spouse, or another adult."""
    others = [other for other in home.living() if other is not person]
    if told:
        return next((other for other in others if _is_called(other, told)), None)
    return next((other for other in _carers(others, today)), None)


def _is_called(person: Customer, name: str) -> bool:
    return (person.name_key or name_key(person.name)) == name_key(name)


def _carers(people: Sequence[Customer], today: date) -> Sequence[Customer]:
    """Return the adults who may care for a child, the head first."""
    adults = [person for person in people if (person.age_on(today) or 0) >= ADULT_AGE]
    return sorted(
        adults, key=lambda person: (person.relation != Relation.HEAD, person.relation != Relation.SPOUSE)
    )
