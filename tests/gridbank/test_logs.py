"""One event, one line; and nobody can forge a second."""

import logging
import re

import pytest
from celery.app.trace import build_tracer
from django.db import DataError, Error, IntegrityError, OperationalError, connection, transaction

from gridbank import outages
from gridbank.celery import app
from gridbank.context import request_scope
from gridbank.logs import MistypedFilter, OneLineFilter
from tests.factories import HouseholdFactory


@pytest.fixture
def lines():
    found = []

    class Keep(logging.Handler):
        def emit(self, record):
            found.append(self.format(record))

    handler = Keep()
    handler.setFormatter(logging.Formatter("%(levelname)s [%(request_id)s] %(message)s"))
    handler.addFilter(OneLineFilter())
    logger = logging.getLogger("tests.one_line")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, found
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x1b[2K", "\x0b", "\x0c", "\x85", "\x00"]
)
def test_a_hostile_name_stays_on_its_line(lines, end):
    logger, found = lines
    logger.warning("sign-in failed for %s", f"zhao{end}2026-11-01 INFO login ok")
    assert len(found[0].splitlines()) == 1
    assert end not in found[0]


def test_a_hostile_exception_starts_no_line_of_its_own(lines):
    logger, found = lines
    try:
        raise ValueError("x\n2026-11-01 INFO login ok")
    except ValueError:
        logger.exception("failed")
    first, *rest = found[0].splitlines()
    assert first == "ERROR [-] failed"
    assert rest
    assert all(line.startswith("  | ") for line in rest)


def test_the_requests_id_is_in_every_line(lines):
    logger, found = lines
    with request_scope("abc"):
        logger.info("in")
        logger.warning("in")
    logger.warning("out")
    assert found == ["WARNING [abc] in", "WARNING [-] out"]


def test_a_percent_sign_in_a_value_is_no_format(lines):
    logger, found = lines
    logger.warning("%s", "100%s %d")
    assert found == ["WARNING [-] 100%s %d"]


@pytest.mark.parametrize("kind", [IntegrityError, DataError])
def test_the_row_that_a_database_quotes_is_left_out(lines, kind):
    logger, found = lines
    said = (
        'new row violates check constraint "x"\nDETAIL:  Failing row contains (1, 王小明,\n木匠, 1980-01-01).'
    )
    try:
        try:
            # as Celery repeats it in its own message
            raise ValueError(said)
        except ValueError as error:
            raise kind(said) from error
    except Error as error:
        logger.exception("a constraint refused a change")
        logger.warning("task failed: %r", error)
    assert 'violates check constraint "x"' in found[0]
    for secret in ("王小明", "木匠", "1980-01-01"):
        assert secret not in "".join(found)


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE customers_household SET completeness = 200",
        "UPDATE customers_household SET head_name = NULL",
        "UPDATE customers_household SET completeness = CAST(head_name AS int)",
        "INSERT INTO customers_household SELECT * FROM customers_household",
    ],
)
def test_postgresql_quotes_the_row_and_the_log_does_not(lines, sql):
    logger, found = lines
    HouseholdFactory(head_name="王小明", soft_information="木匠")
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    logger.error("refused", exc_info=caught.value)
    assert "Traceback" in found[0]
    assert "王小明" not in found[0]
    assert "木匠" not in found[0]


def test_long_numbers_never_reach_the_log(lines):
    logger, found = lines
    digest = "52272719800517123900000000000000000000000000000000000000deadbeef"
    try:
        raise ValueError("could not convert '13912345678' or 52272719800517123X")
    except ValueError:
        logger.exception("GET /x/?q=6222021234567890128 %s job 1234567", digest)
    for grouped in (
        "138-1234-5678",
        "138 1234 5678",
        "1381234567８",
        "522727-19661227-9006",
        "5227271966_1227900X",
    ):
        logger.warning("Not Found: /performance/2026-10/5/%s/", grouped)
        assert "/2026-10/5/#" in found[-1]
        assert not any(part in found[-1] for part in ("1234", "1966"))
    logger.warning("from 192.168.100.200 at 2026-11-26 23:42:05")
    assert "192.168.100.200 at 2026-11-26 23:42:05" in found[-1]
    text = "".join(found)
    assert not any(number in text for number in ("13912345678", "52272719800517123X", "6222021234567890128"))
    assert digest in text
    assert "job 1234567" in text


