"""Writing down offers and what customers hold."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from customers.models import Customer
from customers.selectors import customer_list
from gridbank.errors import Refused
from grids.models import Grid
from people.models import User
from products.enums import OfferResult
from products.models import Holding, Offer, Product
from products.selectors import offer_list

BATCH, LOOKUP = 1000, 500


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as it comes in numbers: from visits and the demo."""

    customer_id: int
    product_id: int
    result: str
    offered_on: date
    staff_id: int
    grid_id: int
    origin: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A product that a customer has had since a day."""

    customer_id: int
    product_id: int
    since: date
    ended_on: date | None = None


@transaction.atomic
def product_create(*, actor: User | None, code: str, name: str, category: str, name_en: str = "") -> Product:
    """Put a product on the menu. Raises Refused when its code is taken."""
    if Product.objects.filter(code=code).exists():
        raise Refused(_("This product code is taken."), field="code")
    product = Product(code=code, name=name, name_en=name_en, category=category)
    product.full_clean()
    product.save()
    record(actor=actor, action="product.created", subject=product, changes={"code": code})
    return product


@transaction.atomic
def offer_record(
    *,
    actor: User,
    customer: Customer,
    product: Product,
    result: OfferResult,
    offered_on: date,
    grid: Grid,
    origin: uuid.UUID | None = None,
) -> Offer:
    """Write down one proposal and its result. The caller has read the customer as this actor."""
    offer = Offer.objects.create(
        customer=customer, product=product, result=result, offered_on=offered_on, staff=actor, grid=grid,
        origin=origin,
    )  # fmt: skip
    record(
        actor=actor,
        action="offer.recorded",
        subject=offer,
        changes={"product": product.code, "result": result},
    )
    return offer


def _check_customers(actor: User, customer_ids: Iterable[int]) -> None:
    ids = sorted(set(customer_ids))
    seen: set[int] = set()
    for at in range(0, len(ids), LOOKUP):
        found = customer_list(actor=actor).filter(pk__in=ids[at : at + LOOKUP])
        seen.update(found.values_list("pk", flat=True))
    if len(seen) < len(ids):
        raise Refused(_("One of these customers is not yours."))


@transaction.atomic
def offers_bulk_create(*, actor: User, rows: Sequence[OfferRow]) -> list[Offer]:
    """Write down many offers; one audit row. Raises Refused when a customer is out of the actor's sight."""
    _check_customers(actor, (row.customer_id for row in rows))
    offers = Offer.objects.bulk_create([Offer(**asdict(row)) for row in rows], batch_size=BATCH)
    record(actor=actor, action="offer.bulk_recorded", changes={"offers": len(offers)})
    return offers


@transaction.atomic
def offers_replace(*, actor: User, origin: uuid.UUID, rows: Sequence[OfferRow]) -> None:
    """Bring the offers that one visit made to what its correction says.

    The caller has read the visit as this actor and keeps what stood before.
    """
    wanted = {row.product_id: row for row in rows}
    standing = {offer.product_id: offer for offer in offer_list(actor=actor).filter(origin=origin)}
    gone = [offer for product, offer in standing.items() if product not in wanted]
    added = [row for product, row in wanted.items() if product not in standing]
    changed = 0
    for product, offer in standing.items():
        row = wanted.get(product)
        if row is None:
            continue
        fields = [name for name, value in asdict(row).items() if getattr(offer, name) != value]
        for name in fields:
            setattr(offer, name, getattr(row, name))
        if fields:
            offer.save(update_fields=fields)
            changed += 1
    for offer in gone:
        offer.delete()
    Offer.objects.bulk_create([Offer(**asdict(row)) for row in added])
    if added or changed or gone:
        changes = {"added": len(added), "changed": changed, "removed": len(gone)}
        record(actor=actor, action="offer.corrected", changes={"visit": str(origin), **changes})


@transaction.atomic
def holdings_bulk_create(*, actor: User, rows: Sequence[HoldingRow]) -> list[Holding]:
    """Write down many holdings; one audit row. Raises Refused when a customer is out of the actor's sight."""
    _check_customers(actor, (row.customer_id for row in rows))
    holdings = Holding.objects.bulk_create([Holding(**asdict(row)) for row in rows], batch_size=BATCH)
    record(actor=actor, action="holding.bulk_recorded", changes={"holdings": len(holdings)})
    return holdings
