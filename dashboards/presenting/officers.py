"""The three officers' homes: accounts, roles and the trail in numbers, each leading to its rows; no customer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from audit.actions import Action as AuditAction
from audit.labels import label
from audit.selectors import event_list
from customers.actions import Action as CustomerAction
from dashboards.policies import POWERFUL_ROLES, Home, home_of
from exchange.presenting.alarms import told as files_told
from gridbank.addresses import address
from people.actions import Action as PeopleAction
from people.enums import Role
from people.models import User
from people.policies import gives_roles, opens_accounts
from people.selectors import account_list
from performance.actions import Action as PerformanceAction
from performance.proved import trail_proof
from performance.selectors import alarms

SHOWN = 8
DAYS = 7
# What an auditor looks for first: what was refused, what was seen in clear, what left the house, who was changed.
WATCHED = (
    AuditAction.READING_ALARM,
    PeopleAction.SESSION_REFUSED,
    AuditAction.ACCESS_DENIED,
    AuditAction.SCOPE_DENIED,
    CustomerAction.CUSTOMER_REVEALED,
    PerformanceAction.PERIOD_EXPORTED,
    PeopleAction.USER_ROLE_CHANGED,
    PeopleAction.USER_PASSWORD_RESET,
    PeopleAction.USER_DISABLED,
    PerformanceAction.PERIOD_VERIFICATION_FAILED,
    AuditAction.TRAIL_BROKEN,
)

Context = dict[str, Any]


def home(*, actor: User) -> tuple[str, Context]:
    """Return the template and the context of an officer's home."""
    pages: dict[Home, Callable[[User], Context]] = {
        Home.ACCOUNTS: _accounts,
        Home.ROLES: _roles,
        Home.TRAIL: _trail,
    }
    can = {"opens_accounts": opens_accounts(actor), "gives_roles": gives_roles(actor)}
    return "dashboards/officer.html", {**can, **pages[home_of(actor)](actor)}


def _accounts(actor: User) -> Context:
    rows = account_list(actor=actor)
    active = Q(is_active=True)
    counts = rows.aggregate(
        active=Count("pk", filter=active),
        never=Count("pk", filter=active & Q(last_login=None)),
        one_time=Count("pk", filter=active & Q(must_change_password=True)),
        disabled=Count("pk", filter=~active),
    )
    waiting = rows.filter(active, must_change_password=True).order_by("one_time_until", "username")
    return {
        "accounts": {state: {"count": n, "url": _list(state)} for state, n in counts.items() if n},
        "waiting": list(waiting[:SHOWN]),
        "recent": list(rows.filter(last_login__isnull=False).order_by("-last_login")[:SHOWN]),
        "now": timezone.now(),
        "alarms": files_told(actor=actor),
    }


def _list(state: str) -> str:
    return address("people:list", state=state)


def _roles(actor: User) -> Context:
    rows = account_list(actor=actor).filter(is_active=True)
    counts = dict(rows.order_by().values_list("role").annotate(Count("pk")))
    held = [
        {"label": role.label, "count": counts[role], "url": address("people:list", role=role.value)}
        for role in Role
        if counts.get(role)
    ]
    powerful = rows.filter(role__in=POWERFUL_ROLES).order_by("role", "staff_no")
    return {"held": held, "powerful": list(powerful[: 4 * SHOWN])}


def _trail(actor: User) -> Context:
    today = timezone.localdate()
    since = today - timedelta(days=DAYS - 1)
    rows = event_list(actor=actor, since=since).filter(action__in=WATCHED).select_related(None).order_by()
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    found = {
        action: (of_today, of_week)
        for action, of_today, of_week in rows.values_list("action").annotate(
            today=Count("pk", filter=Q(at__gte=midnight)), week=Count("pk")
        )
    }
    watched = [
        {
            "label": label(action),
            "today": found[action][0],
            "week": found[action][1],
            "today_url": address("audit:list", action=action, since=today),
            "week_url": address("audit:list", action=action, since=since),
        }
        for action in WATCHED
        if action in found
    ]
    return {"watched": watched, "alarms": alarms(actor=actor), "trail": trail_proof(actor=actor)}
