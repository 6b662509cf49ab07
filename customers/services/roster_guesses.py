"""What a roster tells of numbers to whoever doesn't hold the bank's records: no list of candidates finds whose one is.

A clerk's file has each person once, by his own number. A file that tries numbers has one person under many: so many of
one name are refused, and a number that stands here under another name is, until it is stored, as one that is nobody's.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from customers.models import Customer
from customers.naming import name_key
from customers.personal import names, numbers
from customers.pinyin import spell
from customers.services.roster_homes import Found, Home
from customers.services.roster_rows import Told

# of a thousand rows, whatever sign the name is written with; in a county of few surnames five were seen
MOST_OF_A_NAME = 12
# so many numbers a day may be somebody's, by all that pages show, and be other people's of his name: a file and the same
# one again when it was put right
BY_CHANCE = 5


def many_refuse(told: Iterable[Told]) -> None:
    """Refuse the rows of a name that stands there with more numbers than people are called so."""
    called: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.digest:
            called[spell(one.name)[0]].append(one)
    for rows in called.values():
        if len({one.digest for one in rows}) <= MOST_OF_A_NAME:
            continue
        for one in rows:
            one.refuse(
                "id_number",
                _("Too many people of one name, each with another number."),
                _("Look whether the columns are right, or let head office bring the file."),
            )


def is_guess(found: Found, home: Home, one: Told) -> bool:
    """Whether a row's ID number meets somebody, and nothing else of the row is his; or is beside somebody's own.

    His are his name, and where he lives: a household that only numbers have found is his when somebody else of its rows
    lives there too, and is called so. Beside his own is another number under his name in his household, by whatever sign,
    whether he is told of already, has died, or isn't alone in being called so.
    """
    here = home.household.pk if home.household is not None else None

    def met(other: Told) -> bool:
        known = found.people.get(other.digest) if other.digest else None
        return known is not None and known.household_id == here and called_so(known, other)

    if one.digest is None:
        return False
    if one.digest not in found.people:
        return _beside(home, one) is not None
    others = (each for each in home.told if each.gathered == one.gathered and each.digest != one.digest)
    return not (met(one) and (one.is_placed or any(map(met, others))))


def guessed_of(found: Found, home: Home, one: Told) -> int | None:
    """Return of whom a guess tells, where that is somebody in reach."""
    return found.whose.get(one.digest or "") or _beside(home, one)


def _beside(home: Home, one: Told) -> int | None:
    """Return who of the household is called so and has a number: another one under his name is beside his own."""
    sound = spell(one.name)[0]
    return next((person.pk for person in home.people if person.id_digest and person.pinyin == sound), None)


def tells_another(person: Customer, one: Told) -> bool:
    """Whether a row tells a number beside the one that stands: that it isn't it is an answer, however he was found.

    The old and the new form of one ID number are one.
    """
    told = [
        name for name in names(numbers(Customer)) if name != "id_number" or one.digest != person.id_digest
    ]
    return any(
        one.person.get(name) and (stands := getattr(person, name)) and stands != one.person[name]
        for name in told
    )


def called_so(person: Customer, one: Told) -> bool:
    """Whether somebody is called as a row says."""
    return (person.name_key or name_key(person.name)) == one.key
