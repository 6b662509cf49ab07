"""What somebody should look at before a month is published: acts that happen, but seldom so, and what moves a base.

Nothing here counts or takes away. Each check says of people how many of their entries it means; whoever publishes says
that he has looked at them. Who does less than a check asks for is not listed: one visit at night is no reason to ask.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import ExtractHour, Lag
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from customers.actions import Action as Archives
from customers.models import Attribution, CompleteSpan, Household, IdentitySpan, Restriction
from gridbank.days import day_before, month_last
from gridbank.scoping import waive_scope
from grids.actions import Action as Grids
from grids.enums import HandoverState
from grids.models import Assignment, Grid, Handover
from ground.models import CURRENT, Boundary
from people.models import User
from performance.actions import Action
from performance.models import GridTarget
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
# more than so many in an hour leaves five minutes for each, the way included
HOURLY = 12
SAME_WORDS = ("income_source", "land_mu", "house_type", "income_band")


@dataclass(frozen=True)
class Look:
    """The month of a bank that is looked at."""

    bank: Grid
    month: date

    @property
    def since(self) -> datetime:
        """Return the moment at which it began."""
        return timezone.make_aware(datetime.combine(self.month, time.min))

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
        people = Assignment.objects.filter(grid__path__startswith=self.bank.path).order_by()
        rows = AuditEvent.objects.filter(
            at__gte=self.since, action__in=actions, actor__in=people.values("user")
        )
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


def _crowded(look: Look, most: int, within: timedelta) -> Iterator[tuple[int | None, int]]:
    """Count visits that lie with more than `most` others, themselves included, in a time that begins at any of them."""
    order = F("started_at").asc()
    before = Window(Lag("started_at", offset=most), partition_by=F("staff_id"), order_by=order)
    rows = look.visits(met=True).annotate(before=before)
    hasty = set(rows.filter(started_at__lte=F("before") + within).values_list("staff_id", flat=True))
    times: dict[int, list[datetime]] = {}
    for pk, moment in look.visits(met=True, staff_id__in=hasty).values_list("staff_id", "started_at"):
        times.setdefault(pk, []).append(moment)
    for pk, moments in times.items():
        moments.sort()
        counted = set[int]()
        for place in range(most, len(moments)):
            if moments[place] - moments[place - most] <= within:
                counted.update(range(place - most, place + 1))
        yield pk, len(counted)


def _burst(look: Look) -> Iterator[tuple[int | None, int]]:
    # who writes minutes only is a minute apart from one to the next
    yield from _crowded(look, SOME - 1, timedelta(minutes=1))


def _hurried(look: Look) -> Iterator[tuple[int | None, int]]:
    # one each five minutes is none too many
    yield from _crowded(look, HOURLY, timedelta(hours=1) - timedelta.resolution)


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
    nine_in_ten = counted.annotate(tenfold=F("n") * 10).filter(tenfold__gte=F("every") * 9)
    yield from nine_in_ten.values_list("staff_id", "n")


def _repeated(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = look.offers().values("staff_id", "customer_id", "product_id").annotate(n=Count("pk"))
    yield from ((pk, n - 1) for pk, n in rows.filter(n__gt=1).values_list("staff_id", "n"))


def _alike(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = Household.objects.filter(
        grid__path__startswith=look.bank.path, complete_since__range=look.days
    ).order_by()
    groups = rows.values("archived_by_id", *SAME_WORDS).annotate(n=Count("pk"))
    alike: Counter[tuple[Any, ...]] = Counter()
    for person_id, source, land, *others, n in groups.values_list("archived_by_id", *SAME_WORDS, "n"):
        # who writes a number of his own into each, in whatever digits, writes them by the same words all the same
        bare = "".join(sign for sign in source if not sign.isnumeric())
        # where the numbers differ anyway, the land does too
        alike[person_id, bare, land if bare == source else None, *others] += n
    yield from ((key[0], n) for key, n in alike.items() if n >= ALIKE)


def _emptied(look: Look) -> Iterator[tuple[int | None, int]]:
    """Count archives that lacked something again in the month or since, however late: complete for its last day only.

    What is emptied once a month is published stands in the next one's list.
    """
    rows = CompleteSpan.objects.filter(
        household__grid__path__startswith=look.bank.path, valid_to__gte=day_before(look.month)
    )
    yield from _by_person(rows.order_by(), "household__archived_by_id")


def _moved(look: Look) -> Iterator[tuple[int | None, int]]:
    """Count households that left a grid in the month or since: who came for the last day only leaves it then."""
    rows = Attribution.objects.filter(
        grid__path__startswith=look.bank.path, valid_to__gte=day_before(look.month), moved_at__gte=look.since
    )
    yield from _by_person(rows.order_by(), "moved_by_id")


def _targets(look: Look) -> Iterator[tuple[int | None, int]]:
    """Count targets set for a person, and those of the month that were signed when it was over."""
    yield from _done(Action.TARGET_SET)(look)
    over = timezone.make_aware(datetime.combine(look.days[1] + timedelta(days=1), time.min))
    late = GridTarget.objects.filter(
        grid__path__startswith=look.bank.path, month=look.month, is_signed=True, signed_at__gte=over
    )
    yield from _by_person(late.order_by(), "signed_by_id")


def _handovers(look: Look) -> QuerySet[Handover]:
    rows: QuerySet[Handover] = Handover.objects.filter(
        grid__path__startswith=look.bank.path,
        state=HandoverState.DONE,
        done_at__gte=look.since,
        first_day__lte=look.days[1],
    )
    return rows.order_by()


def _leads(look: Look) -> Iterator[tuple[int | None, int]]:
    """Count responsibilities that changed, one by one, in bulk or by a handover that the clock put in force."""
    yield from _done(
        Grids.ASSIGNMENT_STARTED, Grids.ASSIGNMENT_ENDED, Grids.ASSIGNMENT_RESUMED, Grids.ASSIGNMENT_WITHDRAWN,
        Grids.ASSIGNMENTS_STARTED,
    )(look)  # fmt: skip
    yield from _by_person(_handovers(look), "opened_by_id")


def _late_handovers(look: Look) -> Iterator[tuple[int | None, int]]:
    yield from _by_person(_handovers(look).filter(done_at__date__gt=F("first_day")), "opened_by_id")


def _own_corrections(look: Look) -> Iterator[tuple[int | None, int]]:
    rows = look.visits(versions__replaced_by=F("staff")).values("staff_id")
    yield from rows.annotate(n=Count("pk", distinct=True)).values_list("staff_id", "n")


def _done(*actions: str) -> Counts:
    def counts(look: Look) -> Iterator[tuple[int | None, int]]:
        yield from _by_person(look.events(*actions), "actor_id")

    return counts


def _base_changed(look: Look) -> Iterator[tuple[int | None, int]]:
    """Count changes of what makes somebody an adult or a person with a document.

    One by one each has its event; a file has one for all its rows, of whom what they were before is kept.
    """
    rows = look.events(Archives.CUSTOMER_UPDATED)
    said = Q(changes__contains='"birth_date"') | Q(changes__contains='"id_number"')
    one_by_one = Counter(dict(_by_person(rows.filter(said), "actor_id")))
    spans = IdentitySpan.objects.filter(
        customer__household__grid__path__startswith=look.bank.path,
        valid_to__gte=day_before(look.month),
        changed_at__gte=look.since,
    )
    kept = Counter(dict(_by_person(spans.order_by(), "changed_by_id")))
    yield from (one_by_one | kept).items()


def _restricted(look: Look) -> Iterator[tuple[int | None, int]]:
    """Count people whose data was restricted, or no more, since the month began: they leave bases or come back."""
    rows = Restriction.objects.filter(customer__household__grid__path__startswith=look.bank.path).order_by()
    yield from _by_person(rows.filter(set_at__gte=look.since, came_at=None), "set_by_id")
    yield from _by_person(rows.filter(lifted_at__gte=look.since), "lifted_by_id")


def _taken_out(look: Look) -> Iterator[tuple[int | None, int]]:
    """Count people and households that were taken out with the file that had brought them."""
    for person_id, changes in look.events(Archives.ROSTER_UNDONE).values_list("actor_id", "changes"):
        told = json.loads(changes)
        yield person_id, told.get("removed", 0) + told.get("households", 0)


CHECKS = (
    Check("burst", _("Visits within one minute"), SOME, _burst),
    Check("hurried", _("Visits, more than twelve within an hour"), FEW, _hurried),
    Check("night", _("Visits between ten at night and six in the morning"), SOME, _night),
    Check("away", _("Visits more than 20 km off the grid"), FEW, _away),
    Check("one_spot", _("Households visited at the door from one and the same spot"), SAME_SPOT, _one_spot),
    Check("distant", _("Visits by phone or WeChat, more than at the door"), MANY, _distant),
    Check("unmet_offers", _("Offers accepted at visits at which nobody was met"), FEW, _unmet_offers),
    Check("at_one_visit", _("Offers accepted by the handful at one visit"), FEW, _at_one_visit),
    Check("all_accepted", _("Offers of which nine in ten or more were accepted"), MANY, _all_accepted),
    Check("repeated", _("Offers of the same product to the same customer"), SOME, _repeated),
    Check("alike", _("Archives completed with the same words"), ALIKE, _alike),
    Check("emptied", _("Archives that lacked something again, in the month or since"), SOME, _emptied),
    Check("own_corrections", _("Own visits corrected"), SOME, _own_corrections),
    Check("deaths", _("Deaths told"), SOME, _done(Archives.CUSTOMER_DIED)),
    Check("resettled", _("People moved to other households"), SOME, _done(Archives.CUSTOMER_RESETTLED)),
    Check("merged", _("Archives of people put together, or taken apart again"), FEW, _done(Archives.CUSTOMER_MERGED, Archives.CUSTOMER_UNMERGED)),
    Check("base", _("Dates of birth and documents changed or taken out"), SOME, _base_changed),
    Check("restricted", _("People restricted, and restrictions lifted"), FEW, _restricted),
    Check("taken_out", _("People and households taken out with a file"), FEW, _taken_out),
    Check("redated", _("Days of accounts and app steps corrected"), SOME, _done(Archives.CUSTOMER_DAY_CORRECTED)),
    Check("others_corrected", _("Visits corrected, of others and own"), MANY, _done(Visits.VISIT_CORRECTED)),
    Check("targets", _("Own targets set for people, and targets signed after the month"), FEW, _targets),
    Check("leads", _("Responsibilities begun, ended or handed over"), FEW, _leads),
    Check("late_handovers", _("Handovers put in force after their day"), FEW, _late_handovers),
    Check("backdated", _("Changes for days before signed"), FEW, _done(Grids.BACKDATING_SIGNED)),
    Check("moved", _("Households moved to other grids"), SOME, _moved),
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
