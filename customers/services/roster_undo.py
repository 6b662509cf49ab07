"""A roster taken back: rows as they were before it, unless somebody worked on them since; then it is said on what."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import merging, selectors
from customers.actions import Action
from customers.enums import Relation
from customers.models import CompleteSpan, Customer, Death, Household, Likeness
from customers.personal import searchable
from customers.pinyin import spell
from customers.services import measuring
from customers.services.attribution import households_hold
from customers.services.identities import identities_keep
from customers.services.roster import HOME_COLUMNS, HOUSEHOLD, PERSON, PERSON_COLUMNS, told_of
from customers.services.roster_places import ground_of
from customers.services.roster_rows import plain
from exchange.sheets import Fate, Source, Stored, Undone
from gridbank.days import month_last, month_write
from gridbank.loading import rows_update
from gridbank.lookups import portions
from gridbank.scoping import waive_scope
from gridbank.turns import locked, take_turn

Keys = Mapping[str, Any]
NAMED = 3


@dataclass
class Desk:
    """The rows of a chunk as they are now, and what is done with them."""

    homes: dict[int, Household]
    people: dict[int, Customer]
    allowed: frozenset[int]
    used: dict[str, dict[int, str]] = field(default_factory=dict)
    put_back: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    gone_homes: set[int] = field(default_factory=set)
    homes_back: set[int] = field(default_factory=set)


def roster_undo(source: Source, stored: Sequence[Stored]) -> list[Undone]:
    """Put rows back, the last one of the file first, in the caller's transaction. One audit row."""
    take_turn(f"roster {source.bank_id}")
    subjects = [_subject(one) for one in stored]
    ground = ground_of(source, set(), hold=True)
    desk = _held(subjects, frozenset(ground.grids))
    _used(desk, stored, subjects)
    found = [_undone(desk, one, keys) for one, keys in zip(stored, subjects, strict=True)]
    _write(desk, source)
    kept = sum(bool(one.kept) for one in found)
    changes = {
        "batch": source.batch, "removed": len(desk.gone), "put_back": len(desk.put_back), "households": len(desk.gone_homes),
        "kept": kept,
    }  # fmt: skip
    record(actor=source.actor, action=Action.ROSTER_UNDONE, changes=changes)
    return found


def _subject(one: Stored) -> dict[str, int]:
    return {name: int(key) for name, key in (part.split(":") for part in one.subject.split())}


def _held(subjects: Sequence[Mapping[str, int]], allowed: frozenset[int]) -> Desk:
    people = {keys[PERSON] for keys in subjects if PERSON in keys}
    homes = {keys[HOUSEHOLD] for keys in subjects if HOUSEHOLD in keys}
    desk = Desk({}, {}, allowed)
    with waive_scope("what a batch wrote is put back; each row's grid is asked for"):
        for some in portions(people):
            homes.update(Customer.objects.filter(pk__in=some).values_list("household_id", flat=True))
        households_hold(homes)
        for some in portions(homes):
            desk.homes |= {home.pk: home for home in Household.objects.filter(pk__in=some)}
            rows = locked(Customer.objects.filter(household_id__in=some).order_by("pk"))
            desk.people |= {person.pk: person for person in rows}
    return desk


def _used(desk: Desk, stored: Sequence[Stored], subjects: Sequence[Mapping[str, int]]) -> None:
    """Find what refers to the rows that would go: whoever wrote it worked on them."""
    new = [keys for one, keys in zip(stored, subjects, strict=True) if one.fate == Fate.NEW]
    people = {keys[PERSON] for keys in new if PERSON in keys}
    homes = {keys[HOUSEHOLD] for keys in new if HOUSEHOLD in keys}
    desk.used = {PERSON: _referred(Customer, people), HOUSEHOLD: _referred(Household, homes)}


# what a night finds of people is nobody's work: it goes along with them
_FOUND_AT_NIGHT: dict[type[models.Model], Q] = {Likeness: Q(denied_at=None)}


def _words() -> dict[type[models.Model], str]:
    """Return how a page calls the rows that hang on people, by their model."""
    words: dict[type[models.Model], str] = {Likeness: _("Possible duplicates"), Death: _("Deaths")}
    return words | {one.rows().model: str(one.label) for one in merging.followers()}


