"""Another name, document or date of birth of a person: what was before stays said, and what rested on it is claimed again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils import timezone

from customers.enums import Evidence
from customers.models import Customer, IdentitySpan
from customers.services.redating import identity_claims
from gridbank.days import day_after, day_before
from gridbank.scoping import waive_scope
from grids import closing
from people.models import User

WHO = frozenset({"name", "id_type", "id_number"})
"""By what somebody was known to who confirmed something of him."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who a person was when the change began."""

    name: str
    birth_date: date | None
    id_digest: str | None
    account_evidence: int | None
    app_evidence: int | None


def known(person: Customer) -> Known:
    """Note who a person is, before anything is changed."""
    return Known(
        person.name, person.birth_date, person.id_digest, person.account_evidence, person.app_evidence
    )


def identity_hold(person: Customer) -> frozenset[date]:
    """Hold the months in which something counts of a person who may be somebody else by the end of this change.

    Before he is held himself. Returns the days whose month is final.
    """
    days: list[date | None] = [person.customer_since]
    if person.app_verified_on is not None:
        days += closing.months_since(person.app_verified_on)
    return closing.hold(person.household.grid, days)


def identity_changed(actor: User, person: Customer, before: Known, final: frozenset[date]) -> list[str]:
    """Keep who a person was, claim again what was said of him, and tell it of months that are final.

    Returns the columns changed; the caller saves them.
    """
    if (person.birth_date, person.id_digest) != (before.birth_date, before.id_digest):
        identity_keep(actor, person, before)
    if (person.name, person.id_digest) == (before.name, before.id_digest):
        return []
    columns = identity_claims(actor, person)
    told: dict[str, list[object]] = {}
    if (before.id_digest is None) != (person.id_digest is None):
        told["document"] = [before.id_digest is not None, person.id_digest is not None]
    was = {getattr(before, column) for column in columns}
    if Evidence.CONFIRMED in was:
        told["evidence"] = [Evidence.CONFIRMED.name.lower(), Evidence.CLAIMED.name.lower()]
    if told:
        closing.tell(closing.Change(actor, person.household.grid, person, final, told))
    return columns


def identity_keep(actor: User, person: Customer, before: Known) -> None:
    """Say who he was until yesterday; what stood for a part of a day stood on none."""
    today = timezone.localdate()
    last = IdentitySpan.objects.visible_to(actor).filter(customer=person).order_by("-valid_to").first()
    since = timezone.localdate(person.created_at) if last is None else day_after(last.valid_to)
    if since < today:
        IdentitySpan(
            customer=person, birth_date=before.birth_date, id_digest=before.id_digest or "", valid_from=since,
            valid_to=day_before(today), changed_by=actor, changed_at=timezone.now(),
        ).save()  # fmt: skip


def identities_keep(actor: User, changed: Collection[tuple[Customer, date | None, str | None]]) -> None:
    """Say of many at once who they were until yesterday: each with his former date of birth and digest.

    Of people of whom nothing counts: who has an account or the app is changed one by one.
    """
    today, now = timezone.localdate(), timezone.now()
    with waive_scope("the caller holds the people whose spans these are"):
        rows = IdentitySpan.objects.filter(customer__in=[person for person, _born, _digest in changed])
        last = dict(rows.order_by().values_list("customer_id").annotate(last=Max("valid_to")))
    spans = []
    for person, born, digest in changed:
        until = last.get(person.pk)
        since = timezone.localdate(person.created_at) if until is None else day_after(until)
        if since < today:
            spans.append(
                IdentitySpan(
                    customer=person, birth_date=born, id_digest=digest or "", valid_from=since,
                    valid_to=day_before(today), changed_by=actor, changed_at=now,
                )
            )  # fmt: skip
    IdentitySpan.objects.bulk_create(spans)
