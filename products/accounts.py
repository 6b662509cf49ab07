"""The core system's accounts: who holds which product since when, with what balance, and which are closed.

An account is found by its key, whose index alone is kept. What a file says is as old as the file: an older one waits.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import canonical, record
from customers.compared import apart
from customers.models import Customer
from customers.pii import blind_index
from customers.services.meant import homes_held, people_held, people_meant
from exchange.sheets import CLEAR, Apart, Compared, Fate, Fault, Outcome, Row, Source, Stored, Undone, wrong
from gridbank.errors import Refused
from gridbank.loading import keys_draw, rows_insert, rows_update
from gridbank.lookups import portions
from gridbank.sealing import seal
from gridbank.turns import locked
from products.actions import Action
from products.enums import Balance, band_of
from products.models import Holding, Product
from products.selectors import products_by_code

HOLDING = "products.holding"
FIELDS = ("customer_id", "product_id", "since", "ended_on", "account_digest", "balance")
DAYS = ("since", "ended_on")
COLUMNS = {"since": "opened_on", "ended_on": "closed_on"}


# before what stands for an account in a file that went out: its index, since its key isn't kept
MARK = "#"


def account_digest(key: str, bank_id: int) -> str:
    """Return the index of an account's key in the core system of a bank, or what a file of ours says instead of one."""
    if key.startswith(MARK):
        return key.removeprefix(MARK).casefold()
    return blind_index(key, f"account:{bank_id}")


@dataclass
class Desk:
    """A chunk: its accounts that are here, held, and what is written."""

    source: Source
    products: Mapping[str, Product]
    people: Mapping[int, Customer]
    by_digest: dict[str, Holding] = field(default_factory=dict)
    # what somebody wrote down without an account, by customer and product
    by_hand: dict[tuple[int, int], Holding] = field(default_factory=dict)
    fresh: list[Holding] = field(default_factory=list)
    changed: dict[int, Holding] = field(default_factory=dict)