def test_a_line_written_after_the_request_has_its_id(lines):
    logger, found = lines
    request = type("Request", (), {"gridbank_id": "abc"})()
    logger.warning("Not Found: %s", "/x", extra={"request": request})
    assert found == ["WARNING [abc] Not Found: /x"]


def test_an_outage_has_one_traceback(lines, monkeypatch):
    monkeypatch.setattr("gridbank.outages._last_told", [float("-inf")])
    logger, found = lines
    for _ in range(3):
        try:
            raise OperationalError("server closed the connection")
        except OperationalError:
            logger.exception("unavailable")
    assert [len(line.splitlines()) > 1 for line in found] == [True, False, False]


def test_the_clock_says_in_one_line_that_it_could_not_send(lines):
    """It does so at every tick, for as long as a disk is full."""
    logger, found = lines
    logger.name = "celery.beat"
    try:
        raise OSError(28, "No space left on device")
    except OSError as error:
        logger.error("Message Error: %s\n%s", error, ["  File …\n"] * 40, exc_info=True)  # noqa: G201  as the clock does
    (line,) = found
    assert line.endswith("not sent, the next tick tries again: [Errno 28] No space left on device")


def test_every_answer_has_a_line_with_route_and_time_but_no_address(client, caplog, db):
    with caplog.at_level(logging.INFO, "gridbank.access"):
        response = client.get("/accounts/login/?q=1380013800")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "gridbank.access"]
    assert re.fullmatch(r"GET people:login 200 \d+ ms", line)
    assert response["X-Request-ID"]


def test_a_probe_that_finds_all_well_is_no_news(client, caplog, db, monkeypatch):
    with caplog.at_level(logging.INFO, "gridbank.access"):
        client.get("/healthz")
        client.get("/readyz")
        monkeypatch.setattr("gridbank.readiness.files_are_there", lambda: False)
        client.get("/readyz")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "gridbank.access"]
    assert line.startswith("GET readyz 503")


@pytest.mark.parametrize(
    ("status", "said"), [(422, False), (403, True), (404, True), (500, True), (None, True)]
)
def test_a_mistyped_form_is_no_warning_and_a_refusal_is(settings, status, said):
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Refused: /x/", (), None)
    if status:
        record.status_code = status
    assert MistypedFilter().filter(record) is said
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["mistyped", "one_line"]


TASK_ID = "0f7a7a55-6d0e-4d4b-9c0a-5b1b0e9f4a11"


@pytest.fixture
def worker(monkeypatch):
    """Do a task as the worker does, and return the lines that it leaves in the log."""
    monkeypatch.setattr(outages, "_last_told", [float("-inf")])
    found = []

    class Keep(logging.Handler):
        def emit(self, record):
            found.append(self.format(record))

    handler = Keep()
    handler.setFormatter(logging.Formatter("%(levelname)s [%(request_id)s] %(message)s"))
    handler.addFilter(OneLineFilter())
    # as in production: no other handler counts the traceback as told
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])

    def done(task):
        found.clear()
        build_tracer(task.name, task, app=app)(TASK_ID, (), {}, {"id": TASK_ID, "is_eager": False})
        return list(found)

    return done


def away(**_given):
    raise OperationalError("connection refused\nIs the server running?") from ValueError("refused")


app.loader.import_default_modules()
TASKS = sorted(name for name in app.tasks if not name.startswith("celery."))


@pytest.mark.parametrize("name", TASKS)
def test_an_outage_is_one_line_of_every_task_and_one_traceback_a_minute(worker, monkeypatch, name):
    task = app.tasks[name]
    monkeypatch.setattr(task, "run", away)
    first, again = worker(task), worker(task)
    said = f"ERROR [{TASK_ID.replace('-', '')}] task {name} put off: database unavailable: OperationalError"
    assert again == [said]
    assert first[0].splitlines()[0] == said
    assert "  | ValueError: refused" in first[0]


def test_what_breaks_a_task_otherwise_is_told_each_time(worker, monkeypatch):
    task = app.tasks[TASKS[0]]

    def broken():
        logging.getLogger("gridbank").warning("on the way")
        raise ValueError("wrong")

    monkeypatch.setattr(task, "run", broken)
    for _again in range(2):
        before, failed = worker(task)
        assert before == f"WARNING [{TASK_ID.replace('-', '')}] on the way"
        assert "raised unexpected" in failed
        assert "  | ValueError: wrong" in failed
