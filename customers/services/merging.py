"""Two archives of one person become one: what hangs on the one that goes moves to the other, and both are found.

In one transaction, and written down so that it can be taken back while nothing was built on it. Facts of final months
stay as they are.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import joining, merging, policies, selectors
from customers.actions import Action
from customers.enums import Relation
from customers.models import Consent, Customer, Household, PersonMerge
from customers.personal import sealed, searchable
from customers.pii import Unreadable
from customers.pinyin import spell
from customers.services import checks, identities, merged_claims, trail
from customers.services.attribution import households_hold
from customers.services.deaths import head_follow, heir_of
from customers.services.milestones import EVIDENCE, STEP_DAYS
from customers.services.people import PERSON_FIELDS, check_minor
from customers.services.redating import identity_claims
from gridbank.days import ADULT_AGE, month_first
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids import closing
from people.models import User

MERGED = (
    *PERSON_FIELDS, "id_digest", "pinyin", "initials", "restricted_at", "merged_into", *merged_claims.STEP_COLUMNS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody decided of two archives."""

    actor: User
    taken: Collection[str]
    reason: str
    successor: Customer | None


@dataclass(frozen=True, slots=True)
class Both:
    """The archive that stays and the one that goes, their households, and everybody there, held."""

    keep: Customer
    gone: Customer
    homes: dict[int, Household]
    people: dict[int, Customer]

    def of(self, home: int) -> list[Customer]:
        """Return who lives in a household and has no other archive."""
        return [
            one for one in self.people.values() if one.household_id == home and one.merged_into_id is None
        ]


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before: seals of both where an earlier merge rests on them, the days of what moves, final days of any."""

    stood: dict[str, dict[str, str]]
    days: set[date]
    final: frozenset[date]


def columns() -> list[str]:
    """Return the columns that a merge may change, by which both archives are put back."""
    found = [Customer._meta.get_field(name.removesuffix("_id")).attname for name in MERGED]  # type: ignore[union-attr]
    for field in searchable(Customer):
        if field.searchable:
            found += [f"{field.attname}_{suffix}" for suffix in field.searchable.indexes("")]
    return list(dict.fromkeys(found))


@transaction.atomic
def persons_merge(
    *,
    actor: User,
    customer: Customer,
    merged: Customer,
    versions: tuple[int, int],
    taken: Collection[str],
    reason: str,
    successor: Customer | None = None,
) -> PersonMerge:
    """Let one archive go into another: `taken` are the groups of fields (`customers.joining`) that it brings along.

    `versions` are those with which both were looked at. Whoever wants no contact, or is restricted, in one is so from
    now on; of what he reached the earlier day stands, and earns once. Raises Refused, StaleEdit, PermissionDenied.
    """
    first, second = _seen(actor, customer, merged)
    _refuse_same(first, second)
    policies.own_twins(actor, first, second)
    asked = Asked(actor, taken, _reason(reason), successor)
    households_hold({first.household_id, second.household_id})
    # as they are after the wait: somebody may have put them together meanwhile
    first, second = _seen(actor, customer, merged)
    with waive_scope("both were read as the actor; what hangs on them follows, wherever it lies"):
        stood = _stood(first, second)
        days = {day for one in merging.followers() for day in one.days(customer=second.pk)}
        moved = _follow(merging.Turn.BEFORE_MONTHS, second.pk, first.pk)
        final = closing.hold(first.household.grid, [*_days(first, second), *days])
        both = hold(first, second)
        for one, version in zip((both.keep, both.gone), versions, strict=True):
            trail.refuse_stale(one, version)
        _check(both)
        return _merge(asked, both, Before(stood, days, final), moved)


def _seen(actor: User, customer: Customer, merged: Customer) -> tuple[Customer, Customer]:
    rows = selectors.customer_list(actor=actor)
    return visible_or_404(rows, pk=customer.pk), visible_or_404(rows, pk=merged.pk)


def _merge(asked: Asked, both: Both, before: Before, moved: dict[str, Any]) -> PersonMerge:
    actor = asked.actor
    keep, gone, now, final = both.keep, both.gone, timezone.now(), before.final
    kept: dict[str, Any] = {name: said_of(one) for name, one in (("keep", keep), ("gone", gone))}
    kept["homes"], kept["stood"] = sorted(both.homes), before.stood
    kept["from"] = {str(one.pk): one.version for one in both.people.values()}
    kept["final"] = sorted({month_first(day).isoformat() for day in final})
    fields = {name: getattr(keep, name) for name in PERSON_FIELDS}
    was = {one.pk: identities.known(one) for one in (keep, gone)}
    stands = merged_claims.first_of(keep, gone)
    others = _hand_on(both, asked.successor)
    _take(keep, gone, asked.taken)
    told = _reach(keep, gone, stands, final)
    gone.merged_into = keep
    check_minor(keep)
    keep.version, gone.version = keep.version + 1, gone.version + 1
    keep.updated_at = gone.updated_at = now
    # the index on numbers: first the one that gives its number away
    for one in (gone, keep):
        one.save(update_fields=[*columns(), "relation", "guardian", "version", "updated_at"])
    kept["others"] = _save_others(others, now)
    moved |= _follow(merging.Turn.AFTER_PEOPLE, gone.pk, keep.pk)
    kept["ended"] = _last_word(keep, now)
    kept["claims"] = merged_claims.claims_join(merged_claims.claims_held(keep, gone), keep, gone, stands)
    _who_he_is(actor, keep, was, stands)
    moved |= _follow(merging.Turn.AFTER_CLAIMS, gone.pk, keep.pk)
    kept["restriction"] = merged_claims.restriction_copy(keep, gone, now)
    for home in both.homes.values():
        head_follow(home, actor, timezone.localdate())
    kept["moved"], kept["versions"] = moved, [keep.version, gone.version]
    kept["told"] = told_of(keep)
    merge = PersonMerge(customer=keep, merged=gone, kept=json.dumps(kept), made_by=actor, made_at=now)
    merge.app_came = stands.get("app_verified_on") is gone
    merge.account_of_id = _account_of(gone) if stands.get("customer_since") is gone else None
    merge.save()
    for person, said in told:
        days = {day for pair in said.values() for day in pair} & final
        shown = {name: [day and day.isoformat() for day in pair] for name, pair in said.items()}
        closing.tell(closing.Change(actor, person.household.grid, person, days, shown))
    told_with(actor, gone, before.days & final, merged=True)
    changes = {
        "merged": gone.pk, "fields": trail.changed(keep, fields, PERSON_FIELDS), "reason": asked.reason,
        "moved": {key: len(keys) for key, keys in moved.items() if keys}, "version": keep.version,
    }  # fmt: skip
    record(actor=actor, action=Action.CUSTOMER_MERGED, subject=keep, changes=changes)
    return merge


def _stood(*people: Customer) -> dict[str, dict[str, str]]:
    """Return the seals of those into whom others went before: what comes back from here is theirs again."""
    rows = PersonMerge.objects.filter(customer__in=[one.pk for one in people], undone_at=None)
    rested = set(rows.order_by().values_list("customer_id", flat=True))
    return {str(one.pk): told_of(one) for one in people if one.pk in rested}


def told_with(actor: User, gone: Customer, days: Collection[date], *, merged: bool) -> None:
    """List beside final months that what they hold of somebody hangs on another archive now."""
    change = {"merged": [not merged, merged]}
    closing.tell(closing.Change(actor, gone.household.grid, gone, days, change))


def _account_of(gone: Customer) -> int:
    """Return in which archive the account was opened that an archive brings along."""
    rows = PersonMerge.objects.filter(customer=gone, undone_at=None, account_of__isnull=False)
    found = rows.order_by("-pk").values_list("account_of_id", flat=True).first()
    return found or gone.pk


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    return checks.plain_text("reason", reason.strip())


def _refuse_same(keep: Customer, gone: Customer) -> None:
    if keep.pk == gone.pk:
        raise Refused(_("This is one archive."))
    if keep.household.grid.root_id != gone.household.grid.root_id:
        raise Refused(_("Archives of two banks stay two."))


def _days(*people: Customer) -> list[date | None]:
    return [getattr(one, step) for one in people for step in STEP_DAYS]


def hold(keep: Customer, gone: Customer) -> Both:
    """Hold everybody of both households, in order of their keys; the caller has read both and holds the households."""
    homes = {one.pk: one for one in Household.objects.filter(pk__in={keep.household_id, gone.household_id})}
    rows = locked(Customer.objects.filter(household__in=homes).order_by("pk"))
    people = {one.pk: one for one in rows}
    for one in people.values():
        one.household = homes[one.household_id]
    if not {keep.pk, gone.pk} <= people.keys():
        raise Refused(_("One of them lives elsewhere by now. Look at both again."))
    return Both(people[keep.pk], people[gone.pk], homes, people)


def _check(both: Both) -> None:
    keep, gone = both.keep, both.gone
    if keep.merged_into_id or gone.merged_into_id:
        raise Refused(_("One of them was put together with another archive meanwhile."))
    if any(
        isinstance(getattr(one, field.name), Unreadable) for one in (keep, gone) for field in sealed(Customer)
    ):
        raise Refused(_("A number of one of them does not open: nothing could be put back."))
    if keep.died_on != gone.died_on:
        raise Refused(
            _("One of them has died, by the archive, or on another day. Put that right in the other first.")
        )
    if gone.pk == keep.guardian_id or keep.pk == gone.guardian_id:
        raise Refused(_("One of them is the guardian of the other: they are two people."))


def _hand_on(both: Both, successor: Customer | None) -> list[Customer]:
    """Let somebody follow the archive that goes as head and as guardian; returns who was changed. Raises Refused."""
    keep, gone = both.keep, both.gone
    together = keep.household_id == gone.household_id
    wards = [one for one in both.people.values() if one.guardian_id == gone.pk]
    changed = []
    if wards and not together:
        message = _("This person is the guardian of %(name)s. Choose another guardian first.")
        raise Refused(message % {"name": wards[0].name})
    for ward in wards:
        if (keep.age_on(timezone.localdate()) or 0) < ADULT_AGE:
            raise Refused(_("The guardian must be an adult; enter the date of birth first."))
        ward.guardian = keep
        changed.append(ward)
    if gone.relation == Relation.HEAD:
        if together:
            keep.relation = Relation.HEAD
        elif (heir := heir_of(gone, both.of(gone.household_id), successor)) is not None:
            heir.relation = Relation.HEAD
            changed.append(heir)
        gone.relation = Relation.OTHER
    gone.guardian = None
    return list({one.pk: one for one in changed}.values())


def _take(keep: Customer, gone: Customer, taken: Collection[str]) -> None:
    """Bring the archive that stays to what both say of who he is."""
    for group in joining.taken(keep, gone, taken):
        for name in [*group.fields, *_found_by(group)]:
            setattr(keep, name, getattr(gone, name))
    if gone.id_digest == keep.id_digest:
        gone.id_digest = None
    keep.pinyin, keep.initials = spell(keep.name)
    keep.do_not_contact = keep.do_not_contact or gone.do_not_contact
    # its own restriction stays with it, else the other's comes along
    keep.restricted_at = keep.restricted_at or gone.restricted_at


def _found_by(group: joining.Group) -> list[str]:
    """Return the columns by which the numbers of a group are found."""
    found = ["id_digest"] if group.name == joining.DOCUMENT else []
    for field in searchable(Customer):
        if field.name in group.fields and field.searchable:
            found += [f"{field.attname}_{suffix}" for suffix in field.searchable.indexes("")]
    return found


def _reach(
    keep: Customer, gone: Customer, stands: dict[str, Customer], final: frozenset[date]
) -> list[tuple[Customer, dict[str, list[date | None]]]]:
    """Let what both reached stand in the archive that stays, once. Returns of both which days are others now."""
    days = {one.pk: [getattr(one, step) for step in STEP_DAYS] for one in (keep, gone)}
    earlier = merged_claims.customer_before(keep, gone, final)
    for step, whose in stands.items():
        if whose is gone:
            for column in merged_claims.columns_of(step):
                setattr(keep, column, getattr(gone, column))
    is_earlier = earlier and (keep.customer_since is None or earlier < keep.customer_since)
    keep.customer_before = earlier if is_earlier else None
    for column in merged_claims.STEP_COLUMNS:
        setattr(gone, column, None)
    told = []
    for one in (keep, gone):
        pairs = zip(STEP_DAYS, days[one.pk], strict=True)
        told.append(
            (one, {step: [day, getattr(one, step)] for step, day in pairs if getattr(one, step) != day})
        )
    return told


def _save_others(others: list[Customer], now: datetime) -> list[list[Any]]:
    """Save who follows as head or has another guardian; returns how each stood, and his version now."""
    said = []
    stood = {one.pk: one for one in Customer.objects.filter(pk__in=[one.pk for one in others])}
    for one in sorted(others, key=lambda one: one.pk):
        one.version += 1
        one.updated_at = now
        one.save(update_fields=["relation", "guardian", "version", "updated_at"])
        said.append([one.pk, stood[one.pk].relation, stood[one.pk].guardian_id, one.version])
    return said


def _follow(turn: merging.Turn, gone: int, keep: int) -> dict[str, Any]:
    return {one.key: [str(pk) for pk in one.move(gone, keep)] for one in merging.followers(turn)}


def _last_word(keep: Customer, now: datetime) -> list[int]:
    """End the consents that the other archive says were withdrawn later; returns their keys."""
    rows = list(locked(Consent.objects.filter(customer=keep).order_by("pk")))
    ended = [
        one
        for one in rows
        if one.withdrawn_at is None
        and any(
            other.purpose == one.purpose and other.withdrawn_at and other.withdrawn_at > one.given_at
            for other in rows
        )
    ]
    Consent.objects.filter(pk__in=[one.pk for one in ended]).update(withdrawn_at=now)
    return [one.pk for one in ended]


def _who_he_is(
    actor: User, keep: Customer, was: dict[int, identities.Known], stands: dict[str, Customer]
) -> None:
    """Keep who he was until yesterday; what was said of another name or document is claimed again."""
    before = was[keep.pk]
    if (keep.birth_date, keep.id_digest) != (before.birth_date, before.id_digest):
        identities.identity_keep(actor, keep, before)
    said_of = {step: was[whose.pk] for step, whose in stands.items() if step in EVIDENCE}
    anew = [step for step, who in said_of.items() if (keep.name, keep.id_digest) != (who.name, who.id_digest)]
    if found := identity_claims(actor, keep, anew):
        keep.save(update_fields=found)


def said_of(person: Customer) -> dict[str, Any]:
    """Return what stands in an archive, as it may be put back."""
    found = {name: getattr(person, name) for name in [*columns(), "relation", "guardian_id"]}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()
    }


def told_of(person: Customer) -> dict[str, str]:
    """Return a seal of what hangs on a person, kind by kind."""
    rows = {one.key: one.told(person.pk) for one in merging.followers()}
    rows["claims"] = merged_claims.claims_told(person)
    return {key: hashlib.sha256(json.dumps(found).encode()).hexdigest() for key, found in rows.items()}