def _referred(model: type[models.Model], keys: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    words = _words()
    for relation in model._meta.related_objects:
        # people of a household, and wards, are looked at one by one
        if relation.related_model is Customer:
            continue
        name = relation.field.name
        every: models.QuerySet[Any] = models.QuerySet(relation.related_model)
        rows = every.exclude(_FOUND_AT_NIGHT.get(relation.related_model, Q(pk__in=())))
        for some in portions(keys):
            for key in (
                rows.filter(**{f"{name}__in": some})
                .order_by()
                .values_list(f"{name}_id", flat=True)
                .distinct()
            ):
                found.setdefault(key, words.get(relation.related_model) or _("a later change"))
    return found


def _undone(desk: Desk, one: Stored, keys: Mapping[str, int]) -> Undone:
    person, home = desk.people.get(keys.get(PERSON, 0)), desk.homes.get(keys.get(HOUSEHOLD, 0))
    where = home or (desk.homes[person.household_id] if person is not None else None)
    if where is not None and where.grid_id not in desk.allowed:
        return Undone(_("The household isn't in your grids any more."))
    kept = ""
    if PERSON in keys and person is not None:
        kept = (
            _removed(desk, person, one.after["person"])
            if one.fate == Fate.NEW
            else _back(desk, person, one, "person")
        )
    if kept or HOUSEHOLD not in keys or home is None:
        return Undone(kept)
    if "home" in one.before:
        return Undone(_back(desk, home, one, "home"))
    return Undone(_home_removed(desk, home, one.after["home"]))


def _different(now: Keys, then: Keys, model: type[models.Model]) -> str:
    """Say which fields aren't what the batch wrote; empty when all are."""
    names = [name for name in sorted(now.keys() | then.keys()) if now.get(name) != then.get(name)]
    labels = [str(model._meta.get_field(name.removesuffix("_id")).verbose_name) for name in names[:NAMED]]  # type: ignore[union-attr]
    return str(_(", ")).join(labels)


def _removed(desk: Desk, person: Customer, wrote: Keys) -> str:
    """Take out a person whom the batch brought; else return what was done with him since."""
    if (what := desk.used[PERSON].get(person.pk)) is not None:
        return _("There is something of this person here since: %(what)s.") % {"what": what}
    if what := _different(told_of(person), wrote, Customer):
        return _("This person was changed since: %(what)s.") % {"what": what}
    # whose isn't said: what a file says of people leaves no reading
    if any(one.guardian_id == person.pk and one.pk not in desk.gone for one in desk.people.values()):
        return _("This person is somebody's guardian.")
    if person.died_on is not None or person.restricted_at is not None or person.customer_since is not None:
        return _("This person was changed since: %(what)s.") % {"what": _("account, death or restriction")}
    if kept := _counted(person):
        return kept
    desk.gone.add(person.pk)
    desk.homes_back.add(person.household_id)
    return ""


def _counted(row: Customer | Household) -> str:
    """Say why who was here at the end of a month isn't as if he had never been: that month counts him."""
    since = timezone.localdate(row.created_at)
    if month_last(since) >= timezone.localdate():
        return ""
    message = _(
        "Counted since %(month)s, which is over: say who died or moved, nobody takes out who was counted."
    )
    return message % {"month": month_write(since)}


def _home_removed(desk: Desk, home: Household, wrote: Keys) -> str:
    """Take out a household that the batch brought, unless somebody lives there still."""
    left = [one for one in desk.people.values() if one.household_id == home.pk and one.pk not in desk.gone]
    if left:
        return ""
    now, then = (
        {name: value for name, value in kept.items() if name != "head_name"}
        for kept in (told_of(home), wrote)
    )
    what = desk.used[HOUSEHOLD].get(home.pk) or _different(now, then, Household)
    if what:
        return _("The household was worked on since: %(what)s.") % {"what": what}
    if kept := _counted(home):
        return kept
    desk.gone_homes.add(home.pk)
    return ""


def _back(desk: Desk, row: Any, one: Stored, part: str) -> str:
    """Put fields back that stand as the batch left them; else return which don't."""
    before, after = one.before[part], one.after[part]
    columns = {name: "guardian_id" if name == "guardian" else name for name in before}
    now = plain({name: getattr(row, columns[name]) for name in after})
    if what := _different(now, after, type(row)):
        return _("This was changed again since: %(what)s.") % {"what": what}
    desk.put_back.setdefault(
        id(row), (row, (getattr(row, "birth_date", None), getattr(row, "id_digest", None)))
    )
    for name, value in before.items():
        field_ = type(row)._meta.get_field(
            columns[name].removesuffix("_id") if columns[name].endswith("_id") else name
        )
        setattr(row, columns[name], value if field_.is_relation else field_.to_python(value))
    if isinstance(row, Customer):
        row.pinyin, row.initials = spell(row.name)
        for column in searchable(Customer):
            column.index(row)
    desk.homes_back.add(row.household_id if isinstance(row, Customer) else row.pk)
    return ""


def _write(desk: Desk, source: Source) -> None:
    now = timezone.now()
    living: dict[int, list[Customer]] = defaultdict(list)
    for person in desk.people.values():
        if person.pk not in desk.gone:
            living[person.household_id].append(person)
    people = [
        (row, was)
        for row, was in desk.put_back.values()
        if isinstance(row, Customer) and row.pk not in desk.gone
    ]
    homes = [
        desk.homes[pk] for pk in sorted(desk.homes_back | _changed_homes(desk)) if pk not in desk.gone_homes
    ]
    spans: list[CompleteSpan] = []
    for home in homes:
        spans += _remeasured(home, living[home.pk], source)
    changed: list[Any] = [*(person for person, _was in people), *homes]
    for row in changed:
        row.version += 1
        row.updated_at = now
    rows_update(sorted((person for person, _was in people), key=lambda person: person.pk), PERSON_COLUMNS)
    rows_update(homes, HOME_COLUMNS)
    who = [(person, *was) for person, was in people if was != (person.birth_date, person.id_digest)]
    if who:
        identities_keep(source.actor, who)
    CompleteSpan.objects.bulk_create(spans)
    for some in portions(desk.gone):
        _take_out(Likeness, Q(one__in=some) | Q(other__in=some), denied_at=None)
        _take_out(Customer, Q(pk__in=some))
    for some in portions(desk.gone_homes):
        _take_out(Household, Q(pk__in=some))


def _take_out(model: type[models.Model], of: Q, **more: Any) -> None:
    rows: models.QuerySet[Any] = models.QuerySet(model).filter(of, **more)
    rows._raw_delete(rows.db)


def _changed_homes(desk: Desk) -> set[int]:
    return {row.pk for row, _was in desk.put_back.values() if isinstance(row, Household)}


def _remeasured(home: Household, people: Sequence[Customer], source: Source) -> list[CompleteSpan]:
    head = next((person for person in people if person.relation == Relation.HEAD), None)
    if head is not None:
        home.head_name = head.name
    since, today = home.complete_since, timezone.localdate()
    values = None if head is None else {name: getattr(head, name) for name in selectors.HEAD_FIELDS}
    measuring.measure(home, values, day=today, by_id=source.actor and source.actor.pk)
    return measuring.ended(home, since, today)
