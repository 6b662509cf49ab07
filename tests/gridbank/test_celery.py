"""How work travels: JSON only, late acknowledged, through a folder or through Redis; never to half a schema."""

import os
import subprocess
import sys

import pytest
from celery import Celery
from celery.signals import beat_init, worker_init
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads, prepare_accept_content

from gridbank import starting
from gridbank.celery import VISIBILITY_SECONDS, _configure, app, broker_options


def test_the_folders_of_the_filesystem_broker_are_made_once_and_kept(tmp_path):
    options = broker_options("filesystem://", tmp_path / "new" / "broker")
    queue = tmp_path / "new" / "broker" / "queue"
    assert options["data_folder_in"] == options["data_folder_out"] == str(queue)
    assert options["control_folder"] == str(queue.parent / "control")
    (queue / "waiting.msg").write_text("{}")
    assert broker_options("filesystem://", queue.parent) == options
    assert (queue / "waiting.msg").exists()


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:6379/0", "rediss://bank/1", "sentinel://one;sentinel://two"]
)
def test_a_broker_that_is_a_server_is_given_up_in_time_and_gets_no_folder(tmp_path, url):
    options = broker_options(url, tmp_path / "broker")
    assert options["visibility_timeout"] == VISIBILITY_SECONDS
    assert 0 < options["socket_connect_timeout"] <= options["socket_timeout"] < VISIBILITY_SECONDS
    # other programs may live on the same server
    assert options["global_keyprefix"] == "gridbank:"
    assert list(tmp_path.iterdir()) == []


def test_the_configuration_follows_the_settings_broker(settings, tmp_path):
    settings.VAR_DIR, settings.CELERY_BROKER_URL = tmp_path, "redis://127.0.0.1:6379/0"
    fresh = Celery("fresh", set_as_current=False)
    _configure(fresh)
    assert "visibility_timeout" in fresh.conf.broker_transport_options
    settings.CELERY_BROKER_URL = "filesystem://"
    _configure(fresh)
    assert fresh.conf.broker_transport_options["data_folder_in"].startswith(str(tmp_path))


def test_a_message_that_is_no_json_is_never_opened():
    """Whoever can write into the queue's folder must not make the worker run what he wrote."""
    accepted = app.conf.accept_content
    assert (app.conf.task_serializer, accepted) == ("json", ["json"])
    accepted = prepare_accept_content(accepted)
    assert loads(b'{"id": 1}', "application/json", "utf-8", accept=accepted) == {"id": 1}
    for kind in ("application/x-python-serialize", "application/x-yaml"):
        with pytest.raises(ContentDisallowed):
            loads(b"cos\nsystem\n(S'true'\ntR.", kind, "binary", accept=accepted)


def test_what_a_killed_worker_had_begun_is_done_by_another():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    # what one worker has only fetched, another could have done
    assert app.conf.worker_prefetch_multiplier == 1


def test_a_broker_may_be_away_for_a_day():
    assert app.conf.broker_connection_retry_on_startup
    assert app.conf.broker_connection_max_retries is None


def test_the_clock_is_the_banks():
    assert app.conf.timezone == "Asia/Shanghai"
    assert app.now().utcoffset().total_seconds() == 8 * 3600


def test_a_worker_asks_whether_it_may_work_before_it_does(monkeypatch):
    """Not for the pages' files: a worker shows none."""
    asked = []
    monkeypatch.setattr(starting, "require", lambda **how: asked.append(how))
    worker_init.send(sender=None)
    assert asked == [{"files": False}]


def test_a_worker_with_a_wrong_setting_says_so_and_does_not_start(tmp_path):
    environment = {**os.environ, "GRIDBANK_VAR": str(tmp_path), "GRIDBANK_IDLE_MINUTES": "soon"}
    code = "from gridbank.celery import app; app.conf.task_serializer"
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode != 0
    assert "GRIDBANK_IDLE_MINUTES" in ended.stderr


def test_the_clock_says_at_once_that_it_has_no_folder_to_write_in(tmp_path, capsys):
    """And not at every tick. The folder is the unit's or the operator's."""

    class Clock:
        schedule_filename = str(tmp_path / "beat-schedule")

    beat_init.send(sender=Clock)
    Clock.schedule_filename = str(tmp_path / "none" / "beat-schedule")
    with pytest.raises(SystemExit):
        beat_init.send(sender=Clock)
    assert f"can't write in {tmp_path / 'none'}" in capsys.readouterr().err
