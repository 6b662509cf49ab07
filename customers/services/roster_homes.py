"""Households of a roster: rows gathered by number, or by village, group and head; and who of them is here already."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.enums import Relation
from customers.models import Customer, Household
from customers.naming import name_key, spellings
from customers.pinyin import spell
from customers.services.attribution import households_hold
from customers.services.numbering import DRAWN
from customers.services.roster_near import people_near
from customers.services.roster_places import Ground
from customers.services.roster_rows import CODE_LEAST, Told
from gridbank.lookups import portions
from gridbank.numbers import personal_numbers
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids.models import bank_in

Key = tuple[Any, ...]
# no personal number is shorter
NUMBER_LEAST = 11
CODE_MOST = Household._meta.get_field("code").max_length or 0


@dataclass(eq=False)
class Home:
    """A household of the file: its rows, and what is here of it."""

    key: Key
    told: list[Told] = field(default_factory=list)
    household: Household | None = None
    people: list[Customer] = field(default_factory=list)
    # who goes in, or is changed, by his row
    taken: dict[int, Customer] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The number by which the file calls it, where it means something beyond its village."""
        return str(self.key[1]) if self.key[0] == "code" else ""

    @property
    def head_told(self) -> str:
        """Return the head's name as one of the rows gives it."""
        return next((one.head for one in self.told if one.head), "")

    def living(self) -> list[Customer]:
        """Return who lives there, whoever goes in among them."""
        new = [person for person in self.taken.values() if person._state.adding]
        return [person for person in (*self.people, *new) if person.died_on is None]

    def head(self) -> Customer | None:
        """Return its head, whoever goes in as such."""
        return next((person for person in self.living() if person.relation == Relation.HEAD), None)


class Lives(NamedTuple):
    """Where somebody lives."""

    household_id: int
    grid_id: int
    code: str
    pinyin: str
    customer_id: int


class Alike(NamedTuple):
    """Somebody in reach who is called as somebody of the file, and lives in another household."""

    pk: int
    name_key: str
    name: str
    birth_date: date | None
    gender: str
    id_digest: str | None
    phone_digest: str
    household_id: int
    village: int | None
    code: str


@dataclass
class Found:
    """Who of a chunk is here already: people by the digest of their ID number, apart from whom the rows may not tell.

    `elsewhere` are numbers out of reach, `otherwise` those that stand under a name that sounds otherwise, `led_on` those of
    archives that went into others; `whose` says of each in reach whose it is, `near` of what isn't told whose it might be.
    """

    homes: list[Home]
    people: dict[str, Customer]
    elsewhere: frozenset[str]
    otherwise: frozenset[str]
    led_on: frozenset[str]
    alike: dict[str, list[Alike]]
    whose: dict[str, int] = field(default_factory=dict)
    near: dict[str, list[int]] = field(default_factory=dict)


def _key(one: Told) -> Key | None:
    code, group = one.value("household"), one.home.get("group_name") or ""
    if len(code) >= CODE_LEAST and (len(code) < NUMBER_LEAST or not personal_numbers(code)):
        return "code", code
    # a village's own number; or the head's ID number, which is nobody's household number here
    if code:
        return "own", one.area_id, group, code
    return ("head", one.area_id, group, name_key(one.head)) if one.head else None


def homes_gathered(told: Iterable[Told]) -> list[Home]:
    """Gather sound rows into households; a row that names none has its fault."""
    homes: dict[Key, Home] = {}
    for one in told:
        if len(one.value("household")) > CODE_MOST:
            one.refuse(
                "household",
                _("A household number has at most %(most)s signs.") % {"most": CODE_MOST},
                _("Shorten it, or leave it empty."),
            )
        if one.faults:
            continue
        key = _key(one)
        if key is None:
            _unsaid([one])
        else:
            homes.setdefault(key, Home(key)).told.append(one)
    for at, home in enumerate(homes.values()):
        for one in home.told:
            one.gathered = at
        _one_head(home)
    return list(homes.values())


def _unsaid(told: Iterable[Told]) -> None:
    for one in told:
        one.refuse(
            "household", _("It isn't said to which household this person belongs."),
            _("Write the household's number, or its head's name, into each of its rows."),
        )  # fmt: skip


def _one_head(home: Home) -> None:
    """Refuse rows that two heads of one name would share: only a number tells whose people they are."""
    heads = {(one.digest, one.birth_date) for one in home.told if one.is_head}
    if home.key[0] != "head" or len(heads) <= 1:
        return
    for one in home.told:
        one.refuse(
            "household",
            _("Several heads of this name live in this group."),
            _("Write the household's number into each of its rows."),
        )


