"""What was claimed of two archives that are one person's: of each step the earlier word stands, and one claim for it.

A step that somebody else has denied gives way to one that nobody has. So one person earns once: what the other archive
says of the same step is withdrawn, and comes back with it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers import merging
from customers.enums import Evidence
from customers.models import AppRegistration, Claim, Consent, CoreNumber, Customer, Restriction
from customers.policies import CREDITED
from customers.services.claims import STANDING
from customers.services.milestones import EVIDENCE, KINDS, STEP_DAYS
from gridbank.turns import locked

STEP_COLUMNS = (
    *STEP_DAYS, *(f"{name}_id" for name in CREDITED.values()), *EVIDENCE.values(), "customer_before",
)  # fmt: skip
Said = dict[str, Any]


def columns_of(step: str) -> list[str]:
    """Return the columns that go with a step."""
    found = [step]
    if step in CREDITED:
        found.append(f"{CREDITED[step]}_id")
    return [*found, EVIDENCE[step]] if step in EVIDENCE else found


def _refuted(person: Customer, step: str) -> bool:
    return step in EVIDENCE and getattr(person, EVIDENCE[step]) == Evidence.REFUTED


def first_of(keep: Customer, gone: Customer) -> dict[str, Customer]:
    """Return of each step whose word stands: the earlier one's, of two equal ones that of the archive that stays."""
    found: dict[str, Customer] = {}
    for step in STEP_DAYS:
        told = [one for one in (keep, gone) if getattr(one, step) is not None]
        told = [one for one in told if not _refuted(one, step)] or told
        if told:
            found[step] = min(told, key=lambda one, step=step: getattr(one, step))  # type: ignore[misc]
    # the app was downloaded before its identity check
    verified = found.get("app_verified_on")
    downloaded = found.get("app_downloaded_on")
    days = downloaded and downloaded.app_downloaded_on, verified and verified.app_verified_on
    if verified and days[0] and days[1] and days[0] > days[1]:
        found["app_downloaded_on"] = verified
    return found


def customer_before(keep: Customer, gone: Customer, final: Iterable[date]) -> date | None:
    """Return since when he was a customer before the day that stands, as far as a final month counted that."""
    counted = [one.customer_since for one in (keep, gone) if one.customer_since in set(final)]
    return min(filter(None, (keep.customer_before, gone.customer_before, *counted)), default=None)


def claims_held(keep: Customer, gone: Customer) -> list[Claim]:
    """Hold every claim about two people, in order."""
    return list(locked(Claim.objects.filter(customer__in=(keep.pk, gone.pk)).order_by("pk")))


def claims_join(claims: list[Claim], keep: Customer, gone: Customer, stands: Mapping[str, Customer]) -> Said:
    """Let the claims be about the archive that stays; of what stands twice one is withdrawn. Returns how to undo it."""
    said: Said = {"were": [[one.pk, one.state, one.customer_id, one.source_id] for one in claims]}
    steps = {kind: step for step, kind in KINDS.items()}
    changed = []
    for one in claims:
        step = steps.get(one.kind)
        if step is None:
            one.customer = keep
        elif step in stands and one.customer_id != stands[step].pk and one.state in STANDING:
            one.state = Evidence.WITHDRAWN
        changed.append(one)
    # first what is withdrawn: two never stand for one source
    Claim.objects.bulk_update(changed, ["state", "customer"])
    for one in claims:
        step = steps.get(one.kind, "")
        # what stands goes with its history, and the other's history takes its place
        if step in stands and stands[step].pk == gone.pk:
            one.customer = keep if one.source_id == gone.pk else gone
            one.source_id = one.customer.pk
    Claim.objects.bulk_update(changed, ["customer", "source_id"])
    return said


def claims_part(said: Said, keep: Customer) -> None:
    """Put the claims back as they were; what was claimed anew because of the merge stands no more."""
    were = {row[0]: row[1:] for row in said["were"]}
    mine = Claim.objects.filter(customer=keep, kind__in=KINDS.values(), state__in=STANDING)
    mine.exclude(pk__in=were).update(state=Evidence.WITHDRAWN)
    rows = list(locked(Claim.objects.filter(pk__in=were).order_by("pk")))
    # nothing stands twice meanwhile
    standing = [one for one in rows if one.state in STANDING]
    for one in standing:
        one.state = Evidence.WITHDRAWN
    Claim.objects.bulk_update(standing, ["state"])
    for one in rows:
        one.state, one.customer_id, one.source_id = were[one.pk]
    Claim.objects.bulk_update(rows, ["state", "customer", "source_id"])


def claims_told(person: Customer) -> list[list[str]]:
    """Return what stands in a person's claims, as it may be compared later."""
    rows = Claim.objects.filter(customer=person).order_by("pk")
    return [[str(value) for value in row] for row in rows.values_list("pk", "state", "day", "source_id")]


def register_own() -> None:
    """Let what the archive itself keeps of a person follow him. Called once, when the app is ready."""
    merging.register(
        merging.Follower(
            "consents", _("Consents"), Consent.objects.all, ("purpose", "withdrawn_at"), stays=_agreed_twice
        )
    )
    merging.register(
        merging.Follower(
            "restrictions",
            _("Restrictions"),
            Restriction.objects.all,
            ("lifted_at",),
            stays=_all_restrictions,
        )
    )
    merging.register(
        merging.Follower(
            "core_numbers", _("Numbers in the core system"), CoreNumber.objects.all, ("learnt_on",)
        )
    )
    merging.register(
        merging.Follower(
            "registration",
            _("App registration"),
            AppRegistration.objects.all,
            ("status", "as_of"),
            stays=_registered_twice,
        )
    )


def _agreed_twice(gone: int, keep: int) -> list[int]:
    own = Consent.objects.filter(customer_id=keep, withdrawn_at=None).values("purpose")
    rows = Consent.objects.filter(customer_id=gone, withdrawn_at=None, purpose__in=own)
    return list(rows.values_list("pk", flat=True))


def _registered_twice(gone: int, keep: int) -> list[int]:
    """Of two registrations the one of the archive that stays is shown; the next file says how it is."""
    if not AppRegistration.objects.filter(customer_id=keep).exists():
        return []
    return list(AppRegistration.objects.filter(customer_id=gone).values_list("pk", flat=True))


def _all_restrictions(gone: int, _keep: int) -> list[int]:
    """By them it is known what might be done with an archive while it stood apart."""
    return list(Restriction.objects.filter(customer_id=gone).values_list("pk", flat=True))


def restriction_copy(keep: Customer, gone: Customer, now: datetime) -> int | None:
    """Let a restriction of the archive that goes hold in the one that stays from now on; returns its key.

    Its own stays with each: a month that was over before counts both as they were.
    """
    own = Restriction.objects.filter(customer=keep, lifted_at=None)
    found = Restriction.objects.filter(customer=gone, lifted_at=None).first()
    if found is None or own.exists():
        return None
    copy = Restriction(
        customer=keep, reason=found.reason, set_by_id=found.set_by_id, set_at=found.set_at, came_at=now
    )
    copy.save()
    return copy.pk


def restriction_drop(key: int | None) -> None:
    """Take the copy away again; what it was made of was never elsewhere."""
    if key is not None:
        Restriction.objects.filter(pk=key, came_at__isnull=False).delete()
