"""What production asks of its database and its broker (docs/operate.md); one that doesn't answer is others' to tell."""

from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_noop as _

from gridbank.checks.production import is_near
from gridbank.checks.words import caution, error
from gridbank.triggers import all_broken

AWAY = "gridbank.E044"
OLDEST_POSTGRESQL = 15
# beside the connections that pages and jobs keep: docs/operate.md, Production
SPARE_CONNECTIONS = 10
MAY_LOSE_COMMITS = ("fsync", "full_page_writes", "synchronous_commit")
# what PostgreSQL logs of a statement that it refuses, takes long for or samples: the row, and with it a name and a
# date of birth
LOGS_NO_ROW = {
    "log_min_error_statement": {"panic", "fatal"},
    "log_error_verbosity": {"terse"},
    "log_statement": {"none", "ddl"},
    "log_min_duration_statement": {"-1"},
    "log_min_duration_sample": {"-1"},
    "log_transaction_sample_rate": {"0"},
}


def _shown(*names: str) -> dict[str, str]:
    """Return what PostgreSQL says of these; empty where it isn't one, or doesn't answer."""
    if connection.vendor != "postgresql":
        return {}
    found = {}
    try:
        with connection.cursor() as cursor:
            for name in names:
                # names of this module
                cursor.execute(f"SHOW {name}")
                (found[name],) = cursor.fetchone()
    except DatabaseError:
        return {}
    return found


@register(Tags.security, deploy=True)
def the_database_is_a_servers(**_more: Any) -> list[CheckMessage]:
    """E011, E041: PostgreSQL of a version that is tried, and one that holds every sign of a name."""
    if connection.vendor == "sqlite":
        return [error(11, _("SQLite is for one machine; set DATABASE_URL to PostgreSQL."))]
    shown = _shown("server_version_num", "server_encoding")
    if not shown:
        return []
    found, version = [], int(shown["server_version_num"]) // 10_000
    if version < OLDEST_POSTGRESQL:
        text = _("PostgreSQL %(version)d is older than %(oldest)d.")
        found.append(error(41, text, version=version, oldest=OLDEST_POSTGRESQL))
    if shown["server_encoding"] != "UTF8":
        text = _("The database is encoded in %(encoding)s; make it anew in UTF-8.")
        found.append(error(41, text, encoding=shown["server_encoding"]))
    return found


@register(Tags.security, deploy=True)
def the_database_answers(**_more: Any) -> list[CheckMessage]:
    """E044: what only the database can say was not asked. Whatever serves starts all the same, and asks when it is back."""
    if connection.vendor != "postgresql":
        return []
    try:
        connection.ensure_connection()
    except (DatabaseError, InterfaceError):
        return [error(44, _("The database does not answer: what is to be asked of it could not be asked."))]
    return []


@register(Tags.security, deploy=True)
def an_answer_is_durable(**_more: Any) -> list[CheckMessage]:
    """E017: PostgreSQL must not report a commit that a crash could take back."""
    text = _("PostgreSQL runs with %(name)s=off: commits could be lost.")
    return [error(17, text, name=name) for name, value in _shown(*MAY_LOSE_COMMITS).items() if value == "off"]


@register(Tags.security, deploy=True)
def the_database_logs_no_row(**_more: Any) -> list[CheckMessage]:
    """W022: PostgreSQL's own log must not hold what the application seals and masks."""
    text = _(
        "PostgreSQL runs with %(name)s=%(value)s: its log may hold personal data; docs/operate.md says how to set it."
    )
    return [
        caution(22, text, name=name, value=value)
        for name, value in _shown(*LOGS_NO_ROW).items()
        if value not in LOGS_NO_ROW[name]
    ]


@register(Tags.security, deploy=True)
def there_are_connections_for_all(**_more: Any) -> list[CheckMessage]:
    """W040: pages and jobs of this machine alone must not use up the database's connections."""
    wanted = settings.ENVIRONMENT
    needed = wanted.web_workers + wanted.job_threads * 2 + SPARE_CONNECTIONS
    shown = _shown("max_connections")
    if not shown or int(shown["max_connections"]) >= needed:
        return []
    text = _("PostgreSQL takes %(most)s connections; pages and jobs of this machine need %(needed)d.")
    return [caution(40, text, most=shown["max_connections"], needed=needed)]


@register(Tags.security, deploy=True)
def the_triggers_stand(**_more: Any) -> list[CheckMessage]:
    """E020: a trigger that holds a final month, the trail or a boundary is gone, sleeps or says something else."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return []
        text = _("The database's %(name)s is not as it was made.")
        return [error(20, text, name=name) for name in all_broken(connection)]
    # not there: others say so
    except DatabaseError:
        return []


@register(Tags.security, deploy=True)
def whoever_serves_owns_no_table(**_more: Any) -> list[CheckMessage]:
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
    text = _(
        "The serving role owns the tables, so it could switch their triggers off (docs/operate.md, Production)."
    )
    return [caution(25, text)]


@register(Tags.security, deploy=True)
def the_way_to_the_database_is_guarded(**_more: Any) -> list[CheckMessage]:
    """E023, W030: a database on another machine is reached by TLS, and has to show who it is."""
    database = settings.DATABASES["default"]
    if connection.vendor != "postgresql" or is_near(database.get("HOST", "")):
        return []
    mode = database.get("OPTIONS", {}).get("sslmode", "")
    if mode not in {"require", "verify-ca", "verify-full"}:
        text = _("The database is on another machine, without TLS: add ?sslmode=verify-full to DATABASE_URL.")
        return [error(23, text)]
    if mode != "verify-full":
        text = _(
            "With sslmode=%(mode)s any machine may pass for the database; DATABASE_URL takes verify-full."
        )
        return [caution(30, text, mode=mode)]
    return []


@register(Tags.security, deploy=True)
def the_way_to_the_broker_is_guarded(**_more: Any) -> list[CheckMessage]:
    """E024, W031: a Redis on another machine asks for a password, which doesn't go there in clear."""
    broker = urlsplit(settings.CELERY_BROKER_URL)
    if broker.scheme not in {"redis", "rediss"} or is_near(broker.hostname or ""):
        return []
    found = []
    if not broker.password:
        text = _("Redis is on another machine and asks for no password: anybody there could send us work.")
        found.append(error(24, text))
    if broker.scheme == "redis":
        text = _("Redis is on another machine, without TLS: write CELERY_BROKER_URL with rediss://.")
        found.append(caution(31, text))
    return found


@register(Tags.security, deploy=True)
def the_broker_forgets_nothing(**_more: Any) -> list[CheckMessage]:
    """W018, E019: jobs of several machines need Redis, and a Redis that evicts keys loses messages."""
    url = settings.CELERY_BROKER_URL
    if url.startswith("filesystem"):
        return [caution(18, _("CELERY_BROKER_URL is not set: all workers must share one folder."))]
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
    return [error(19, _("Redis evicts keys (%(policy)s); the broker needs noeviction."), policy=policy)]
