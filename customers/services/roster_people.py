"""What becomes of each row of a household: a new person, a changed one, or none, with the reason."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.enums import IdType, Relation
from customers.matching import Known, likeliest
from customers.models import Customer, Household
from customers.personal import searchable
from customers.pii import new_salt, phone_digests
from customers.pinyin import spell
from customers.services import identities
from customers.services.people import check_minor
from customers.services.roster_carers import carer
from customers.services.roster_guesses import called_so, guessed_of, is_guess, tells_another
from customers.services.roster_homes import Found, Home
from customers.services.roster_rows import Told
from exchange.sheets import IN, Fate, Fault
from gridbank.days import GUARDED_AGE, age_on
from gridbank.errors import Refused

EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass
class Verdict:
    """What becomes of a row."""

    fate: Fate
    faults: tuple[Fault, ...] = ()
    person: Customer | None = None
    home: Home | None = None
    before: dict[str, Any] = field(default_factory=dict)
    before_home: dict[str, Any] = field(default_factory=dict)
    # that it tells of what stands here, of `whose`, or that it doesn't: whoever may guess numbers by it has so many a day
    is_miss: bool = False
    whose: int | None = None

    @property
    def goes_in(self) -> bool:
        return self.fate in {Fate.NEW, Fate.CHANGED}


def refused(one: Told) -> Verdict:
    """Return the verdict of a row with faults."""
    return Verdict(Fate.WRONG, tuple(one.faults))


def _wrong(column: str, sentence: Any, remedy: Any = "", fate: Fate = Fate.WRONG) -> Verdict:
    return Verdict(fate, (Fault(column, str(sentence), str(remedy)),))


@dataclass
class Desk:
    """What all rows of a chunk are judged by."""

    actor: Any
    found: Found
    today: date
    as_of: date
    template: Customer
    is_rehearsal: bool = False
    # whether what it tells counts: then who is alike is told by the ages that pages show, never by the day of birth
    is_counted: bool = False
    by_row: dict[int, Verdict] = field(default_factory=dict)
    digests: dict[str, Told] = field(default_factory=dict)


def home_judged(desk: Desk, home: Home) -> None:
    """Judge the rows of a household, its head first; guardians are found once everybody is known."""
    names: dict[tuple[str, date | None], Told] = {}
    guesses = {one.place for one in home.told if is_guess(desk.found, home, one)}
    in_doubt = False
    for one in sorted(home.told, key=lambda one: (not one.is_head, one.place)):
        twice = None if one.faults else _twice(desk, names, one)
        verdict = refused(one) if one.faults else twice or _judged(desk, home, one)
        is_miss = verdict.is_miss or (twice is None and one.place in guesses)
        # found by the head's name alone, and he is somebody else: so are his people
        if in_doubt and verdict.fate != Fate.WRONG and not one.row.taken:
            verdict = _wrong(
                "household", _("Whether this is the household here is in doubt: its head stands otherwise."),
                _("Write the household's number, or take the row."), Fate.DOUBTFUL,
            )  # fmt: skip
        in_doubt = in_doubt or (home.key[0] != "code" and one.is_head and verdict.fate == Fate.DOUBTFUL)
        verdict.home, verdict.is_miss = home, is_miss
        verdict.whose = verdict.whose or guessed_of(desk.found, home, one)
        desk.by_row[one.place] = verdict
        if verdict.goes_in and verdict.person is not None:
            home.taken[one.place] = verdict.person
    for one in home.told:
        if desk.by_row[one.place].goes_in:
            _guard(desk, home, one)


def _twice(desk: Desk, names: dict[tuple[str, date | None], Told], one: Told) -> Verdict | None:
    first = (
        desk.digests.setdefault(one.digest, one)
        if one.digest
        else names.setdefault((one.key, one.birth_date), one)
    )
    if first is one:
        return None
    if first.row.values == one.row.values:
        return Verdict(Fate.UNCHANGED)
    message = _("This person stands in row %(row)s as well, and not the same is said there.")
    return _wrong("name", message % {"row": first.row.number}, _("Leave one of the two rows."))


def _judged(desk: Desk, home: Home, one: Told) -> Verdict:
    if (stands := _stands_elsewhere(desk, one)) is not None:
        return stands
    known = desk.found.people.get(one.digest) if one.digest else None
    if known is not None:
        if home.household is None or known.household_id != home.household.pk:
            message = _("This person lives in another household here: %(code)s.")
            remedy = _("If he moved, let him move on his page; if not, put the household right.")
            return _wrong("id_number", message % {"code": known.household.code}, remedy)
        return _changed(desk, home, one, known)
    same = [
        person
        for person in home.people
        if person.died_on is None and called_so(person, one) and person not in home.taken.values()
    ]
    if len(same) == 1:
        return _named(desk, home, one, same[0])
    twin = None if one.row.taken else _twin(desk, home, one)
    if len(same) > 1 and not one.row.taken:
        return _wrong(
            "name",
            _("Several people of this household are called so."),
            _("Write the ID number."),
            Fate.DOUBTFUL,
        )
    return twin or (None if one.row.taken else _elsewhere_too(desk, home, one)) or _new(desk, home, one)


def _stands_elsewhere(desk: Desk, one: Told) -> Verdict | None:
    """Return that a number is somebody's of whom the row may not tell; what would become of it tells nothing of that."""
    found = None
    if one.digest in desk.found.led_on:
        found = _wrong(
            "id_number",
            _("The archive of this number was put together with another one."),
            _("Write the number that stands in the archive that stayed, or take the two apart again."),
        )
    elif desk.is_rehearsal:
        return None
    elif one.digest in desk.found.otherwise:
        found = _wrong(
            "id_number",
            _("This number stands here under another name."),
            _(
                "Compare with the ID card, and put the name right on his page; or let head office bring the file."
            ),
        )
    elif one.digest in desk.found.elsewhere:
        found = _wrong("id_number", _("This person has an archive in another branch. Ask for a transfer."))
    if found is not None:
        found.is_miss = True
    return found


