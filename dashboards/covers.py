"""The columns of the coverage page: registered when the app loads. Each counts households, through the reader's sight."""

from datetime import datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.conditions import complete_q, served_q
from customers.enums import Archive, Evidence
from customers.models import CompleteSpan, Household
from customers.selectors import customer_list, household_list
from gridbank.days import day_after
from ground.covers import Window, cover
from needs.selectors import need_list
from people.models import User
from products.enums import Category, OfferResult
from products.models import Holding
from products.selectors import offer_list
from visits.selectors import visit_list


def _homes(actor: User, within: str, window: Window) -> QuerySet[Household]:
    """Return the households that were known, and in which anybody lived, on the window's last day."""
    rows = household_list(actor=actor).filter(Q(ended_on=None) | Q(ended_on__gt=window.last)).order_by()
    if within:
        rows = rows.filter(grid__path__startswith=within)
    if window.last < timezone.localdate():
        rows = rows.filter(created_at__lt=_end(window))
    return rows


def _end(window: Window) -> datetime:
    return timezone.make_aware(datetime.combine(day_after(window.last), time.min))


def _stands(column: str) -> Q:
    """Return the condition that nobody has refuted what was entered."""
    return Q(**{column: None}) | ~Q(**{column: Evidence.REFUTED})


def _by_grid(rows: QuerySet[Household]) -> dict[int, int]:
    return dict(rows.values_list("grid_id").annotate(n=Count("pk")))


@cover(
    "known", label=_("Archived"),
    formula=_("Households that are kept here on the last day ÷ the official register"),
    opens={"by": "household"},
)  # fmt: skip
def known(actor: User, within: str, window: Window) -> dict[int, int]:
    """Count the households that are known."""
    return _by_grid(_homes(actor, within, window))


@cover(
    "met", label=_("Met"), promise=_("People walk the grid"),
    formula=_("Households at which somebody was met within the span of time"),
)  # fmt: skip
def met(actor: User, within: str, window: Window) -> dict[int, int]:
    """Count the households at which somebody was met: asked of the visits, unless the window ends today."""
    rows = _homes(actor, within, window)
    if window.last >= timezone.localdate():
        return _by_grid(rows.filter(last_met_on__gte=window.first))
    met_then = visit_list(actor=actor).filter(met=True, day__range=(window.first, window.last)).order_by()
    return _by_grid(rows.filter(pk__in=met_then.values("household_id")))


@cover(
    "complete", label=_("Archive complete"), promise=_("Archives are built in the grid"),
    formula=_("Households whose archive is complete on the last day"),
    opens={"archive": Archive.COMPLETE, "by": "household"},
)  # fmt: skip
def complete(actor: User, within: str, window: Window) -> dict[int, int]:
    """Count the complete archives."""
    rows = _homes(actor, within, window)
    if window.last >= timezone.localdate():
        return _by_grid(rows.filter(complete_q()))
    spans = CompleteSpan.objects.visible_to(actor).filter(
        valid_from__lte=window.last, valid_to__gte=window.last
    )
    then = Q(complete_since__lte=window.last) | Q(pk__in=spans.order_by().values("household_id"))
    return _by_grid(rows.filter(then))


@cover(
    "served", label=_("Served"), promise=_("Every grid is served"),
    formula=_(
        "Households for which something was done within the span of time: an offer accepted, a need closed, an "
        "account opened or the app verified"
    ),
)  # fmt: skip
def served(actor: User, within: str, window: Window) -> dict[int, int]:
    """Count the households for which something was done."""
    span: tuple[Any, Any] = (window.first, window.last)
    offers = offer_list(actor=actor).filter(
        _stands("evidence"), result=OfferResult.ACCEPTED, offered_on__range=span
    )
    first = timezone.make_aware(datetime.combine(window.first, time.min))
    needs = need_list(actor=actor).filter(closed_at__gte=first, closed_at__lt=_end(window))
    opened = Q(customer_since__range=span) & _stands("account_evidence")
    verified = Q(app_verified_on__range=span) & _stands("app_evidence")
    people = customer_list(actor=actor).filter(opened | verified)
    done = (
        Q(pk__in=offers.order_by().values("customer__household_id"))
        | Q(pk__in=needs.order_by().values("household_id"))
        | Q(pk__in=people.order_by().values("household_id"))
    )
    return _by_grid(_homes(actor, within, window).filter(done))


@cover(
    "credited", label=_("With a loan"),
    formula=_("Households of which somebody has a loan product on the last day"),
)  # fmt: skip
def credited(actor: User, within: str, window: Window) -> dict[int, int]:
    """Count the households with a loan product."""
    held = Q(since__lte=window.last) & (Q(ended_on=None) | Q(ended_on__gt=window.last))
    loans = Holding.objects.visible_to(actor).filter(held, product__category=Category.LOAN)
    return _by_grid(
        _homes(actor, within, window).filter(pk__in=loans.order_by().values("customer__household_id"))
    )


@cover(
    "activated", label=_("With the app"),
    formula=_("Households of which somebody's app was verified by the last day"),
)  # fmt: skip
def activated(actor: User, within: str, window: Window) -> dict[int, int]:
    """Count the households with the app."""
    people = customer_list(actor=actor).filter(
        served_q(), _stands("app_evidence"), app_verified_on__lte=window.last
    )
    return _by_grid(_homes(actor, within, window).filter(pk__in=people.order_by().values("household_id")))
