"""Mistakes in the set-up are caught at start, not by a customer."""

import os
from typing import Any
from urllib.parse import urlsplit

import redis
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import ERROR, CheckMessage, Error, Tags, register, run_checks
from django.core.checks import Warning as Caution
from django.db import DatabaseError, connection, models
from django.db.migrations.executor import MigrationExecutor

from gridbank import environment
from gridbank.scoping import ScopedModel
from gridbank.triggers import all_broken

DEMO_USERNAMES = ("zhao", "qian", "chen", "li", "wang", "sun", "sysadmin", "secadmin", "auditor")
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
# 32 random bytes with fewer are rarer than any accident
FEWEST_DIFFERENT_BYTES = 16
# Models that may point at a row with an owner and be read by anybody; each says why.
OPEN_ROWS: dict[str, str] = {}


def _keys_to_owned_rows(model: type[models.Model]) -> list[str]:
    """Name the keys whose target has an owner, whatever they are called; a many-to-many is two such keys."""
    return [
        field.name
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if isinstance(field.related_model, type) and issubclass(field.related_model, ScopedModel)
    ]


@register()
def rows_with_an_owner_are_scoped(**_: Any) -> list[CheckMessage]:
    """E001: a model with a key to a ScopedModel must be one itself, or be named in OPEN_ROWS with its reason."""
    return [
        Error(
            f"{model.__name__}.{keys[0]} points at a row with an owner, but {model.__name__} is no ScopedModel.",
            id="gridbank.E001",
            obj=model,
        )
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, ScopedModel)
        and model._meta.label not in OPEN_ROWS
        and (keys := _keys_to_owned_rows(model))
    ]


@register()
def catalogues_are_compiled(**_: Any) -> list[CheckMessage]:
    """W002: without compiled catalogues the site would speak English only."""
    places = [
        settings.BASE_DIR / "locale",
        *(settings.BASE_DIR / app / "locale" for app in settings.INSTALLED_APPS),
    ]
    missing = [
        po
        for place in places
        for po in place.glob("*/LC_MESSAGES/django.po")
        if not po.with_suffix(".mo").exists()
    ]
    return [
        Caution(
            f"{po.relative_to(settings.BASE_DIR)} is not compiled; run make messages.", id="gridbank.W002"
        )
        for po in missing
    ]


@register()
def no_setting_goes_unread(**_: Any) -> list[CheckMessage]:
    """W020: a misspelt name sets nothing."""
    return [Caution(text, id="gridbank.W020") for text in environment.unread(os.environ)]


@register(Tags.security, deploy=True)
def production_is_production(**_: Any) -> list[CheckMessage]:
    """E010 to E016: production refuses DEBUG, SQLite, keys from a file or a sample, eager jobs, no name."""
    keys = settings.KEYS
    secrets = [settings.SECRET_KEY.encode(), keys.index_key, *keys.field_keys.values()]
    faults = {
        "E010": (settings.DEBUG, "DEBUG is on."),
        "E011": (connection.vendor == "sqlite", "SQLite is for one machine; set DATABASE_URL to PostgreSQL."),
        "E012": (
            not keys.from_environment,
            (
                "Set GRIDBANK_SECRET_KEY, GRIDBANK_FIELD_KEYS and GRIDBANK_INDEX_KEY:"
                " keys live outside the database's machine."
            ),
        ),
        "E013": (getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False), "Celery runs eagerly."),
        "E015": (
            any(len(set(secret)) < FEWEST_DIFFERENT_BYTES for secret in secrets)
            or len(set(secrets)) < len(secrets),
            "A key is a sample, too plain, or used twice; docs/operate.md says how to make keys.",
        ),
        "E016": (
            all(host in LOCAL_HOSTS for host in settings.ALLOWED_HOSTS) or "*" in settings.ALLOWED_HOSTS,
            "Set GRIDBANK_HOSTS to the names under which the bank's people reach the site.",
        ),
    }
    return [Error(text, id=f"gridbank.{code}") for code, (wrong, text) in faults.items() if wrong]


@register(Tags.security, deploy=True)
def production_holds_no_demo(**_: Any) -> list[CheckMessage]:
    """E014: a database that was seeded with the demo must not go into production."""
    people = get_user_model()._default_manager
    try:
        seeded = people.filter(username__in=DEMO_USERNAMES).count() == len(DEMO_USERNAMES)
    # not migrated yet, or not there: others say so
    except DatabaseError:
        return []
    if not seeded:
        return []
    return [Error("The database holds the demo's people. Start from an empty one.", id="gridbank.E014")]


@register(Tags.security, deploy=True)
def an_answer_is_durable(**_: Any) -> list[CheckMessage]:
    """E017: PostgreSQL must not report a commit that a crash could take back."""
    if connection.vendor != "postgresql":
        return []
    wrong = []
    try:
        with connection.cursor() as cursor:
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                # the three names above
                cursor.execute(f"SHOW {name}")
                (value,) = cursor.fetchone()
                if value == "off":
                    wrong.append(name)
    except DatabaseError:
        return []
    return [
        Error(f"PostgreSQL runs with {name}=off: commits could be lost.", id="gridbank.E017")
        for name in wrong
    ]