def holdings_store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Bring the accounts to what the rows say, in a fixed number of statements. One audit row."""
    meant = people_meant(source, rows)
    digests = [account_digest(row.values["account"], meant.bank_id) for row in rows]
    there = _holdings(account_digest__in=set(digests), hold=False)
    keys = {person.pk for person in meant.people.values()} | {one.customer_id for one in there}
    homes_held(people_held(source, keys, hold=False).values())
    people = people_held(source, keys)
    desk = Desk(source, products_by_code(codes={row.values.get("product", "") for row in rows}), people)
    desk.by_digest = {str(one.account_digest): one for one in _holdings(account_digest__in=set(digests))}
    for one in _holdings(customer_id__in=set(people)):
        if one.account_digest is None and one.ended_on is None:
            desk.by_hand[one.customer_id, one.product_id] = one
    found: list[Outcome] = []
    for at, row in enumerate(rows):
        if fault := meant.faults.get(at):
            found.append(fault)
            continue
        try:
            found.append(_put(desk, row, digests[at], meant.people.get(at)))
        except Refused as refused:
            found.append(wrong(refused.field or "", str(refused), _("Correct the row in the file.")))
    found = _written(desk, found)
    _tell(source, Action.HOLDINGS_STORED, found)
    return found


def _holdings(*, hold: bool = True, **which: Any) -> list[Holding]:
    """Read holdings and hold them: of accounts and people that whoever brings the file is asked for."""
    ((name, keys),) = which.items()
    found: list[Holding] = []
    for some in portions(keys):
        rows: models.QuerySet[Holding] = models.QuerySet(Holding).filter(**{name: some})
        found += locked(rows.order_by("pk")) if hold else rows
    return found


def _put(desk: Desk, row: Row, digest: str, person: Customer | None) -> Outcome:
    """Let a row say how an account stands. Raises Refused."""
    values = row.values
    product = _product(desk, values.get("product"))
    standing, holder = _found(desk, digest, person, product, is_mark=values["account"].startswith(MARK))
    before = _plain(standing)
    wanted = _wanted(desk, values, before, digest)
    wanted["customer_id"] = holder.pk
    wanted["product_id"] = product.pk if product is not None else before["product_id"]
    if holder.restricted_at is not None and before != wanted:
        raise Refused(_("Processing of this person's data is restricted."))
    if standing is None:
        standing = Holding()
        desk.fresh.append(standing)
    elif before != wanted and not row.taken and standing.told_on and standing.told_on > desk.source.as_of:
        sentence = _("A file of %(day)s says otherwise.") % {"day": standing.told_on.isoformat()}
        remedy = _("Take this row only if the newer file was wrong.")
        return Outcome(Fate.WAITING, (Fault("account", sentence, remedy),))
    for name, value in wanted.items():
        setattr(standing, name, date.fromisoformat(value) if name in DAYS and value is not None else value)
    standing.told_on = max(desk.source.as_of, standing.told_on or desk.source.as_of)
    desk.by_digest[digest] = standing
    if standing.pk is not None:
        desk.changed[standing.pk] = standing
    fate = Fate.NEW if not before else Fate.UNCHANGED if before == wanted else Fate.CHANGED
    return Outcome(fate, subject=digest if fate != Fate.UNCHANGED else "", before=before, after=wanted)


def _found(
    desk: Desk, digest: str, person: Customer | None, product: Product | None, *, is_mark: bool
) -> tuple[Holding | None, Customer]:
    """Return the account, and whose it is; without one of its key what was written down by hand. Raises Refused."""
    standing = desk.by_digest.get(digest)
    if standing is not None:
        holder = desk.people.get(standing.customer_id)
        if holder is None or (person is not None and person.pk != holder.pk):
            raise Refused(_("Here the account is somebody else's."), field="account")
        return standing, holder
    if person is None:
        raise Refused(_("The account isn't here, and the row names nobody."), field="account")
    if is_mark:
        raise Refused(_("What stands for an account here opens none: write its key."), field="account")
    if product is None:
        raise Refused(_("The account isn't here, and the row names no product."), field="product")
    return desk.by_hand.pop((person.pk, product.pk), None), person


def _product(desk: Desk, code: str | None) -> Product | None:
    if code is None:
        return None
    if code not in desk.products:
        raise Refused(
            _("There is no product with this code here. Bring the products in first."), field="product"
        )
    return desk.products[code]


def _wanted(desk: Desk, values: Mapping[str, str], before: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """Return how an account is to stand; what the row leaves out stays. Raises Refused."""
    last = min(desk.source.as_of, timezone.localdate())
    wanted: dict[str, Any] = {**dict.fromkeys(FIELDS), "balance": "", **before, "account_digest": digest}
    for name, column in COLUMNS.items():
        text = values.get(column)
        if text == CLEAR and name == "ended_on":
            wanted[name] = None
        elif text == CLEAR or (text is None and wanted[name] is None and name == "since"):
            raise Refused(_("A day is needed here."), field=column)
        elif text is not None:
            if date.fromisoformat(text) > last:
                raise Refused(_("The day lies after the day of the file."), field=column)
            wanted[name] = text
    if wanted["ended_on"] is not None and wanted["ended_on"] < wanted["since"]:
        raise Refused(_("It was closed before it was opened."), field="closed_on")
    if (band := values.get("band")) is not None:
        wanted["balance"] = "" if band == CLEAR else band
    elif (balance := values.get("balance")) is not None:
        wanted["balance"] = "" if balance == CLEAR else band_of(Decimal(balance)).value
    return wanted


def _written(desk: Desk, found: Iterable[Outcome]) -> list[Outcome]:
    for key, one in zip(keys_draw(Holding, len(desk.fresh)), desk.fresh, strict=True):
        one.pk = key
    rows_insert(desk.fresh)
    rows_update(list(desk.changed.values()), (*FIELDS, "told_on"))
    return [
        Outcome(one.fate, one.faults, _subject(desk, one), one.before, one.after) if one.subject else one
        for one in found
    ]


def _subject(desk: Desk, outcome: Outcome) -> str:
    return f"{HOLDING}:{desk.by_digest[outcome.subject].pk}"


def _plain(standing: Holding | None) -> dict[str, Any]:
    if standing is None:
        return {}
    return {
        name: value.isoformat() if isinstance(value := getattr(standing, name), date) else value
        for name in FIELDS
    }


def _tell(source: Source, action: str, outcomes: Iterable[Outcome]) -> None:
    rows = [[one.subject, one.fate, one.before, one.after] for one in outcomes if one.subject]
    if rows:
        counts = Counter(str(fate) for _subject_, fate, *_values in rows)
        told = {"batch": source.batch, "as_of": source.as_of, "digest": seal(canonical(rows))}
        record(actor=source.actor, action=action, changes={**told, **counts})


def holdings_undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Put accounts back as they stood before a file, as far as no newer one told of them. One audit row."""
    keys = {int(row.subject.partition(":")[2]) for row in rows}
    there = {one.pk: one for one in _holdings(pk__in=keys)}
    reachable = people_held(source, {one.customer_id for one in there.values()}, hold=False)
    found: list[Undone] = []
    back: dict[int, Holding] = {}
    gone: set[int] = set()
    for row in rows:
        key = int(row.subject.partition(":")[2])
        standing = there.get(key)
        if standing is None or key in gone or standing.customer_id not in reachable:
            found.append(Undone(_("It is gone.")))
        elif _plain(standing) != dict(row.after):
            found.append(Undone(_("A newer file, or somebody, changed the account since.")))
        else:
            if row.fate == Fate.NEW:
                gone.add(key)
            for name, value in row.before.items():
                is_day = name in DAYS and value is not None
                setattr(standing, name, date.fromisoformat(value) if is_day else value)
            back[key] = standing
            found.append(Undone())
    rows_update([one for key, one in back.items() if key not in gone], FIELDS)
    for some in portions(gone):
        models.QuerySet(Holding).filter(pk__in=some).delete()
    kept = sum(bool(one.kept) for one in found)
    changes = {"batch": source.batch, "put_back": len(rows) - kept, "kept": kept}
    record(actor=source.actor, action=Action.HOLDINGS_UNDONE, changes=changes)
    return found