def _elsewhere_too(desk: Desk, home: Home, one: Told) -> Verdict | None:
    """Return that a new person looks like somebody of another household."""
    here = home.household.pk if home.household is not None else None
    others = [other for other in desk.found.alike.get(one.key, ()) if other.household_id != here]
    if not others:
        return None
    # of whom answers are counted, the phone isn't compared: a file of phones under one name would find whose one is
    phone = phone_digests(one.person["phone"])[0] if one.person.get("phone") and not desk.is_counted else ""
    born, age = _born(desk, one.birth_date)
    mine = Known(one.name, born, one.person.get("gender", ""), one.digest, phone, None, one.area_id, age)
    there = []
    for at, other in enumerate(others):
        born, age = _born(desk, other.birth_date)
        of = Known(
            other.name, born, other.gender, other.id_digest, other.phone_digest, None, other.village, age
        )
        # by chance a branch has somebody of the same name and age: beside it the village says so
        if not desk.is_counted or (age == mine.age and one.area_id == of.village):
            there.append((at, of))
    found = likeliest(mine, there)
    if found is None:
        return None
    message = _("This looks like %(name)s of household %(code)s: %(reasons)s.")
    words = {"name": one.name, "code": others[found[0]].code, "reasons": found[1].in_words()}
    verdict = _wrong(
        "name",
        message % words,
        _("If it is the same person, write that household's number; if not, take the row."),
        Fate.DOUBTFUL,
    )
    verdict.is_miss, verdict.whose = True, others[found[0]].pk
    return verdict


def _named(desk: Desk, home: Home, one: Told, person: Customer) -> Verdict:
    """Judge a row whose person is known by his name in the household: what stands of who he is mustn't be another."""
    told = one.person
    others = [
        name for name in ("birth_date", "gender", "id_number")
        if told.get(name) and getattr(person, name) and getattr(person, name) != told[name]
    ]  # fmt: skip
    if not others or (person.id_type == IdType.RESIDENT_15 and person.id_digest == one.digest):
        return _changed(desk, home, one, person)
    if one.row.taken:
        return _new(desk, home, one) if one.digest and person.id_digest else _changed(desk, home, one, person)
    message = _("Somebody of this name lives in the household, and something else stands of who he is.")
    remedy = _(
        "Compare with the ID card. Taken, the row opens a second archive where both have an ID number."
    )
    return replace(_wrong(others[0], message, remedy, Fate.DOUBTFUL), is_miss=True, whose=person.pk)


def _born(desk: Desk, born: date | None) -> tuple[date | None, int | None]:
    """Return what of somebody's birth is compared: the day, or the age."""
    return (None, age_on(born, desk.today)) if desk.is_counted else (born, None)


def _known(desk: Desk, person: Customer) -> Known:
    born, age = _born(desk, person.birth_date)
    return Known(person.name, born, person.gender, person.id_digest, person.phone_digest, 0, age=age)


