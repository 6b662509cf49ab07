"""Writing down what is on sale, what was offered and what customers hold."""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from customers import claiming, merging
from customers.agreeing import Agreed
from customers.attribution import Moved
from customers.enums import Evidence, Purpose
from customers.models import Household, Residence
from customers.selectors import agreed_on, customer_list, homes_on
from customers.services.claims import Claimed, claims_enter, claims_withdraw, unclaimed
from gridbank.errors import NotAllowed, Refused
from gridbank.lookups import portions
from gridbank.scoping import waive_scope
from gridbank.turns import locked, take_turn
from grids.authority import Act, require, where
from people.models import User
from products.actions import Action
from products.enums import OfferResult
from products.models import Holding, Offer, Product
from products.policies import keeps_catalogue, why_not_catalogue
from products.selectors import offer_list

BATCH = 1000
ACCEPTED_OFFER = "offer"
PRODUCT_FIELDS = ["name", "name_en", "category", "is_active"]


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


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as the bank's list has it. What is off sale stays in the records and is offered no more."""

    code: str
    name: str
    category: str
    name_en: str = ""
    on_sale: bool = True


@transaction.atomic
def products_put(*, actor: User | None, rows: Sequence[ProductRow]) -> tuple[int, int]:
    """Bring the catalogue to what the rows say, by code; return how many are new and how many changed.

    Every bank of an installation shares the catalogue. Products that aren't named stay as they are. One audit row.
    Raises Refused, and PermissionDenied that says who can.
    """
    if not keeps_catalogue(actor):
        raise NotAllowed(why_not_catalogue(actor))
    twice = [code for code, count in Counter(row.code for row in rows).items() if count > 1]
    if twice:
        raise Refused(_("The code %(code)s stands twice.") % {"code": twice[0]}, field="code")
    take_turn("products.catalogue")
    standing = {each.code: each for each in Product.objects.all()}
    fresh: list[Product] = []
    changed: list[Product] = []
    for row in rows:
        product = standing.get(row.code) or Product(code=row.code)
        before = [getattr(product, name) for name in PRODUCT_FIELDS]
        after = [row.name, row.name_en, row.category, row.on_sale]
        for name, value in zip(PRODUCT_FIELDS, after, strict=True):
            setattr(product, name, value)
        _check_product(product)
        if product.pk is None:
            fresh.append(product)
        elif before != after:
            changed.append(product)
    Product.objects.bulk_create(fresh, batch_size=BATCH)
    Product.objects.bulk_update(changed, PRODUCT_FIELDS, batch_size=BATCH)
    codes = {"added": [each.code for each in fresh], "changed": [each.code for each in changed]}
    record(actor=actor, action=Action.PRODUCTS_PUT, changes=codes)
    return len(fresh), len(changed)


@transaction.atomic
def product_withdraw(*, actor: User | None, product: Product) -> None:
    """Remove a product that was entered by mistake. Raises Refused when somebody has it or was offered it."""
    if not keeps_catalogue(actor):
        raise NotAllowed(why_not_catalogue(actor))
    take_turn("products.catalogue")
    used = _("“%(name)s” was offered or sold since.") % {"name": product.name}
    try:
        with transaction.atomic():
            Product.objects.get(code=product.code).delete()
    except (models.ProtectedError, IntegrityError) as error:
        raise Refused(used) from error
    record(actor=actor, action=Action.PRODUCT_WITHDRAWN, changes={"code": product.code})


def _check_product(product: Product) -> None:
    try:
        product.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        sentence = _("%(code)s, %(field)s: %(reason)s")
        values = {"code": product.code, "field": field, "reason": messages[0]}
        raise Refused(sentence % values, field=field) from error


def _check_customers(actor: User, customer_ids: Iterable[int], own: Q | None = None) -> None:
    ids, seen = set(customer_ids), set[int]()
    for some in portions(ids):
        found = customer_list(actor=actor).filter(own or Q(), pk__in=some)
        seen.update(found.values_list("pk", flat=True))
    if len(seen) < len(ids):
        raise Refused(_("One of these customers is not yours."))


