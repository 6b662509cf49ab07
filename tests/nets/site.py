"""The whole site as data: every route with what it declares, and a row for every route that wants one.

Whoever adds a route with a key adds its maker to ROWS of `tests/<app>/rows.py`; until then the nets fail.
"""

import hashlib
import importlib
import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from audit.models import AuditEvent
from people.enums import BUSINESS_ROLES, Role
from people.models import User
from tests import factories
from tests.i18n.messages import ROOMS
from tests.people import Cast, make_cast

METHODS = ["get", "post", "put", "patch", "delete", "head", "options"]
SAFE = ["get", "head", "options"]
READERS = ["zhao", "chen", "li", "sysadmin", "secadmin", "auditor"]
PEOPLE = ["zhao", "chen", "li", "wang", "sun", "sysadmin", "secadmin", "auditor"]
BACKEND = "django.contrib.auth.backends.ModelBackend"
UNDECLARED = "undeclared"
# reading, too, leaves something there
TRAILS = {"audit.AuditEvent", "audit.AuditHead", "audit.Reading", "audit.Untold", "sessions.Session"}
REFUSALS = ["scope.denied", "access.denied", "customer.reveal_capped", "customer.identity_refused"]


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
    sessions: dict[int, str] = field(default_factory=dict)

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

    def kwargs(self, route: Route, whose: str = "mine", reader: str = "") -> dict[str, Any] | None:
        """Return what the route's address needs; None when no row of that kind is out of anybody's sight.

        A reader whose own row is another one than everybody's gets that.
        """
        if not route.keys:
            return {}
        own = OWN.get(reader, {})
        maker = (
            own.get(route.name)
            or own.get(route.namespace)
            or ROWS.get(route.name)
            or ROWS.get(route.namespace)
        )
        assert maker, f"{route.name} wants {route.keys}: name its row in tests/<app>/rows.py"
        made = maker(self, whose)
        assert made is None or set(made) == set(route.keys), (
            f"{route.name} wants {route.keys}, ROWS gives {made}"
        )
        return made

    def client(self, name: str) -> Client:
        """Return a browser in which somebody of the cast is signed in."""
        if name == "anonymous":
            return Client(raise_request_exception=False)
        return self.client_of(self.person(name))

    def client_of(self, user: User) -> Client:
        """Return a browser in which a person is signed in: as the bank was built, as long as nobody ended that."""
        client = Client(raise_request_exception=False)
        if user.pk in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[user.pk]
            if get_user(client).is_authenticated:
                return client
        client.force_login(user, backend=BACKEND)
        return client

    def open_sessions(self) -> None:
        """Sign everybody in once: to begin a session costs more than a request."""
        for user in self.everybody():
            carried = self.client_of(user).cookies[settings.SESSION_COOKIE_NAME]
            self.sessions[user.pk] = str(carried.value)

    def everybody(self) -> list[User]:
        """Return those who are signed in when the bank is built."""
        return [self.person(name) for name in PEOPLE]


def make_world() -> World:
    officers = {
        role.value: factories.UserFactory(username=role.value, role=role)
        for role in Role
        if role not in BUSINESS_ROLES
    }
    return World(make_cast(), officers)


def _collected(kind: str) -> dict[str, Any]:
    """Gather what the apps' `rows.py` say; each key stands in one."""
    found: dict[str, Any] = {}
    for room in ROOMS:
        if importlib.util.find_spec(f"tests.{room}") and importlib.util.find_spec(f"tests.{room}.rows"):
            told = getattr(importlib.import_module(f"tests.{room}.rows"), kind, {})
            assert not found.keys() & told.keys()
            found |= told
    return found


MAKE: dict[str, Callable[[World, str], Any]] = _collected("MAKE")
Maker = Callable[[World, str], dict[str, Any] | None]
ROWS: dict[str, Maker] = _collected("ROWS")
OWN: dict[str, dict[str, Maker]] = _collected("OWN")

NOISE = [
    (
        re.compile(
            r'(csrfmiddlewaretoken" value|X-CSRFToken&quot;: &quot;|X-CSRFToken": ")[^>]{0,4}[A-Za-z0-9]{64}'
        ),
        "TOKEN",
    ),
    (re.compile(r'name="next" value="[^"]*"'), "NEXT"),
    (re.compile(r'name="form_key" value="[0-9a-f]{32}"'), "KEY"),
    (re.compile(r'<time class="now">[^<]*</time>'), "NOW"),
    (re.compile(r"\s+"), " "),
]


def plain(response: Any) -> str:
    """Return the body without what differs from one equal answer to the next."""
    text = response.content.decode()
    for pattern, word in NOISE:
        text = pattern.sub(word, text)
    return text


def snapshot() -> dict[str, str]:
    """Return a digest of every table but the trails: two that are equal are the same database.

    It is asked of the database itself, for it is asked thousands of times.
    """
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.label not in TRAILS:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
                found[model._meta.label] = _digest(cursor.fetchall())
    return found


def _plain(value: Any) -> Any:
    """Return the bytes themselves where a database gives a view of them, which looks otherwise each time."""
    return bytes(value) if isinstance(value, memoryview) else value


def _digest(rows: Any) -> str:
    text = "\n".join(sorted(repr([_plain(value) for value in row]) for row in rows))
    return hashlib.sha256(text.encode()).hexdigest()


def ledger() -> dict[str, str]:
    """Return the snapshot and what the audit trail holds of acts: refusals may be written, acts may not."""
    events = AuditEvent.objects.exclude(action__in=REFUSALS).values_list("action", "actor_id", "changes")
    acts = (event for event in events if not is_refusal(*event))
    return {**snapshot(), "audit.AuditEvent": _digest(acts)}


def is_refusal(action: str, _actor: int | None, changes: str) -> bool:
    """Tell an upload of which nothing was stored or kept aside."""
    told = json.loads(changes) if action == "visit.received" else {"created": "?"}
    return not (told["created"] or told["held"])