# what PostgreSQL logs of a statement that it refuses: the row, and with it a name and a date of birth
LOGS_NO_ROW = {
    "log_min_error_statement": {"panic", "fatal"},
    "log_error_verbosity": {"terse"},
    "log_statement": {"none", "ddl"},
    "log_min_duration_statement": {"-1"},
}


@register(Tags.security, deploy=True)
def the_database_logs_no_row(**_: Any) -> list[CheckMessage]:
    """W022: PostgreSQL's own log must not hold what the application seals and masks."""
    if connection.vendor != "postgresql":
        return []
    found: dict[str, str] = {}
    try:
        with connection.cursor() as cursor:
            for name in LOGS_NO_ROW:
                # the names above
                cursor.execute(f"SHOW {name}")
                (found[name],) = cursor.fetchone()
    except DatabaseError:
        return []
    return [
        Caution(
            f"PostgreSQL runs with {name}={value}: its log may hold personal data; docs/operate.md says how to set it.",
            id="gridbank.W022",
        )
        for name, value in found.items()
        if value not in LOGS_NO_ROW[name]
    ]


@register(Tags.security, deploy=True)
def the_broker_forgets_nothing(**_: Any) -> list[CheckMessage]:
    """W018, E019: jobs of several machines need Redis, and a Redis that evicts keys loses messages."""
    url = settings.CELERY_BROKER_URL
    if url.startswith("filesystem"):
        return [
            Caution("CELERY_BROKER_URL is not set: all workers must share one folder.", id="gridbank.W018")
        ]
    if not url.startswith(("redis://", "rediss://", "unix://")):
        return []
    try:
        with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3, retry=None) as broker:
            policy = broker.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    # down, or CONFIG is not ours to ask: jobs wait in the database meanwhile
    except redis.RedisError:
        return []
    if policy == "noeviction":
        return []
    return [Error(f"Redis evicts keys ({policy}); the broker needs noeviction.", id="gridbank.E019")]


@register(Tags.security, deploy=True)
def the_triggers_stand(**_: Any) -> list[CheckMessage]:
    """E020: a trigger that holds a final month, the trail or a boundary is gone, sleeps or says something else."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return []
        return [
            Error(f"The database's {name} is not as it was made.", id="gridbank.E020")
            for name in all_broken(connection)
        ]
    # not there: others say so
    except DatabaseError:
        return []


@register(Tags.security, deploy=True)
def nobody_else_reads_the_data_folder(**_: Any) -> list[CheckMessage]:
    """E026: keys, messages and the clock's file are the service's own."""
    mode = settings.VAR_DIR.stat().st_mode & 0o777
    if not mode & 0o077:
        return []
    return [
        Error(f"{settings.VAR_DIR} is open to others ({mode:03o}); chmod 700 it.", id="gridbank.E026"),
    ]


@register(Tags.security, deploy=True)
def the_anchors_have_a_place(**_: Any) -> list[CheckMessage]:
    """E028, W027: a night's anchor can be written, and not beside the database that it proves."""
    file = settings.ANCHOR_FILE
    found: list[CheckMessage] = []
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        found.append(Error(f"GRIDBANK_ANCHOR_FILE {file} can't be written.", id="gridbank.E028"))
    if settings.VAR_DIR in file.parents:
        text = "The anchors lie in the data folder: put GRIDBANK_ANCHOR_FILE on another machine's disk."
        found.append(Caution(text, id="gridbank.W027"))
    return found


@register(Tags.security, deploy=True)
def what_leaves_the_machine_is_guarded(**_: Any) -> list[CheckMessage]:
    """E023, E024: a database on another machine is reached by TLS, a Redis there asks for a password."""
    found: list[CheckMessage] = []
    database = settings.DATABASES["default"]
    safe = database.get("OPTIONS", {}).get("sslmode", "") in {"require", "verify-ca", "verify-full"}
    if connection.vendor == "postgresql" and not _is_near(database.get("HOST", "")) and not safe:
        text = "The database is on another machine, without TLS: add ?sslmode=verify-full to DATABASE_URL."
        found.append(Error(text, id="gridbank.E023"))
    broker = urlsplit(settings.CELERY_BROKER_URL)
    if broker.scheme in {"redis", "rediss"} and not _is_near(broker.hostname or "") and not broker.password:
        text = "Redis is on another machine and asks for no password: anybody there could send us work."
        found.append(Error(text, id="gridbank.E024"))
    return found


def _is_near(host: str) -> bool:
    """Say whether a host is this machine: nothing, a socket's folder, or the loopback."""
    return not host or host.startswith("/") or host in {*LOCAL_HOSTS, "::1"}


@register(Tags.security, deploy=True)
def whoever_serves_owns_no_table(**_: Any) -> list[CheckMessage]:
    """W025: who owns the tables may switch their triggers off; a role of its own for serving can't."""
    if connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
                " AND pg_has_role(current_user, tableowner, 'USAGE')"
            )
            (owned,) = cursor.fetchone()
    # not there: others say so
    except DatabaseError:
        return []
    if not owned:
        return []
    text = "The serving role owns the tables, so it could switch their triggers off (docs/operate.md, Production)."
    return [Caution(text, id="gridbank.W025")]


def faults() -> list[str]:
    """Return what is wrong with the set-up of production, whatever started it: `manage.py up` isn't the only door."""
    if not settings.PRODUCTION:
        return []
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    return [f"{each.msg} ({each.id})" for each in found if each.level >= ERROR and not each.is_silenced()]