def _twin(desk: Desk, home: Home, one: Told) -> Verdict | None:
    """Return that a new person looks like somebody of the household who isn't told of in the file."""
    apart = [*home.taken.values(), *(one for one in home.people if one.id_digest in desk.found.otherwise)]
    left = [person for person in home.people if person not in apart and person.died_on is None]
    if not left:
        return None
    born, age = _born(desk, one.birth_date)
    mine = Known(one.name, born, one.person.get("gender", ""), one.digest, "", 0, age=age)
    found = likeliest(mine, ((at, _known(desk, person)) for at, person in enumerate(left)))
    if found is None:
        return None
    # nobody is named whom the row doesn't name: what a file says of people leaves no reading
    message = _("This looks like somebody who lives there: %(reasons)s.")
    verdict = _wrong(
        "name",
        message % {"reasons": found[1].in_words()},
        _("If it is the same person, put the name right; if not, take the row."),
        Fate.DOUBTFUL,
    )
    verdict.is_miss, verdict.whose = True, left[found[0]].pk
    return verdict


Row = TypeVar("Row", Customer, Household)


def fresh(template: Row) -> Row:
    """Return a new row as the template is: every default is worked out once."""
    made = type(template).__new__(type(template))
    made.__dict__.update(template.__dict__)
    made._state = copy(template._state)
    made._state.fields_cache = {}
    return made


def _new(desk: Desk, home: Home, one: Told) -> Verdict:
    if one.is_head and home.head() is not None:
        return _wrong(
            "relation",
            _("The household has a head already."),
            _("Write how this person is related to the head."),
        )
    person = fresh(desk.template)
    person.salt = new_salt()
    person.household_id = home.household.pk if home.household is not None else None  # type: ignore[assignment]
    _apply(person, one, one.person)
    return Verdict(Fate.NEW, person=person)


def _apply(person: Customer, one: Told, values: Mapping[str, Any]) -> None:
    """Set what a row says of a person, and what follows from it."""
    for name, value in values.items():
        setattr(person, name, value)
    if "id_number" in values:
        person.id_digest = one.digest
    if "name" in values:
        person.pinyin, person.initials = spell(person.name)
    for column in searchable(Customer):
        if column.name in values:
            column.index(person)


def _differences(one: Told, person: Customer) -> dict[str, Any]:
    """Return what the row says otherwise. Of two forms of one number the one that stands stays."""
    told = dict(one.person)
    if one.digest is not None and one.digest == person.id_digest:
        del told["id_number"], told["id_type"]
    return {name: value for name, value in told.items() if getattr(person, name) != value}


def _changed(desk: Desk, home: Home, one: Told, person: Customer) -> Verdict:
    """Judge a row that means somebody, whichever way he was found: a number beside his own is a guess."""
    is_guessed = tells_another(person, one)
    return replace(_put_right(desk, home, one, person), is_miss=is_guessed, whose=person.pk)


def _put_right(desk: Desk, home: Home, one: Told, person: Customer) -> Verdict:
    wanted = _differences(one, person)
    if not wanted:
        return Verdict(Fate.UNCHANGED, person=person)
    against = _kept(person) or _is_somebody_else(desk, person, wanted) or _headship(home, one, person, wanted)
    if against is not None:
        return against
    if timezone.localdate(person.updated_at) > desk.as_of and not one.row.taken:
        return _wrong(
            next(iter(wanted)), _("This was changed here after the day of the file."),
            _("Take the row if the file is right; leave it if what stands here is."), Fate.WAITING,
        )  # fmt: skip
    before = {name: getattr(person, name) for name in wanted}
    before |= {"id_digest": person.id_digest} if "id_number" in wanted else {}
    _apply(person, one, wanted)
    return Verdict(Fate.CHANGED, person=person, before=before)


def _kept(person: Customer) -> Verdict | None:
    """Refuse to change who has died, or whose data are only kept."""
    if person.died_on is not None:
        return _wrong(
            "name", _("This person has died."), _("Leave the row out, or take the death back on the page.")
        )
    if person.restricted_at is not None:
        return _wrong("name", _("Processing of this person's data is restricted. The branch can lift that."))
    return None


