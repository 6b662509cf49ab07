"""What the database and the broker are asked for; each check is seen to catch its own."""

from types import SimpleNamespace

import pytest

from gridbank.checks import servers
from tests.gridbank.checks.found import found


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_postgresql_that_may_lose_commits_is_refused():
    with servers.connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        assert "E017" in found(servers.an_answer_is_durable)
        assert any("synchronous_commit" in message.msg for message in servers.an_answer_is_durable())
    finally:
        with servers.connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = on")
    assert not any("synchronous_commit" in message.msg for message in servers.an_answer_is_durable())


RIGHT = {
    "log_min_error_statement": "panic", "log_error_verbosity": "terse", "log_statement": "none",
    "log_min_duration_statement": "-1", "log_min_duration_sample": "-1", "log_transaction_sample_rate": "0",
    "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_version_num": "150018",
    "server_encoding": "UTF8", "max_connections": "100",
}  # fmt: skip


def shows(monkeypatch, **said: str) -> None:
    """Let PostgreSQL say how it is set up."""

    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def execute(self, sql):
            self.name = sql.removeprefix("SHOW ")

        def fetchone(self):
            return ({**RIGHT, **said}[self.name],)

    monkeypatch.setattr(servers, "connection", SimpleNamespace(vendor="postgresql", cursor=Cursor))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_min_error_statement", "error"), ("log_error_verbosity", "default"), ("log_statement", "mod"),
        ("log_min_duration_statement", "1s"), ("log_min_duration_sample", "1s"), ("log_transaction_sample_rate", "0.1"),
    ],
)  # fmt: skip
def test_a_database_that_logs_rows_is_warned_of(monkeypatch, name, value):
    shows(monkeypatch)
    assert found(servers.the_database_logs_no_row) == []
    shows(monkeypatch, **{name: value})
    (message,) = servers.the_database_logs_no_row()
    assert (message.id, f"{name}={value}" in message.msg) == ("gridbank.W022", True)


def test_the_database_is_asked_what_it_logs(db):
    """The names are PostgreSQL's own; SQLite logs nothing."""
    asked = found(servers.the_database_logs_no_row)
    assert set(asked) <= {"W022"}
    assert (servers.connection.vendor == "postgresql") == bool(asked)


@pytest.mark.parametrize(("policy", "codes"), [("noeviction", []), ("allkeys-lru", ["E019"])])
def test_a_redis_that_evicts_is_refused(settings, monkeypatch, policy, codes):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr("redis.Redis.config_get", lambda *_: {"maxmemory-policy": policy})
    assert found(servers.the_broker_forgets_nothing) == codes


def test_a_broker_that_does_not_answer_stops_no_start(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert found(servers.the_broker_forgets_nothing) == []
    settings.CELERY_BROKER_URL = "filesystem://localhost//"
    assert found(servers.the_broker_forgets_nothing) == ["W018"]


@pytest.mark.parametrize(
    ("host", "options", "codes"),
    [
        ("", {}, []), ("/run/postgresql", {}, []), ("127.0.0.1", {}, []), ("db.bank.example", {}, ["E023"]),
        ("10.0.0.5", {"sslmode": "prefer"}, ["E023"]), ("10.0.0.5", {"sslmode": "verify-full"}, []),
        ("10.0.0.5", {"sslmode": "require"}, ["W030"]), ("10.0.0.5", {"sslmode": "verify-ca"}, ["W030"]),
    ],
)  # fmt: skip
def test_a_database_elsewhere_is_reached_by_tls_and_shows_who_it_is(monkeypatch, host, options, codes):
    monkeypatch.setattr(servers, "connection", SimpleNamespace(vendor="postgresql"))
    # the alias itself stays: only what the check reads is another
    databases = {"default": {"HOST": host, "OPTIONS": options}}
    monkeypatch.setattr(servers, "settings", SimpleNamespace(DATABASES=databases))
    assert found(servers.the_way_to_the_database_is_guarded) == codes


@pytest.mark.parametrize(
    ("url", "codes"),
    [
        ("redis://127.0.0.1:6379/0", []), ("redis://localhost/0", []), ("filesystem://localhost//", []),
        ("redis://10.0.0.5:6379/0", ["E024", "W031"]), ("redis://:geheim@10.0.0.5:6379/0", ["W031"]),
        ("rediss://r.bank.example", ["E024"]), ("rediss://:geheim@r.bank.example", []),
    ],
)  # fmt: skip
def test_a_redis_elsewhere_asks_for_a_password_that_nobody_reads_on_the_way(settings, url, codes):
    settings.CELERY_BROKER_URL = url
    assert found(servers.the_way_to_the_broker_is_guarded) == codes


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_role_that_owns_its_tables_is_told():
    assert found(servers.whoever_serves_owns_no_table) == ["W025"]
    with servers.connection.cursor() as cursor:
        cursor.execute("CREATE ROLE gridbank_serving")
        cursor.execute("SET ROLE gridbank_serving")
        try:
            assert found(servers.whoever_serves_owns_no_table) == []
        finally:
            cursor.execute("RESET ROLE")


def test_sqlite_is_refused_and_so_is_an_old_or_narrow_postgresql(monkeypatch):
    monkeypatch.setattr(servers, "connection", SimpleNamespace(vendor="sqlite"))
    assert found(servers.the_database_is_a_servers) == ["E011"]
    shows(monkeypatch)
    assert found(servers.the_database_is_a_servers) == []
    shows(monkeypatch, server_version_num="140009", server_encoding="SQL_ASCII")
    assert found(servers.the_database_is_a_servers) == ["E041", "E041"]


def test_fewer_connections_than_pages_and_jobs_keep_are_told(monkeypatch, settings):
    wanted = settings.ENVIRONMENT.web_workers + settings.ENVIRONMENT.job_threads * 2 + 10
    shows(monkeypatch, max_connections=str(wanted))
    assert found(servers.there_are_connections_for_all) == []
    shows(monkeypatch, max_connections=str(wanted - 1))
    assert found(servers.there_are_connections_for_all) == ["W040"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_knows_every_name_it_is_asked():
    names = (
        "server_version_num",
        "server_encoding",
        "max_connections",
        *servers.MAY_LOSE_COMMITS,
        *servers.LOGS_NO_ROW,
    )
    assert set(servers._shown(*names)) == set(names)
    assert found(servers.the_database_is_a_servers) == []