def _named(source: Source, subjects: Collection[str]) -> dict[str, Apart]:
    found: dict[str, Apart] = {}
    for some in portions({int(subject.partition(":")[2]) for subject in subjects}):
        rows = (
            Holding.objects.visible_to(source.actor).filter(pk__in=some).select_related("product", "customer")
        )
        found.update({f"{HOLDING}:{one.pk}": _apart(one) for one in rows})
    return found


def _apart(one: Holding, says: str = "") -> Apart:
    return apart(one.customer, says or one.product.label)


def _absent(source: Source, most: int) -> tuple[int, list[Apart]]:
    """Return which open accounts an earlier file told of, and this one doesn't."""
    rows = Holding.objects.visible_to(source.actor).select_related("product", "customer")
    rows = rows.filter(ended_on=None, told_on__lt=source.as_of)
    if source.bank_id is not None:
        rows = rows.filter(customer__household__grid__path__startswith=f"/{source.bank_id}/")
    words = _("%(product)s, in the file of %(day)s")
    found = [
        _apart(one, words % {"product": one.product.label, "day": one.told_on and one.told_on.isoformat()})
        for one in rows[:most]
    ]
    return rows.count(), found


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    labels = {"since": _("opened on"), "ended_on": _("closed on"), "balance": _("balance (yuan)")}
    return [
        (label, _shown(before.get(name)), _shown(after.get(name)))
        for name, label in labels.items()
        if before.get(name) != after.get(name)
    ]


def _shown(value: Any) -> str:
    return str(Balance(value).label) if value in Balance.values else str(value or "")


COMPARED = Compared(named=_named, absent=_absent, differs=_differs)
