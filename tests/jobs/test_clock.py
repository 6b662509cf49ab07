"""Beat learns from the tasks themselves when to send them."""

import pytest
from celery.schedules import crontab

from gridbank.celery import app
from jobs.clock import every, nightly


class Named:
    name = "test.task"

    def s(self):
        return app.signature(self.name)


@pytest.fixture
def schedule():
    """A schedule of the test's own; the app's stands again afterwards."""
    stands, app.conf.beat_schedule = app.conf.beat_schedule, {}
    yield app.conf.beat_schedule
    app.conf.beat_schedule = stands


def test_a_night_task_is_sent_at_its_minute_every_day(schedule):
    task = Named()
    assert nightly("02:10")(task) is task
    assert schedule["test.task"]["task"] == "test.task"
    assert schedule["test.task"]["schedule"] == crontab(hour=2, minute=10)


def test_or_on_one_day_of_the_month(schedule):
    nightly("01:10", day=1)(Named())
    assert schedule["test.task"]["schedule"] == crontab(hour=1, minute=10, day_of_month=1)


def test_or_again_and_again(schedule):
    every(0.5)(Named())
    assert schedule["test.task"]["schedule"] == 0.5


@pytest.mark.parametrize("at", ["", "2", "25:00", "02:60", "two:ten", "02:10:00"])
def test_what_is_no_time_of_day_is_refused_when_the_task_is_written(schedule, at):
    with pytest.raises(ValueError):
        nightly(at)
    assert schedule == {}


def test_beat_knows_every_task_of_the_night_once_the_rooms_are_loaded():
    app.loader.import_default_modules()
    assert {name: entry["schedule"] for name, entry in app.conf.beat_schedule.items()} == {
        "jobs.sweep": 30,
        "jobs.watch_reading": 300,
        "grids.put_handovers_in_force": 600,
        "ground.put_layouts_in_force": 600,
        "exchange.watch_files": 600,
        "exchange.forget_batches": crontab(hour=4, minute=25),
        "exchange.forget_exports": crontab(hour=4, minute=35),
        "jobs.forget_idempotency_keys": crontab(hour=4, minute=10),
        "jobs.forget_reading": crontab(hour=4, minute=20),
        "jobs.forget_sign_ins": crontab(hour=4, minute=15),
        "customers.remeasure_archives": crontab(hour=1, minute=30),
        "customers.find_twins": crontab(hour=2, minute=40),
        "performance.request_closed_month": crontab(hour=1, minute=10, day_of_month=1),
        "performance.request_running_month": crontab(hour=2, minute=10),
        "performance.anchor": crontab(hour=3, minute=40),
        "performance.verify_locked_months": crontab(hour=3, minute=10),
    }
