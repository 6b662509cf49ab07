"""What somebody should look at before a month is published: acts that happen, but seldom so, and what moves a base.

Nothing here counts or takes away. Each check says of people how many of their entries it means; whoever publishes says
that he has looked at them. Who does less than a check asks for is not listed: one visit at night is no reason to ask.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncMinute
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from customers.actions import Action as Archives
from customers.models import Household
from gridbank.days import month_last
from gridbank.scoping import waive_scope
from grids.actions import Action as Grids
from grids.models import Assignment, Grid
from ground.models import CURRENT, Boundary
from people.models import User
from performance.actions import Action
from products.enums import OfferResult
from products.models import Offer
from visits.actions import Action as Visits
from visits.enums import Mode
from visits.models import Visit

# so many entries of a person are a reason to look
FEW, SOME, MANY = 1, 3, 10
NIGHT_FROM, NIGHT_UNTIL = 22, 6
# degrees beyond the box of the grid's ground: about twenty kilometres
AWAY = 0.2
DISTANT = (Mode.PHONE, Mode.WECHAT)
SAME_SPOT = 5
AT_ONE_VISIT = 4
# archives that one person completed in the month with the same words
ALIKE = 10
SAME_WORDS = ("income_source", "land_mu", "house_type", "income_band")


@dataclass(frozen=True)
class Look:
    """The month of a bank that is looked at."""

    bank: Grid
    month: date

    @property
    def days(self) -> tuple[date, date]:
        """Return its first day and its last."""
        return self.month, month_last(self.month)

    def visits(self, **wanted: Any) -> QuerySet[Visit]:
        """Return its visits that may count."""
        rows: QuerySet[Visit] = Visit.objects.filter(
            grid__path__startswith=self.bank.path, day__range=self.days, is_late=False, **wanted
        )
        return rows.order_by()

    def offers(self, **wanted: Any) -> QuerySet[Offer]:
        """Return what was offered in it."""
        rows: QuerySet[Offer] = Offer.objects.filter(
            grid__path__startswith=self.bank.path, offered_on__range=self.days, **wanted
        )
        return rows.order_by()

    def events(self, *actions: str) -> QuerySet[AuditEvent]:
        """Return what the bank's people did since the month began: a base is moved afterwards as well."""
        since = timezone.make_aware(datetime.combine(self.month, time.min))
        people = Assignment.objects.filter(grid__path__startswith=self.bank.path).order_by()
        rows = AuditEvent.objects.filter(at__gte=since, action__in=actions, actor__in=people.values("user"))
        return rows.order_by()


Counts = Callable[[Look], Iterator[tuple[int | None, int]]]


@dataclass(frozen=True)
class Check:
    """One thing to look at: its key, its words, how many make it worth a look, and how they are counted."""

    key: str
    words: str | Promise
    least: int
    counts: Counts


def _by_person(rows: QuerySet[Any], person: str = "staff_id") -> Iterator[tuple[int | None, int]]:
    yield from rows.values_list(person).annotate(n=Count("pk"))


def _burst(look: Look) -> Iterator[tuple[int | None, int]]:
    minutes = look.visits(met=True).values("staff_id", minute=TruncMinute("started_at"))
    yield from minutes.annotate(n=Count("pk")).filter(n__gte=SOME).values_list("staff_id", "n")