def _everybody() -> QuerySet[Customer]:
    return Customer.objects.filter(merged_into=None).order_by("pk")


def _by_digest(people: QuerySet[Customer], digests: Collection[str], home: str = "") -> dict[str, Lives]:
    """Return where each lives who has one of these numbers, wherever he is; `home` leads to whose household is asked."""
    found: dict[str, Lives] = {}
    for some in portions(digests):
        rows = people.filter(id_digest__in=some).order_by()
        where = (f"{home}household_id", f"{home}household__grid_id", f"{home}household__code")
        columns = ("id_digest", *where, "pinyin", f"{home}id")
        found |= {digest: Lives(*where) for digest, *where in rows.values_list(*columns)}
    return found


def _by_code(homes: Sequence[Home], ground: Ground) -> dict[str, tuple[int, int]]:
    """Return the household and the grid of each number that is used in the bank.

    What another bank of the database has called so is nobody's business: here the number only gathers rows.
    """
    found: dict[str, tuple[int, int]] = {}
    elsewhere: set[str] = set()
    for some in portions({home.code for home in homes if home.code}):
        rows = Household.objects.filter(code__in=some).order_by()
        for code, pk, grid, path in rows.values_list("code", "pk", "grid_id", "grid__path"):
            if bank_in(path) == ground.bank_id:
                found[code] = pk, grid
            else:
                elsewhere.add(code)
    for home in homes:
        if home.code in elsewhere:
            first = home.told[0]
            home.key = ("own", first.area_id, first.home.get("group_name") or "", home.code)
    return found


def _by_head(homes: Sequence[Home], ground: Ground) -> dict[Key, int]:
    """Return the households of which village, group and the head's name are the same, where it is one."""
    wanted = {
        home.key: name_key(home.head_told) for home in homes if home.key[1] is not None and home.head_told
    }
    names = frozenset[str]().union(*(spellings(home.head_told) for home in homes if home.key in wanted))
    areas = {key[1] for key in wanted}
    found: dict[Key, list[int]] = defaultdict(list)
    for some in portions(names):
        rows = Household.objects.filter(
            area_id__in=areas, head_name__in=some, grid_id__in=ground.grids
        ).order_by("pk")
        for pk, area, group, name in rows.values_list("pk", "area_id", "group_name", "head_name"):
            found[area, group, name_key(name)].append(pk)
    alone = {key: found.get((key[1], key[2], name), ()) for key, name in wanted.items()}
    return {key: keys[0] for key, keys in alone.items() if len(keys) == 1}


def homes_find(ground: Ground, homes: list[Home], *, hold: bool, is_counted: bool = False) -> Found:
    """Find the households and the people who are here already; held, nobody changes them meanwhile.

    What lies in no grid that he may write in is found as being elsewhere, and nothing of it is read. Who is alike is
    found by the day of birth; for whom every answer is counted, of every age, and numbers only under names that sound as
    they stand.
    """
    with waive_scope(
        "one archive for one person in the whole bank; of one elsewhere only that it exists is told"
    ):
        return _find(ground, homes, hold=hold, is_counted=is_counted)