@transaction.atomic
def offers_bulk_create(*, actor: User, rows: Sequence[OfferRow]) -> list[Offer]:
    """Write down many offers; one audit row. Raises Refused when a customer is out of the actor's sight.

    Raises PermissionDenied when others made them.
    """
    if any(row.staff_id != actor.pk for row in rows):
        require(actor, Act.RECORDS_LOAD)
    _check_customers(actor, (row.customer_id for row in rows))
    offers = Offer.objects.bulk_create(_offers(rows), batch_size=BATCH)
    _claim(actor, offers)
    record(actor=actor, action=Action.OFFER_BULK_RECORDED, changes={"offers": len(offers)})
    return offers


def _evidence(row: OfferRow) -> Evidence | None:
    return Evidence.CLAIMED if row.result == OfferResult.ACCEPTED else None


def _offers(rows: Iterable[OfferRow]) -> list[Offer]:
    """Make offers; of each stands whether the customer had agreed to marketing on its day."""
    rows = list(rows)
    agreed = agreed_on(wanted={(row.customer_id, row.offered_on) for row in rows}, purpose=Purpose.MARKETING)
    return [
        Offer(**asdict(row), evidence=_evidence(row), agreed=(row.customer_id, row.offered_on) in agreed)
        for row in rows
    ]


def _claim(actor: User, offers: Iterable[Offer]) -> None:
    """Note what is said to have been accepted: another than who says so confirms it."""
    rows = (
        Claimed(offer.customer_id, offer.pk, offer.offered_on, offer.staff_id)
        for offer in offers
        if offer.result == OfferResult.ACCEPTED
    )
    claims_enter(actor=actor, kind=ACCEPTED_OFFER, rows=rows)


@transaction.atomic
def offers_replace(*, actor: User, origin: uuid.UUID, rows: Sequence[OfferRow]) -> None:
    """Bring the offers that one visit made to what its correction says.

    The caller has read the visit as this actor and keeps what stood before. Raises Refused when a customer of
    what is new is out of the actor's sight.
    """
    wanted = {row.product_id: row for row in rows}
    standing = {offer.product_id: offer for offer in offer_list(actor=actor).filter(origin=origin)}
    gone = [offer for product, offer in standing.items() if product not in wanted]
    added = [row for product, row in wanted.items() if product not in standing]
    _check_customers(actor, (row.customer_id for row in added))
    changed: list[Offer] = []
    anew: list[Offer] = []
    for product, offer in standing.items():
        row = wanted.get(product)
        if row is None:
            continue
        fields = [name for name, value in asdict(row).items() if getattr(offer, name) != value]
        for name in fields:
            setattr(offer, name, getattr(row, name))
        # where it stands is no part of what was accepted
        if set(fields) - {"grid_id"}:
            offer.evidence = _evidence(row)
            anew.append(offer)
        # another day or another person: whether he had agreed is asked again
        if {"customer_id", "offered_on"} & set(fields):
            offer.agreed = _offers([row])[0].agreed
        if fields:
            offer.save(update_fields=[*fields, "evidence", "agreed"])
            changed.append(offer)
    claims_withdraw(kind=ACCEPTED_OFFER, source_ids=[offer.pk for offer in (*anew, *gone)])
    for offer in gone:
        offer.delete()
    fresh = Offer.objects.bulk_create(_offers(added))
    _claim(actor, [*anew, *fresh])
    if added or changed or gone:
        changes = {"added": len(added), "changed": len(changed), "removed": len(gone)}
        record(actor=actor, action=Action.OFFER_CORRECTED, changes={"visit": str(origin), **changes})


@transaction.atomic
def holdings_bulk_create(*, actor: User, rows: Sequence[HoldingRow]) -> list[Holding]:
    """Write down many holdings; one audit row.

    Raises Refused when a customer's archive isn't the actor's to change, or a customer has one of the products.
    """
    own = where(actor, Act.ARCHIVE_WRITE, "household__grid__")
    _check_customers(actor, (row.customer_id for row in rows), own)
    try:
        with transaction.atomic():
            holdings = Holding.objects.bulk_create([Holding(**asdict(row)) for row in rows], batch_size=BATCH)
    except IntegrityError as error:
        raise Refused(_("One of these customers has the product already.")) from error
    record(actor=actor, action=Action.HOLDING_BULK_RECORDED, changes={"holdings": len(holdings)})
    return holdings


