"""Looking for anything from any page: people, households, grids, staff, pages; each only as far as the person sees."""

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from customers.models import Household
from customers.pinyin import spell
from customers.selectors import household_list
from grids.models import Assignment, Grid
from grids.selectors import grid_search
from people.models import User
from people.selectors import account_list

SHOWN = 8
# More names than this aren't spelt for one search.
SPELT_AT_MOST = 5000
CODE = re.compile(r"[A-Z]{1,4}[0-9]{4,}")
LETTERS = re.compile(r"[a-z]+")
# A village group is written with a figure or with a numeral: one to nine.
_NUMERALS = "".join(map(chr, (0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D)))
NUMERALS = str.maketrans(_NUMERALS, "123456789")
FIGURES = str.maketrans("123456789", _NUMERALS)


@dataclass(frozen=True)
class Colleague:
    """Somebody on staff with one of the grids that he works in today."""

    user_id: int
    name: str
    staff_no: str
    grid_id: int
    grid: str
    part: str


def _packed(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def _sounds_like(name: str, text: str) -> bool:
    full, initials = spell(name)
    given = len(text) > 1 and (full.endswith(text) or initials[1:].startswith(text))
    return given or full.startswith(text) or initials.startswith(text)


def households_by_place(*, actor: User, text: str) -> QuerySet[Household]:
    """Return households by their number, or by their village and the beginning of their group: 边兰村三组."""
    rows = household_list(actor=actor).order_by("pk")
    plain = re.sub(r"\s+", "", text)
    if CODE.fullmatch(plain.upper()):
        return rows.filter(code__startswith=plain.upper())
    places = Q()
    for pk, name in grid_search(actor=actor).values_list("pk", "name"):
        group = plain.removeprefix(name)
        if group and group != plain:
            written = {group, group.translate(NUMERALS), group.translate(FIGURES)}
            for each in written:
                places |= Q(grid_id=pk, group_name__startswith=each)
    return rows.filter(places) if places else rows.none()


def grids_by_name(*, actor: User, text: str) -> list[Grid]:
    """Return today's grids by any part of their name, by their code, by pinyin."""
    rows = grid_search(actor=actor)
    plain = _packed(text)
    if not LETTERS.fullmatch(plain):
        return list(rows.filter(Q(name__contains=text.strip()) | Q(code__istartswith=plain))[:SHOWN])
    named = rows.values_list("pk", "name")[:SPELT_AT_MOST]
    keys = [pk for pk, name in named if _sounds_like(name, plain)][:SHOWN]
    return list(rows.filter(Q(pk__in=keys) | Q(code__iexact=plain))[:SHOWN])


def staff_by_name(*, actor: User, text: str) -> list[Colleague]:
    """Return colleagues who work today in grids the person sees, by name, staff number, user name or pinyin."""
    rows = Assignment.objects.visible_to(actor).filter(
        pk__in=Assignment.on(timezone.localdate()).values("pk")
    )
    rows = rows.filter(user__is_active=True).order_by("user__name", "user_id", "grid__path")
    plain = _packed(text)
    by_sound = bool(LETTERS.fullmatch(plain))
    if not by_sound:
        rows = rows.filter(Q(user__name__contains=text.strip()) | Q(user__staff_no__iexact=plain))
    columns = ("user_id", "user__name", "user__staff_no", "grid_id", "grid__name", "part")
    found: dict[int, Colleague] = {}
    for row in rows.values_list(*columns)[:SPELT_AT_MOST]:
        colleague = Colleague(*row)
        fits = not by_sound or _sounds_like(colleague.name, plain) or colleague.staff_no.casefold() == plain
        if fits:
            found.setdefault(colleague.user_id, colleague)
    return list(found.values())[:SHOWN]


def accounts_by_name(*, actor: User, text: str) -> list[User]:
    """Return accounts for those who keep them: by name, user name, staff number or pinyin."""
    found = list(account_list(actor=actor, search=text)[:SHOWN])
    plain = _packed(text)
    if found or not LETTERS.fullmatch(plain):
        return found
    named = account_list(actor=actor).values_list("pk", "name")[:SPELT_AT_MOST]
    keys = [pk for pk, name in named if _sounds_like(name, plain)][:SHOWN]
    return list(account_list(actor=actor).filter(pk__in=keys))