def _find(ground: Ground, homes: list[Home], *, hold: bool, is_counted: bool) -> Found:
    told = {one.digest: one for home in homes for one in home.told if one.digest}
    sounds = {digest: spell(one.name)[0] for digest, one in told.items()} if is_counted else {}
    by_digest = _by_digest(Customer.objects.all(), told.keys())
    by_code = _by_code(homes, ground)
    reached = {digest for digest, lives in by_digest.items() if lives.grid_id in ground.grids}
    otherwise = {digest for digest in reached if is_counted and sounds[digest] != by_digest[digest].pinyin}
    near = {digest: by_digest[digest] for digest in by_digest if digest in reached - otherwise}
    merged = _by_digest(Customer.merged(), told.keys(), "merged_into__")
    led_on = {
        digest for digest, lives in merged.items()
        if hold or (lives.grid_id in ground.grids and (not is_counted or sounds[digest] == lives.pinyin))
    }  # fmt: skip
    by_head = _by_head([home for home in homes if not home.code], ground)
    chosen: dict[int, Home] = {}
    kept: list[Home] = []
    for home in homes:
        pk = _choose(home, by_code, by_head, near, ground)
        for row in home.told:
            row.is_placed = home.code in by_code or home.key in by_head
        # two numbers of the file for one household here: it is one
        if pk is not None and pk in chosen:
            chosen[pk].told += home.told
            continue
        if pk is not None:
            chosen[pk] = home
        kept.append(home)
        if pk is None and hold and home.key[0] == "own" and not home.head_told:
            _unsaid(home.told)
    for home in kept:
        home.told.sort(key=lambda one: one.place)
    wanted = {*chosen, *(lives.household_id for lives in near.values())}
    if hold and wanted:
        households_hold(wanted)
    people = _load(chosen, wanted, hold=hold)
    strangers = [
        one
        for home in kept
        for one in home.told
        if one.digest not in by_digest and one.birth_date is not None
    ]
    unknown = [one for home in kept for one in home.told if one.digest not in near]
    alike = _alike(ground, strangers, numbered=True, by_age=is_counted)
    alike += _alike(ground, strangers, numbered=False, by_age=is_counted)
    by_name: dict[str, list[Alike]] = defaultdict(list)
    for one in alike:
        by_name[one.name_key].append(one)
    return Found(
        kept,
        {
            person.id_digest: person
            for person in people
            if person.id_digest and person.id_digest not in otherwise
        },
        frozenset(by_digest.keys() - reached),
        frozenset(otherwise),
        frozenset(led_on),
        by_name,
        {digest: by_digest[digest].customer_id for digest in reached}
        | {digest: merged[digest].customer_id for digest in led_on if merged[digest].grid_id in ground.grids},
        people_near(ground, unknown, timezone.localdate()) if is_counted else {},
    )


def _alike(ground: Ground, told: Iterable[Told], *, numbered: bool, by_age: bool) -> list[Alike]:
    """Return who is called as somebody whom no number finds, and was born on the same day, or on any.

    Of two who have numbers the numbers say that they are two: whoever has one is compared with those who have none.
    """
    wanted = [one for one in told if (one.digest is not None) == numbered]
    # in a county that has everybody's number nobody is looked for
    if numbered and not Customer.objects.filter(id_digest=None).exists():
        return []
    born = Q(birth_date__isnull=False) if by_age else Q(birth_date__in={one.birth_date for one in wanted})
    found: list[Alike] = []
    for some in portions({one.key for one in wanted}):
        rows = Customer.objects.filter(born, Q(id_digest=None) if numbered else Q(), name_key__in=some)
        rows = rows.filter(household__grid_id__in=ground.grids, died_on=None, merged_into=None).order_by("pk")
        found += map(
            Alike._make, rows.values_list(*Alike._fields[:-2], "household__area_id", "household__code")
        )
    return found


def _choose(
    home: Home,
    by_code: dict[str, tuple[int, int]],
    by_head: dict[Key, int],
    near: dict[str, Lives],
    ground: Ground,
) -> int | None:
    """Return which household here is meant: by its number, by its head, else by who of its people is here."""
    if home.code in by_code:
        pk, grid = by_code[home.code]
        if grid in ground.grids:
            return pk
        for one in home.told:
            one.refuse(
                "household",
                _("This household number is used elsewhere."),
                _("Leave it empty: a number is given."),
            )
        return None
    if home.key in by_head:
        return by_head[home.key]
    # the head says most of where a household is
    counted = Counter[int]()
    for one in home.told:
        lives = near.get(one.digest) if one.digest else None
        # a number that a file gave is another household's, one that was drawn here may be this one's
        if lives is not None and (not home.code or DRAWN.fullmatch(lives.code)):
            counted[lives.household_id] += 1 + 100 * one.is_head
    return counted.most_common(1)[0][0] if counted else None


def _load(chosen: dict[int, Home], wanted: Collection[int], *, hold: bool) -> list[Customer]:
    """Read the households and their people; guardians and wards know one another without asking again."""
    everybody: list[Customer] = []
    households: dict[int, Household] = {}
    for some in portions(wanted):
        households |= {home.pk: home for home in Household.objects.filter(pk__in=some).order_by("pk")}
        rows = _everybody().filter(household_id__in=some)
        everybody += locked(rows) if hold else rows
    by_key = {person.pk: person for person in everybody}
    for person in everybody:
        person.household = households[person.household_id]
        if person.guardian_id in by_key:
            person.guardian = by_key[person.guardian_id]
        if person.household_id in chosen:
            chosen[person.household_id].people.append(person)
    for pk, home in chosen.items():
        home.household = households[pk]
    return everybody