def offers_follow(moved: Moved) -> None:
    """Let the offers that no visit brought, to whoever lived in a household on their day, stand in its grid.

    From its first day there on; what came along with an archive of another household was made elsewhere. Those of a
    visit follow the visit: see `offers_follow_visits`.
    """
    home = moved.household
    lived = Residence.everywhere().filter(household=home, valid_to__gte=moved.first_day)
    of_people = Q(customer__household=home) | Q(customer_id__in=lived.values("customer_id"))
    _to_grid(
        home, of_people & Q(origin=None, offered_on__gte=moved.first_day, grid=moved.left_id), _lived_in(home)
    )


def offers_follow_visits(*, household: Household, origins: Collection[uuid.UUID]) -> None:
    """Let the offers of some visits to a household that moved stand in its grid, in which those visits stand now."""
    for some in portions([str(origin) for origin in origins]):
        _to_grid(household, Q(origin__in=some), lambda offers: offers)


def _lived_in(home: Household) -> Callable[[list[Offer]], list[Offer]]:
    """Return what picks those offers that were made to somebody while he lived there."""

    def pick(offers: list[Offer]) -> list[Offer]:
        homes = homes_on(
            wanted={(offer.customer_id, offer.offered_on) for offer in offers},
            now={offer.customer_id: offer.customer.household_id for offer in offers},
        )
        return [offer for offer in offers if homes[offer.customer_id, offer.offered_on] == home.pk]

    return pick


def _to_grid(home: Household, which: Q, pick: Callable[[list[Offer]], list[Offer]]) -> None:
    with waive_scope("the household was moved by somebody who may; its offers follow"):
        rows = Offer.objects.filter(which).exclude(grid_id=home.grid_id).select_related("customer")
        for some in portions([offer.pk for offer in pick(list(rows))]):
            Offer.objects.filter(pk__in=some).update(grid_id=home.grid_id)


def offers_agree(agreed: Agreed) -> None:
    """Let what was offered on the day of a consent count, though it was written down before it."""
    if agreed.purpose != Purpose.MARKETING:
        return
    with waive_scope(
        "whoever wrote the consent down holds the person; what was offered to him that day follows"
    ):
        rows = Offer.objects.filter(customer_id=agreed.customer_id, offered_on=agreed.day, agreed=False)
        rows = rows.filter(customer__do_not_contact=False)
        rows.update(agreed=True)


def _mark(ids: Collection[int], state: Evidence) -> None:
    """Keep the evidence in the offers that it is about."""
    with waive_scope("the claim was decided; the row that earns says so"):
        for some in portions(ids):
            rows = Offer.objects.filter(pk__in=some)
            list(locked(rows.order_by("pk")).values_list("pk", flat=True))
            rows.update(evidence=state)


def _describe(ids: Collection[int]) -> dict[int, str]:
    """Name the product of each; the claims were read by somebody who sees them."""
    with waive_scope("the claims were read as this person; only their products are named"):
        rows = Offer.objects.filter(pk__in=ids).select_related("product")
        return {offer.pk: offer.product.label for offer in rows}


def _unclaimed() -> list[int]:
    """Return the offers that count as confirmed, and no claim does."""
    return unclaimed(ACCEPTED_OFFER, models.QuerySet(Offer).filter(evidence=Evidence.CONFIRMED))


def register_kinds() -> None:
    """Say what is claimed of offers. Called once, when the app is ready."""
    label = gettext_lazy("Offer accepted")
    claiming.register(claiming.Kind(ACCEPTED_OFFER, label, _mark, _describe, _unclaimed))


def register_merging() -> None:
    """Let offers and holdings follow whose archive goes into another one; a product that both hold is held once."""
    says = ("result", "evidence", "offered_on", "product_id")
    # of one customer and product only one offer of a month counts
    offers = merging.Follower(
        "offers", gettext_lazy("Offers"), Offer.objects.all, says, day="offered_on", earns=True
    )
    merging.register(offers)
    held = ("product_id", "since", "ended_on")
    merging.register(
        merging.Follower("holdings", gettext_lazy("Holdings"), Holding.objects.all, held, stays=_held_twice)
    )


def _held_twice(gone: int, keep: int) -> list[int]:
    own = Holding.objects.filter(customer_id=keep, ended_on=None).values("product_id")
    rows = Holding.objects.filter(customer_id=gone, ended_on=None, product_id__in=own)
    return list(rows.values_list("pk", flat=True))
