"""What the menu offers each role; nothing is shown that would be refused."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

from dashboards.policies import BRINGING_ROLES, CUTTING_ROLES
from dashboards.selectors import is_assigned
from grids.authority import Act, founds, may, roles_of
from people.enums import BUSINESS_ROLES, EVERYONE, Role
from people.models import User
from people.policies import walks_grids

ENTRIES = [
    ("dashboards:home", pgettext_lazy("menu", "Home"), "home", EVERYONE),
    ("visits:today", pgettext_lazy("menu", "Today"), "calendar-days", {Role.ACCOUNT_MANAGER}),
    ("ground:map", pgettext_lazy("menu", "Map"), "map", BUSINESS_ROLES),
    ("grids:list", pgettext_lazy("menu", "Grids"), "squares-2x2", BUSINESS_ROLES),
    ("ground:layouts", pgettext_lazy("menu", "Layouts"), "scissors", CUTTING_ROLES),
    ("ground:points", pgettext_lazy("menu", "Service points"), "map-pin", BUSINESS_ROLES),
    ("customers:list", pgettext_lazy("menu", "Customers"), "users", BUSINESS_ROLES),
    ("visits:list", pgettext_lazy("menu", "Visits"), "clipboard-document-check", BUSINESS_ROLES),
    ("needs:list", pgettext_lazy("menu", "Needs"), "chat-bubble-left-right", BUSINESS_ROLES),
    ("performance:list", pgettext_lazy("menu", "Ranking"), "trophy", BUSINESS_ROLES),
    ("exchange:home", pgettext_lazy("menu", "Files in"), "arrow-up-tray", BRINGING_ROLES),
    (
        "exchange:exports",
        pgettext_lazy("menu", "Files out"),
        "arrow-down-tray",
        {Role.HEAD_OFFICE, Role.BRANCH_MANAGER, Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR},
    ),
    (
        "customers:duplicates",
        pgettext_lazy("menu", "Duplicates"),
        "document-duplicate",
        roles_of(Act.TWINS_DECIDE),
    ),
    ("people:list", pgettext_lazy("menu", "Accounts"), "identification", {Role.SYSADMIN, Role.SECADMIN}),
    ("audit:list", pgettext_lazy("menu", "Audit log"), "shield-check", {Role.AUDITOR}),
    ("performance:proofs", pgettext_lazy("menu", "Verification"), "check-badge", {Role.AUDITOR}),
    ("audit:readings", pgettext_lazy("menu", "Read log"), "eye", {Role.AUDITOR}),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the menu for the person who is signed in, the current entry marked."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    found: list[dict[str, Any]] = []
    for name, label, icon, roles in ENTRIES:
        if user.role not in roles:
            continue
        try:
            url = reverse(name)
        # a room that isn't furnished yet
        except NoReverseMatch:
            continue
        current = request.path == url if url == "/" else request.path.startswith(url)
        found.append({"url": url, "label": label, "icon": icon, "current": current})
    longest = max((len(entry["url"]) for entry in found if entry["current"]), default=0)
    for entry in found:
        entry["current"] = entry["current"] and len(entry["url"]) == longest
    return {"navigation": found, "session_seconds": settings.SESSION_IDLE_SECONDS, **_offers(user)}


def _offers(user: User) -> dict[str, Any]:
    """Return what any page may offer, asked only where a page does: a template calls what it can call."""
    return {
        "may_open_archives": partial(may, user, Act.ARCHIVE_WRITE),
        "may_set_up": lambda: founds(user),
        "lacks_place": lambda: user.role in BUSINESS_ROLES and not is_assigned(actor=user),
        "may_log_visits": lambda: walks_grids(user) and may(user, Act.VISIT_LOG),
    }