def _is_somebody_else(desk: Desk, person: Customer, wanted: Mapping[str, Any]) -> Verdict | None:
    """Refuse to make somebody else of whom something counts, and to do it in nobody's name."""
    if desk.actor is None and (columns := wanted.keys() & {"birth_date", "id_number"}):
        return _wrong(
            min(columns),
            _("Who somebody is, is changed by a person."),
            _("Bring the file in somebody's name."),
        )
    counts = person.customer_since is not None or person.app_verified_on is not None
    if counts and (columns := wanted.keys() & identities.WHO):
        return _wrong(
            max(columns), _("An account or the app of this person counts already: his name and number aren't changed by a file."),
            _("Change them on his page; what was confirmed is confirmed again."),
        )  # fmt: skip
    return None


def _headship(home: Home, one: Told, person: Customer, wanted: Mapping[str, Any]) -> Verdict | None:
    head = home.head()
    if "relation" in wanted and head is not None and (one.is_head or person.relation == Relation.HEAD):
        return _wrong(
            "relation",
            _("The household has a head already."),
            _("Who is head is changed on the household's page."),
        )
    return None


def _guard(desk: Desk, home: Home, one: Told) -> None:
    """Give a child its guardian, and hold what is asked for children."""
    verdict = desk.by_row[one.place]
    person = verdict.person
    if person is None:
        return
    told, age = one.value("guardian"), person.age_on(desk.today)
    if told or (age is not None and age < GUARDED_AGE and person.guardian_id is None):
        found = carer(home, person, told, desk.today)
        # the head may stand in a chunk that isn't stored yet
        if found is None and desk.is_rehearsal and not told and home.head() is None:
            return
        if found is None:
            sentence = _("A child under 14 needs a guardian from the same household.")
            remedy = _("Write the name of an adult of the household, and his date of birth or ID number.")
            _drop(desk, home, one, _wrong("guardian", sentence, remedy))
            return
        if found.pk is None or person.guardian_id != found.pk:
            verdict.before |= {"guardian": person.guardian_id} if verdict.before else {}
            person.guardian = found
    try:
        check_minor(person, desk.today)
    except Refused as error:
        _drop(desk, home, one, _wrong(error.field or "", error.message))


def wards_kept(desk: Desk, home: Home) -> None:
    """Let nobody in whose guardian doesn't go in."""
    orphans = home.told
    while orphans:
        goes = {id(person) for person in home.taken.values()}
        orphans = [
            one for one in home.told
            if (person := home.taken.get(one.place)) is not None
            and (warden := person._state.fields_cache.get("guardian")) is not None
            and warden._state.adding and id(warden) not in goes
        ]  # fmt: skip
        for one in orphans:
            sentence = _("A child under 14 needs a guardian from the same household.")
            _drop(desk, home, one, _wrong("guardian", sentence, _("Put the guardian's row right first.")))


def _drop(desk: Desk, home: Home, one: Told, instead: Verdict) -> None:
    """Take a row out again that looked well at first; a person who is here already stays as he was."""
    verdict = desk.by_row[one.place]
    person = home.taken.pop(one.place, None)
    if person is not None and not person._state.adding:
        for name, value in verdict.before.items():
            setattr(person, "guardian_id" if name == "guardian" else name, value)
        person.pinyin, person.initials = spell(person.name)
        for field_ in searchable(Customer):
            field_.index(person)
    instead.home, instead.is_miss, instead.whose = home, verdict.is_miss, verdict.whose
    desk.by_row[one.place] = instead


def home_judged_too(desk: Desk, home: Home, household: Household) -> None:
    """Let the rows that go in say what they know of the household: its head's puts right, the others' fill up."""
    for one in sorted(home.told, key=lambda one: (not one.is_head, one.place)):
        verdict = desk.by_row[one.place]
        if verdict.fate not in IN:
            continue
        told = one.home | ({"area_id": one.area_id} if one.area_id is not None else {})
        wanted = {
            name: value for name, value in told.items()
            if (stood := getattr(household, name)) != value and (one.is_head or stood in EMPTY)
        }  # fmt: skip
        if not wanted:
            continue
        if (
            not household._state.adding
            and timezone.localdate(household.updated_at) > desk.as_of
            and not one.row.taken
        ):
            if one.is_head:
                sentence = _("The household was changed here after the day of the file.")
                remedy = _("Take the row if the file is right; leave it if what stands here is.")
                column = "village" if "area_id" in wanted else next(iter(wanted))
                _drop(desk, home, one, _wrong(column, sentence, remedy, Fate.WAITING))
            continue
        verdict.before_home = {name: getattr(household, name) for name in wanted}
        verdict.home = home
        if verdict.fate == Fate.UNCHANGED:
            verdict.fate = Fate.CHANGED
        for name, value in wanted.items():
            setattr(household, name, value)
