"""The whole site as data: every route with what it declares, and a row for every route that wants one.

Whoever adds a route with a key adds its maker to ROWS; until then the nets fail.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from people.enums import BUSINESS_ROLES, Role
from people.models import User
from tests import factories
from tests.people import Cast, make_cast

METHODS = ["get", "post", "put", "patch", "delete", "head", "options"]
SAFE = ["get", "head", "options"]
READERS = ["zhao", "chen", "li", "sysadmin", "secadmin", "auditor"]
PEOPLE = ["zhao", "chen", "li", "wang", "sun", "sysadmin", "secadmin", "auditor"]
BACKEND = "django.contrib.auth.backends.ModelBackend"
UNDECLARED = "undeclared"
ABSENT = 987_654_321
TRAILS = {"audit.AuditEvent", "audit.AuditHead", "sessions.Session"}  # reading, too, leaves something there


@dataclass(frozen=True)
class Route:
    name: str
    keys: tuple[str, ...]
    roles: Any
    is_api: bool
    view: Any = field(compare=False, repr=False)

    @property
    def namespace(self) -> str:
        return self.name.partition(":")[0]

    def url(self, kwargs: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=kwargs)

    def admits(self, user: User | None) -> bool:
        return self.roles is None or (user is not None and user.role in self.roles)

    def __str__(self) -> str:
        return self.name


def _walk(patterns: list[Any], namespace: str = "", keys: tuple[str, ...] = ()) -> Iterator[Route]:
    for pattern in patterns:
        found = (*keys, *pattern.pattern.regex.groupindex, *pattern.pattern.converters)
        found = tuple(dict.fromkeys(found))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, found)
        elif isinstance(pattern, URLPattern) and "format" not in found:
            view = pattern.callback
            api = getattr(view, "cls", None)
            roles = getattr(api or view, "allowed_roles", UNDECLARED)
            yield Route(f"{namespace}{pattern.name}", found, roles, api is not None, view)


ROUTES = list(_walk(get_resolver().url_patterns))
ROW_ROUTES = [route for route in ROUTES if route.keys]


@dataclass
class World:
    """The cast, the three officers and the rows made so far."""

    cast: Cast
    officers: dict[str, User]
    made: dict[tuple[str, str], Any] = field(default_factory=dict)

    def person(self, name: str) -> User:
        return self.officers.get(name) or getattr(self.cast, name)

    def row(self, kind: str, whose: str) -> Any:
        """Return the row of Li ("mine") or of Wu, the stranger ("theirs"); made once."""
        key = (kind, whose)
        if key not in self.made:
            self.made[key] = MAKE[kind](self, whose)
        return self.made[key]

    def grid(self, whose: str) -> Any:
        return self.cast.grid_li if whose == "mine" else self.cast.grid_wu

    def owner(self, whose: str) -> User:
        return self.cast.li if whose == "mine" else self.cast.wu

    def kwargs(self, route: Route, whose: str = "mine") -> dict[str, Any] | None:
        """Return what the route's address needs; None when no row of that kind is out of anybody's sight."""
        if not route.keys:
            return {}
        maker = ROWS.get(route.name) or ROWS.get(route.namespace)
        assert maker, f"{route.name} wants {route.keys}: name its row in tests/nets/site.py"
        made = maker(self, whose)
        assert made is None or set(made) == set(route.keys), (
            f"{route.name} wants {route.keys}, ROWS gives {made}"
        )
        return made

    def client(self, name: str) -> Client:
        client = Client(raise_request_exception=False)
        if name != "anonymous":
            client.force_login(self.person(name), backend=BACKEND)
        return client


def make_world() -> World:
    officers = {
        role.value: factories.UserFactory(username=role.value, role=role)
        for role in Role
        if role not in BUSINESS_ROLES
    }
    return World(make_cast(), officers)


def _token(world: World, whose: str) -> Any:
    from people.models import ApiToken

    return ApiToken.objects.create(
        user=world.owner(whose), name=whose, digest=whose, expires_at=timezone.now() + timedelta(days=1)
    )


def _held(world: World, whose: str) -> Any:
    """A visit that waits because the laptop's clock was ahead."""
    from visits.body import parse
    from visits.models import HeldVisit

    at = (timezone.now() + timedelta(hours=8)).isoformat()
    person = world.row("customer", whose)
    body = parse(
        {"id": str(uuid4()), "customer": person.pk, "started_at": at, "mode": "door", "met": True}
    ).body
    return HeldVisit.objects.create(
        visit_id=body.id, staff=world.owner(whose), reason="clock", body=body.canonical, body_hash=body.digest,
        received_at=timezone.now(),
    )  # fmt: skip


MAKE: dict[str, Callable[[World, str], Any]] = {
    "household": lambda w, whose: factories.HouseholdFactory(grid=w.grid(whose)),
    "customer": lambda w, whose: factories.CustomerFactory(household=w.row("household", whose)),
    "need": lambda w, whose: factories.NeedFactory(household=w.row("household", whose), raised_by=w.owner(whose)),
    "visit": lambda w, whose: factories.VisitFactory(customer=w.row("customer", whose), staff=w.owner(whose)),
    "held": _held,
    "offer": lambda w, whose: factories.OfferFactory(customer=w.row("customer", whose), staff=w.owner(whose)),
    "consent": lambda w, whose: w.row("customer", whose).consents.create(
        purpose="marketing", notice_version="1", channel="paper", staff=w.owner(whose), given_at=timezone.now()
    ),
    "area": lambda _w, _whose: factories.AreaFactory(),
    "product": lambda _w, _whose: factories.ProductFactory(),
    "token": _token,
    "assignment": lambda w, whose: factories.AssignmentFactory(grid=w.grid(whose), part="helper"),
    "duty": lambda w, whose: factories.DutyFactory(grid=w.grid(whose)),
}  # fmt: skip


