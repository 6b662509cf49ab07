"""The night's look for two archives of one person: likely pairs of a bank, and somebody's word that they are two."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import combinations

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import selectors
from customers.actions import Action
from customers.blocking import Pair, Person, groups, pairs_within
from customers.conditions import served_q
from customers.matching import CERTAIN, LIKELY, compared
from customers.models import Customer, IdentitySpan, Likeness
from customers.policies import own_twins
from customers.services import checks
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids.enums import Tier
from grids.models import Grid
from people.models import User

COLUMNS = (*Person._fields[:1], "name", "name_key", "pinyin", "gender", "birth_date", "id_digest",
           "phone_digest", "household_id", "household__area_id")  # fmt: skip
# read and written at once
READ, BATCH = 5000, 1000
# more are no list that anybody works through: the likeliest are kept
MOST = 50_000
Found = dict[tuple[int, int], int]


def twins_scan(*, actor: None) -> int:
    """Find the likely pairs of every bank and keep them; returns how many stand there.

    What isn't likely any more goes; what somebody denied stays denied. Read first and written then, in short
    transactions: nobody waits for it, and stopped at any instant it is done again the next night.
    """
    now, count = timezone.now(), 0
    with waive_scope(
        "two archives of one person may lie anywhere in a bank; pairs are shown to who may see both"
    ):
        for bank in Grid.objects.filter(tier=Tier.HEAD_OFFICE).order_by("pk"):
            people = Customer.objects.filter(
                served_q(), merged_into=None, household__grid__path__startswith=bank.path
            ).order_by()
            rows = _ranked(_likely(people), _by_former_document(people))
            for start in range(0, len(rows), BATCH):
                _keep(rows[start : start + BATCH], now)
            count += len(rows)
        with transaction.atomic():
            gone, _each = Likeness.objects.filter(seen_at__lt=now, denied_at=None).delete()
            record(actor=actor, action=Action.TWINS_SCANNED, changes={"pairs": count, "gone": gone})
    return count


def _ranked(likely: Found, exact: set[tuple[int, int]]) -> list[tuple[tuple[int, int], int, bool]]:
    kept = sorted(likely.items(), key=lambda each: (-each[1], each[0]))[:MOST]
    rows = [(pair, score, False) for pair, score in kept if pair not in exact]
    return [*rows, *((pair, CERTAIN, True) for pair in sorted(exact))]


def _likely(people: models.QuerySet[Customer]) -> Found:
    twice = people.exclude(phone_digest="").values("phone_digest").annotate(n=models.Count("pk"))
    passes = (
        (people.exclude(birth_date=None), ("birth_date",)),
        (people.filter(phone_digest__in=twice.filter(n__gt=1).values("phone_digest")), ("phone_digest",)),
        (people, ("home",)),
        (people.filter(household__area__isnull=False), ("village", "name_key")),
    )
    found: Found = {}
    today = timezone.localdate()
    for rows, columns in passes:
        ordered = rows.order_by(*(COLUMNS[Person._fields.index(name)] for name in columns))
        for one, other in _pairs(_read(ordered), columns):
            key = one.pk, other.pk
            if key not in found and compared(one.known(), other.known()).score >= LIKELY:
                # by what is shown of both: a score would tell who was born on one day
                found[key] = compared(one.shown(today), other.shown(today)).score
    return found


def _read(rows: models.QuerySet[Customer]) -> Iterator[Person]:
    return map(Person._make, rows.values_list(*COLUMNS).iterator(chunk_size=READ))


def _pairs(people: Iterable[Person], columns: tuple[str, ...]) -> Iterator[Pair]:
    for group in groups(people, *columns):
        yield from pairs_within(group)


def _by_former_document(people: models.QuerySet[Customer]) -> set[tuple[int, int]]:
    """Return who has, or had, the document that another one had: two can't have one at a time."""
    spans = IdentitySpan.objects.exclude(id_digest="").filter(customer__in=people)
    has = spans.order_by().values_list("id_digest", "customer_id")
    owners: dict[str, set[int]] = {}
    for digest, person in has.iterator(chunk_size=READ):
        owners.setdefault(digest, set()).add(person)
    now = people.filter(id_digest__in=spans.values("id_digest")).values_list("id_digest", "pk")
    for known, person in now.iterator(chunk_size=READ):
        owners.setdefault(known or "", set()).add(person)
    return {pair for some in owners.values() for pair in combinations(sorted(some), 2)}


@transaction.atomic
def _keep(rows: list[tuple[tuple[int, int], int, bool]], now: datetime) -> None:
    # whoever went away since they were read is in no pair
    there = set(
        Customer.objects.filter(pk__in={pk for pair, *_rest in rows for pk in pair}).values_list(
            "pk", flat=True
        )
    )
    Likeness.objects.bulk_create(
        (
            Likeness(one_id=one, other_id=other, score=score, exact=exact, found_at=now, seen_at=now)
            for (one, other), score, exact in rows
            if {one, other} <= there
        ),
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["score", "exact", "seen_at"],
    )


@transaction.atomic
def twins_deny(*, actor: User, likeness: Likeness, reason: str) -> Likeness:
    """Say that two are not one person: the pair leaves the list, and no night brings it back. Raises Refused."""
    pair = _held(actor, likeness)
    if pair.denied_at is not None:
        raise Refused(_("It is said already that they are two people."), field="reason")
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why."), field="reason")
    checks.plain_text("reason", reason)
    pair.denied_by, pair.denied_at, pair.denied_because = actor, timezone.now(), reason
    pair.save(update_fields=["denied_by", "denied_at", "denied_because"])
    changes = {"other": pair.other_id, "reason": reason}
    record(actor=actor, action=Action.TWINS_DENIED, subject=pair.one, changes=changes)
    return pair


@transaction.atomic
def twins_reconsider(*, actor: User, likeness: Likeness) -> Likeness:
    """Take back that two are not one person: the pair is in the list again. Raises Refused."""
    pair = _held(actor, likeness)
    if pair.denied_at is None:
        raise Refused(_("Nobody has said that they are two people."))
    changes = {"other": pair.other_id, "denied_by": pair.denied_by_id, "reason": pair.denied_because}
    pair.denied_by, pair.denied_at, pair.denied_because = None, None, ""
    pair.save(update_fields=["denied_by", "denied_at", "denied_because"])
    record(actor=actor, action=Action.TWINS_RECONSIDERED, subject=pair.one, changes=changes)
    return pair


def _held(actor: User, likeness: Likeness) -> Likeness:
    pair = visible_or_404(locked(selectors.likeness_list(actor=actor)), pk=likeness.pk)
    own_twins(actor, pair.one, pair.other)
    return pair
