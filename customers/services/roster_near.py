"""Whose a number might be that is nobody's: of whoever is called so, what pages show agrees with it.

Beside an age and the gender a page shows two characters of a number. A list of candidates for one agrees in all of them; of
the new people of a county's roster one of some thousands does so with one of the same name, by chance.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from customers.identity import Identity
from customers.models import Customer
from customers.pii import Unreadable, mask_id_number
from customers.pinyin import spell
from customers.services.roster_places import Ground
from customers.services.roster_rows import Told
from gridbank.days import years_on
from gridbank.lookups import portions

OLD_FORM = 15


def people_near(ground: Ground, told: Iterable[Told], today: date) -> dict[str, list[int]]:
    """Return the people in reach whose numbers these might be, by the digest of what was told.

    Names count by their sound. The caller says why he looks at everybody.
    """
    wanted = {one.digest: (one, one.identity) for one in told if one.digest and one.identity}
    by_sound: dict[str, list[tuple[str, Identity]]] = defaultdict(list)
    for digest, (one, identity) in wanted.items():
        by_sound[spell(one.name)[0]].append((digest, identity))
    likely: dict[int, list[tuple[str, Identity]]] = {}
    stays: dict[int, int] = {}
    for some in portions(by_sound.keys()):
        people = Customer.objects.filter(pinyin__in=some, household__grid_id__in=ground.grids)
        rows = people.exclude(id_digest=None).order_by()
        columns = ("pk", "merged_into_id", "pinyin", "birth_date", "gender")
        for pk, keep, sound, born, gender in rows.values_list(*columns):
            age = years_on(born, today)
            found = [
                (digest, identity) for digest, identity in by_sound[sound]
                if age in {None, years_on(identity.birth_date, today)} and gender in {"", identity.gender}
            ]  # fmt: skip
            if found:
                likely[pk], stays[pk] = found, keep or pk
    near: dict[str, list[int]] = defaultdict(list)
    for pk, number in _numbers(likely):
        for digest, identity in likely[pk]:
            if might_be(identity, number):
                near[digest].append(stays[pk])
    return dict(near)


def _numbers(people: Collection[int]) -> Iterable[tuple[int, str]]:
    for some in portions(people):
        yield from Customer.objects.filter(pk__in=some).order_by("pk").values_list("pk", "id_number")


def might_be(identity: Identity, number: str) -> bool:
    """Whether a page would show of a number what it would show had this one been stored."""
    if isinstance(number, Unreadable):
        return True
    told = identity.canonical
    # the old form has neither the century nor the last sign
    told = f"{told[:6]}{told[8:17]}" if len(number) == OLD_FORM else told
    return told.endswith(mask_id_number(number).lstrip("*"))