def _by(kind: str, key: str = "pk") -> Callable[[World, str], dict[str, Any]]:
    """Return a maker of `{pk: …}` for one kind of row."""

    def make(world: World, whose: str) -> dict[str, Any]:
        if whose == "absent":
            is_uuid = isinstance(world.row(kind, "mine").pk, UUID)
            return {key: uuid4() if is_uuid else ABSENT}
        return {key: world.row(kind, whose).pk}

    return make


def _grid(world: World, whose: str) -> dict[str, Any]:
    return {"pk": ABSENT if whose == "absent" else world.grid(whose).pk}


def _area(world: World, whose: str) -> dict[str, Any] | None:
    """Divisions are published by the state: every row is in everybody's sight."""
    return {"mine": {"pk": world.row("area", "mine").pk}, "absent": {"pk": ABSENT}}.get(whose)


def _account(world: World, whose: str) -> dict[str, Any] | None:
    """Accounts: the two officers who keep them see them all, others are out by role."""
    return {"mine": {"pk": world.cast.li.pk}, "absent": {"pk": ABSENT}}.get(whose)


def _month(world: World, whose: str) -> dict[str, Any]:
    """Months of one's own bank; the stranger's is one of another bank, absent is one of nobody's."""
    from performance.services import run_compute

    made = world.made
    if whose == "mine" and ("month", whose) not in made:
        made["month", whose] = run_compute(bank=world.cast.root, month=date(2026, 1, 1))
    if whose == "theirs" and ("month", whose) not in made:
        bank = factories.GridFactory(tier="head_office", parent=None)
        made["month", whose] = run_compute(bank=bank, month=date(2025, 12, 1))
    return {"month": {"mine": "2026-01", "theirs": "2025-12"}.get(whose, "2025-11")}


def _month_row(world: World, whose: str) -> int:
    _month(world, whose)
    return world.made["month", whose].period_id


def _score(world: World, whose: str) -> dict[str, Any]:
    from performance.models import Score

    month = _month(world, "mine")
    run = world.made["month", "mine"]
    owner = ABSENT if whose == "absent" else world.owner(whose).pk
    found = (
        models.QuerySet(Score).filter(run=run, level="manager", subject_id=owner).values_list("pk", flat=True)
    )
    return {**month, "pk": found.first() or ABSENT}


def _rank_job(world: World, whose: str) -> dict[str, Any]:
    from jobs.models import JobRun

    _month(world, "mine")
    root = world.cast.root
    names = {"mine": (root.pk, f"{root.code}:2026-01"), "theirs": (root.pk + ABSENT, "OTHER:2026-01")}
    if whose not in names:
        return {"pk": ABSENT}
    bank, subject = names[whose]
    values = {"requested_at": timezone.now(), "bank_id": bank}
    return {
        "pk": JobRun.objects.get_or_create(kind="performance.rank", subject=subject, defaults=values)[0].pk
    }


ROWS: dict[str, Callable[[World, str], dict[str, Any] | None]] = {
    "people": _account,
    "people:token-revoke": _by("token"),
    "grids": _grid,
    "grids:assignment-end": _by("assignment"),
    "grids:duty-end": _by("duty"),
    "area-detail": _area,
    "customers:household": _by("household"),
    "customers:household-edit": _by("household"),
    "customers:customer-new": _by("household"),
    "needs:new": _by("household"),
    "needs:close": _by("need"),
    "customers:consent-withdraw": _by("consent"),
    "customers": _by("customer"),
    "visits:timeline": _by("household"),
    "visits:held-aside": _by("held"),
    "visits": _by("visit"),
    "performance": _month,
    "performance:score": _score,
    "performance:facts": lambda w, whose: {**_score(w, whose), "indicator": "archive_rate"},
    "performance:job": _rank_job,
    "jobs:job": _rank_job,
    "period-detail": lambda w, whose: {"pk": ABSENT} if whose == "absent" else {"pk": _month_row(w, whose)},
    "ranking-detail": lambda w, whose: {"pk": _score(w, whose)["pk"]},
    "job-detail": _rank_job,
    "grid-detail": _grid,
    "household-detail": _by("household"),
    "customer-detail": _by("customer"),
    "need-detail": _by("need"),
    "product-detail": lambda w, whose: None if whose == "theirs" else _by("product")(w, whose),
    "offer-detail": _by("offer"),
    "visit-detail": _by("visit"),
}

NOISE = [
    (
        re.compile(
            r'(csrfmiddlewaretoken" value|X-CSRFToken&quot;: &quot;|X-CSRFToken": ")[^>]{0,4}[A-Za-z0-9]{64}'
        ),
        "TOKEN",
    ),
    (re.compile(r'name="next" value="[^"]*"'), "NEXT"),
    (re.compile(r"· [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}</p>"), "· PRINTED</p>"),
    (re.compile(r"\s+"), " "),
]


def plain(response: Any) -> str:
    """Return the body without what differs from one equal answer to the next."""
    text = response.content.decode()
    for pattern, word in NOISE:
        text = pattern.sub(word, text)
    return text


def snapshot() -> dict[str, list[str]]:
    """Return every row of every table but the trails."""
    tables = [model for model in apps.get_models() if model._meta.label not in TRAILS]
    return {table._meta.label: sorted(map(repr, table._base_manager.values_list())) for table in tables}