def _night(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = look.visits(met=True).annotate(hour=ExtractHour("started_at"))
    yield from _by_person(rows.filter(Q(hour__gte=NIGHT_FROM) | Q(hour__lt=NIGHT_UNTIL)))


def _away(look: Look) -> Iterator[tuple[int | None, int]]:
    ground = Boundary.objects.filter(CURRENT, grid_id=OuterRef("grid_id"))
    near = ground.filter(
        min_lat__lte=OuterRef("latitude") + AWAY, max_lat__gte=OuterRef("latitude") - AWAY,
        min_lon__lte=OuterRef("longitude") + AWAY, max_lon__gte=OuterRef("longitude") - AWAY,
    )  # fmt: skip
    rows = look.visits(met=True, latitude__isnull=False, longitude__isnull=False)
    yield from _by_person(rows.filter(Exists(ground), ~Exists(near)))


def _one_spot(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = look.visits(met=True, mode=Mode.DOOR, latitude__isnull=False)
    spots = rows.values("staff_id", "day", "latitude", "longitude").annotate(
        n=Count("household_id", distinct=True)
    )
    yield from spots.filter(n__gte=SAME_SPOT).values_list("staff_id", "n")


def _distant(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = look.visits(met=True).values("staff_id")
    counted = rows.annotate(n=Count("pk", filter=Q(mode__in=DISTANT)), every=Count("pk"))
    yield from counted.filter(n__gt=F("every") - F("n")).values_list("staff_id", "n")


def _unmet_offers(look: Look) -> Iterator[tuple[int | None, int]]:
    unmet = Visit.objects.filter(pk=OuterRef("origin"), met=False)
    yield from _by_person(look.offers(result=OfferResult.ACCEPTED).filter(Exists(unmet)))


def _at_one_visit(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = look.offers(result=OfferResult.ACCEPTED, origin__isnull=False).values("staff_id", "origin")
    yield from rows.annotate(n=Count("pk")).filter(n__gte=AT_ONE_VISIT).values_list("staff_id", "n")


def _all_accepted(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = look.offers().values("staff_id")
    counted = rows.annotate(n=Count("pk", filter=Q(result=OfferResult.ACCEPTED)), every=Count("pk"))
    yield from counted.filter(n=F("every")).values_list("staff_id", "n")


def _repeated(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = look.offers().values("staff_id", "customer_id", "product_id").annotate(n=Count("pk"))
    yield from ((pk, n - 1) for pk, n in rows.filter(n__gt=1).values_list("staff_id", "n"))


def _alike(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = Household.objects.filter(
        grid__path__startswith=look.bank.path, complete_since__range=look.days
    ).order_by()
    groups = rows.values("archived_by_id", *SAME_WORDS).annotate(n=Count("pk"))
    yield from groups.filter(n__gte=ALIKE).values_list("archived_by_id", "n")


def _own_corrections(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = look.visits(versions__replaced_by=F("staff")).values("staff_id")
    yield from rows.annotate(n=Count("pk", distinct=True)).values_list("staff_id", "n")


def _done(*actions: str) -> Counts:
    def counts(look: Look) -> Iterator[tuple[int | None, int]]:
        yield from _by_person(look.events(*actions), "actor_id")

    return counts


def _base_changed(look: Look) -> Iterator[tuple[int | None, int]]:
    """Count changes of what makes somebody an adult or a person with a document."""
    rows = look.events(Archives.CUSTOMER_UPDATED)
    said = Q(changes__contains='"birth_date"') | Q(changes__contains='"id_number"')
    yield from _by_person(rows.filter(said), "actor_id")


CHECKS = (
    Check("burst", _("Visits within one minute"), SOME, _burst),
    Check("night", _("Visits between ten at night and six in the morning"), SOME, _night),
    Check("away", _("Visits more than 20 km off the grid"), FEW, _away),
    Check("one_spot", _("Households visited at the door from one and the same spot"), SAME_SPOT, _one_spot),
    Check("distant", _("Visits by phone or WeChat, more than at the door"), MANY, _distant),
    Check("unmet_offers", _("Offers accepted at visits at which nobody was met"), FEW, _unmet_offers),
    Check("at_one_visit", _("Offers accepted by the handful at one visit"), FEW, _at_one_visit),
    Check("all_accepted", _("Offers of which every one was accepted"), MANY, _all_accepted),
    Check("repeated", _("Offers of the same product to the same customer"), SOME, _repeated),
    Check("alike", _("Archives completed with the same words"), ALIKE, _alike),
    Check("own_corrections", _("Own visits corrected"), SOME, _own_corrections),
    Check("deaths", _("Deaths told"), SOME, _done(Archives.CUSTOMER_DIED)),
    Check("resettled", _("People moved to other households"), SOME, _done(Archives.CUSTOMER_RESETTLED)),
    Check("base", _("Dates of birth and documents changed or taken out"), SOME, _base_changed),
    Check("redated", _("Days of accounts and app steps corrected"), SOME, _done(Archives.CUSTOMER_DAY_CORRECTED)),
    Check("others_corrected", _("Visits corrected, of others and own"), MANY, _done(Visits.VISIT_CORRECTED)),
    Check("targets", _("Own targets set for people"), FEW, _done(Action.TARGET_SET)),
    Check("leads", _("Responsibilities begun or ended"), FEW, _done(Grids.ASSIGNMENT_STARTED, Grids.ASSIGNMENT_ENDED)),
)  # fmt: skip
WORDS = {check.key: check.words for check in CHECKS}


@dataclass(frozen=True, order=True)
class Found:
    """So many entries of a person that a check means; 0 is nobody."""

    key: str
    person_id: int
    count: int
    name: str

    @property
    def words(self) -> str:
        """Return what it is, in the reader's language."""
        return str(WORDS[self.key])


def look_at(bank: Grid, month: date) -> list[Found]:
    """Return what should be looked at in a month, check by check, most first."""
    look, found = Look(bank, month), list[tuple[str, int, int]]()
    with waive_scope("a month is looked at as a whole before somebody puts his name to it"):
        for check in CHECKS:
            counts: Counter[int] = Counter()
            for person_id, count in check.counts(look):
                counts[person_id or 0] += count
            standing = [(check.key, pk, n) for pk, n in counts.items() if n >= check.least]
            found += sorted(standing, key=lambda one: (-one[2], one[1]))
    names = dict(User.objects.filter(pk__in={pk for _key, pk, _n in found}).values_list("pk", "name"))
    return [Found(key, pk, n, names.get(pk, "–")) for key, pk, n in found]


def seal_of(found: list[Found]) -> str:
    """Return what stands for a list: whoever says that he has looked says it of this one; empty of an empty one."""
    said = json.dumps([(one.key, one.person_id, one.count) for one in found])
    return hashlib.sha256(said.encode()).hexdigest()[:32] if found else ""
