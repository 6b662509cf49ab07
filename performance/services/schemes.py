"""The rules' versions: made, signed by a second person, in force from a month on."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from audit.said import said
from audit.services import canonical, record
from audit.verification import Signed
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight
from gridbank.turns import locked, take_turn
from grids.authority import Act, require
from grids.enums import LEADING
from grids.models import Assignment, Grid
from grids.selectors import works_elsewhere
from people.models import User
from people.persons import is_same
from performance.actions import Action
from performance.indicators import INDICATORS
from performance.models import STANDARD, Scheme, SchemeItem

LONG_AGO = date(2000, 1, 1)
DEFAULT_CODE = STANDARD
# a code has each version once
VERSIONS = "performance.schemes"
SCHEME = Scheme._meta.label_lower


@dataclass(frozen=True)
class ItemSpec:
    """One indicator as it is wished for in a scheme."""

    indicator: str
    weight: Decimal
    target: Decimal | None
    cap: Decimal = Decimal("1.20")


DEFAULT_ITEMS = (
    ItemSpec("new_customers", Decimal(25), Decimal(8)),
    ItemSpec("marketing_success", Decimal(20), Decimal("0.30")),
    ItemSpec("app_activation", Decimal(20), Decimal("0.60")),
    ItemSpec("visit_coverage", Decimal(25), Decimal("0.60")),
    ItemSpec("archive_rate", Decimal(10), Decimal("0.90")),
)


def _check(items: Sequence[ItemSpec]) -> None:
    names = [item.indicator for item in items]
    if not items or len(set(names)) != len(names) or set(names) - INDICATORS.keys():
        raise Refused(_("A scheme needs known indicators, each once."), field="items")
    for item in items:
        if item.target is not None and not (item.target.is_finite() and item.target > 0):
            raise Refused(_("A target must be a number above zero."), field="target")
        if item.target is not None and item.target > 1 and INDICATORS[item.indicator].is_rate:
            raise Refused(_("A rate is at most 100 %."), field="target")
        if not (item.weight.is_finite() and item.cap.is_finite()) or item.weight < 0 or item.cap < 0:
            raise Refused(_("Weights and caps must not be negative."), field="weight")


def _create(
    *,
    maker: User | None,
    code: str,
    name: str,
    effective_from: date,
    items: Sequence[ItemSpec],
    counts_claimed: bool = False,
) -> Scheme:
    _check(items)
    latest = Scheme.objects.filter(code=code).aggregate(latest=Max("version"))["latest"] or 0
    scheme = Scheme.objects.create(
        code=code,
        version=latest + 1,
        name=name,
        effective_from=effective_from,
        created_by=maker,
        counts_claimed=counts_claimed,
    )
    SchemeItem.objects.bulk_create(
        SchemeItem(
            scheme=scheme, indicator=item.indicator, position=position, weight=item.weight,
            target=item.target, cap=item.cap,
        )
        for position, item in enumerate(items, start=1)
    )  # fmt: skip
    return scheme


@transaction.atomic
def scheme_create(
    *,
    actor: User,
    code: str,
    name: str,
    effective_from: date,
    items: Sequence[ItemSpec],
    counts_claimed: bool = False,
) -> Scheme:
    """Write a new version, in force from a coming month once signed. Raises Refused, PermissionDenied.

    Unless it says so, what was only claimed doesn't count.
    """
    require(actor, Act.SCHEME_MAKE)
    if effective_from.day != 1 or effective_from <= timezone.localdate():
        raise Refused(_("A new scheme applies from the first day of a coming month."), field="effective_from")
    take_turn(VERSIONS)
    scheme = _create(
        maker=actor, code=code, name=name, effective_from=effective_from, items=items, counts_claimed=counts_claimed
    )  # fmt: skip
    record(
        actor=actor,
        action=Action.SCHEME_CREATED,
        subject=scheme,
        changes={"items": [i.indicator for i in items], "counts_claimed": counts_claimed},
    )
    return scheme


@transaction.atomic
def scheme_activate(*, actor: User, scheme: Scheme) -> Scheme:
    """Sign a scheme that somebody else of the bank made. Raises Refused, PermissionDenied, OutOfSight."""
    require(actor, Act.SCHEME_SIGN)
    scheme = locked(Scheme.objects.all()).get(pk=scheme.pk)
    if scheme.created_by is not None and works_elsewhere(actor=actor, user=scheme.created_by):
        raise OutOfSight
    if is_same(scheme.created_by, actor):
        raise Refused(_("Who made it can't sign it."))
    if scheme.activated_at is not None:
        raise Refused(_("This scheme is already in force."))
    if scheme.effective_from <= timezone.localdate():
        raise Refused(_("The month from which it should apply has already begun."))
    scheme.activated_by, scheme.activated_at = actor, timezone.now()
    scheme.save(update_fields=["activated_by", "activated_at"])
    record(actor=actor, action=Action.SCHEME_ACTIVATED, subject=scheme, changes={"digest": digest_of(scheme)})
    return scheme


def scheme_in_force(month: date, bank: Grid) -> Scheme:
    """Return the scheme for a bank's month; a new installation starts with the standard one, which nobody signed.

    A scheme holds for the bank whose head office signed it: whoever led its root on that day.
    """
    heads = Assignment.everywhere().filter(grid=bank, part__in=LEADING, valid_from__lte=OuterRef("signed_on"))
    heads = heads.filter(Q(valid_to=None) | Q(valid_to__gte=OuterRef("signed_on")))
    signed = Scheme.objects.filter(activated_at__isnull=False, effective_from__lte=month)
    ours = Q(activated_by=None) | Exists(heads.filter(user=OuterRef("activated_by")))
    signed = signed.alias(signed_on=TruncDate("activated_at")).filter(ours)
    scheme = signed.order_by("-effective_from", "-version", "-pk").first()
    return scheme or _standard()


@transaction.atomic
def _standard() -> Scheme:
    # two banks begin their first month at once: only who finds none waits
    standing = Scheme.objects.filter(code=DEFAULT_CODE, version=1)
    found = standing.first()
    if not found:
        take_turn(VERSIONS)
        found = standing.first()
    if found:
        return found
    scheme = _create(
        maker=None, code=DEFAULT_CODE, name=_("Standard scheme"), effective_from=LONG_AGO, items=DEFAULT_ITEMS
    )
    scheme.activated_at = timezone.now()
    scheme.save(update_fields=["activated_at"])
    changes = {"standard": True, "digest": digest_of(scheme)}
    record(actor=None, action=Action.SCHEME_CREATED, subject=scheme, changes=changes)
    return scheme


def digest_of(scheme: Scheme) -> str:
    """Return the SHA-256 over what a signature is put under: from when on, what counts, weights, targets, caps."""
    items = SchemeItem.objects.filter(scheme_id=scheme.pk).order_by("position", "indicator")
    told = [
        [item.indicator, item.position, *(_number(value) for value in (item.weight, item.target, item.cap))]
        for item in items
    ]
    content = [
        scheme.code, scheme.version, scheme.name, scheme.effective_from.isoformat(), scheme.confirmed_only, told,
    ]  # fmt: skip
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _number(value: Decimal | None) -> str | None:
    """Write a number in one way, however many digits it was given with."""
    return None if value is None else f"{value:.4f}"


def refuse_unsigned(scheme: Scheme) -> None:
    """Let no month be computed by other rules than those that were signed. Raises Refused."""
    if not stands_as_signed(scheme):
        message = _(
            "The scheme “%(scheme)s” isn't what was signed. Have it looked into before anything is computed."
        )
        raise Refused(message % {"scheme": scheme})


def stands_as_signed(scheme: Scheme) -> bool:
    """Whether a scheme is what its signature's true event says: one without this installation's seal says nothing.

    One that nobody signed is what the installation itself wrote. Those signed before events said more are taken as they are.
    """
    true = said(scheme, Action.SCHEME_ACTIVATED, Action.SCHEME_CREATED)
    action = Action.SCHEME_CREATED if scheme.activated_by_id is None else Action.SCHEME_ACTIVATED
    if (action, scheme.activated_by_id) not in {(event.action, event.actor_id) for event in true}:
        return False
    told = [json.loads(event.changes).get("digest") for event in true]
    return {digest for digest in told if digest} <= {digest_of(Scheme.objects.get(pk=scheme.pk))}


class SchemesSigned(Signed):
    """Schemes beside the events by which they were signed: who, and what."""

    def __init__(self) -> None:
        """Read the schemes."""
        signed = Scheme.objects.exclude(activated_by=None).order_by("pk")
        super().__init__(SCHEME, Action.SCHEME_ACTIVATED, signed.values_list("pk", "activated_by_id"))
        self.now = {str(scheme.pk): digest_of(scheme) for scheme in Scheme.objects.exclude(activated_at=None)}
        self.digests: dict[str, str] = {}
        standard = Scheme.objects.filter(activated_by=None).exclude(activated_at=None)
        self.unsigned = {str(pk) for pk in standard.values_list("pk", flat=True)}
        self.signed: set[str] = set()

    def note(self, event: AuditEvent) -> None:
        """Remember who signed what."""
        super().note(event)
        if event.subject_type == SCHEME and (digest := json.loads(event.changes).get("digest")):
            self.digests[event.subject_id] = digest
        if event.subject_type == SCHEME and event.action == Action.SCHEME_ACTIVATED:
            self.signed.add(event.subject_id)
        if event.subject_type == SCHEME and event.action == Action.SCHEME_CREATED and event.actor_id is None:
            self.unsigned.discard(event.subject_id)

    def faults(self) -> Iterator[str]:
        """Name the schemes that nobody, or somebody else, signed by the trail, and those that are other ones by now."""
        yield from super().faults()
        for pk in sorted(self.unsigned):
            yield f"{SCHEME} {pk}: it is in force, and neither was it signed nor did the installation write it"
        in_force = Scheme.objects.exclude(activated_at=None).exclude(activated_by=None)
        for pk in sorted(self.signed - {str(key) for key in in_force.values_list("pk", flat=True)}):
            yield f"{SCHEME} {pk}: it was signed, and isn't in force any more"
        for pk, digest in self.digests.items():
            # what was signed while the trail was walked is looked at the next time
            if self.now.get(pk, digest) != digest:
                yield f"{SCHEME} {pk}: its weights, targets or days aren't what was signed"
