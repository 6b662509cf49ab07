"""The filesystem broker: a message is whole or not there."""

import os
import threading
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue

from gridbank import broker
from gridbank.celery import app, broker_options

QUEUE = "jobs"


@pytest.fixture
def connection(tmp_path):
    with Connection("filesystem://", transport_options=broker_options("filesystem://", tmp_path)) as made:
        yield made


@pytest.fixture
def channel(connection):
    return connection.channel()


def queue_folder(channel) -> Path:
    return Path(channel.data_folder_in)


def test_the_project_uses_it_for_its_default_broker(connection):
    with app.connection_for_write("filesystem://") as made:
        assert isinstance(made.transport, broker.Transport)
    assert isinstance(connection.transport, broker.Transport)


def test_messages_come_out_in_the_order_they_went_in_and_leave_nothing(channel):
    for number in range(3):
        channel._put(QUEUE, {"number": number})
        time.sleep(0.002)
    channel._put("another", {"number": 9})
    assert [channel._get(QUEUE)["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get(QUEUE)
    assert channel._get("another") == {"number": 9}
    assert list(queue_folder(channel).iterdir()) == []


def test_a_message_being_written_is_not_seen(channel, monkeypatch):
    write = broker._write

    def look_while_writing(path, value):
        path.write_text("", encoding="utf-8")
        with pytest.raises(Empty):
            channel._get(QUEUE)
        return write(path, value)

    monkeypatch.setattr(broker, "_write", look_while_writing)
    channel._put(QUEUE, {"number": 1})
    assert channel._get(QUEUE) == {"number": 1}


def test_a_full_disk_leaves_no_piece_of_a_message(channel, monkeypatch):
    def full(path, *_args, **_how):
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    for _ in range(3):
        with pytest.raises(OSError, match="No space left"):
            channel._put(QUEUE, {"number": 1})
    assert list(queue_folder(channel).iterdir()) == []


def test_what_a_killed_process_had_begun_goes_when_it_is_old(tmp_path):
    queue = tmp_path / "queue"
    queue.mkdir()
    old, young, message = (queue / name for name in ("1.part", "2.part", f"3.{QUEUE}.msg"))
    taken = queue / f"4.{QUEUE}.msg.taken"
    for path in (old, young, message, taken):
        path.touch()
    for path in (old, message, taken):
        os.utime(path, (1, 1))
    broker_options("filesystem://", tmp_path)
    assert sorted(queue.iterdir()) == [young, message]


@pytest.mark.parametrize("content", [b"", b'{"number": 1', b"\xff\xfe"])
def test_an_unreadable_message_is_dropped_and_the_next_one_comes(channel, content, caplog):
    (queue_folder(channel) / f"0_broken.{QUEUE}.msg").write_bytes(content)
    channel._put(QUEUE, {"number": 2})
    assert channel._get(QUEUE) == {"number": 2}
    assert "unreadable message" in caplog.text
    assert list(queue_folder(channel).iterdir()) == []


def test_many_readers_and_writers_deliver_each_message_once(connection):
    total, found, failures = 200, [], []

    def put(first):
        channel = connection.clone().channel()
        for number in range(first, total, 2):
            channel._put(QUEUE, {"number": number})

    def take():
        channel, deadline = connection.clone().channel(), time.monotonic() + 20
        while len(found) < total and time.monotonic() < deadline:
            try:
                found.append(channel._get(QUEUE)["number"])
            except Empty:
                time.sleep(0.001)
            except Exception as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=put, args=(first,)) for first in (0, 1)]
    threads += [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(found) == list(range(total))


def test_an_exchange_is_never_an_empty_file(channel, monkeypatch):
    seen = []
    bind = broker.filesystem.Channel._queue_bind

    def spy(self, exchange, *rest):
        seen.append(channel.get_table(exchange))
        bind(self, exchange, *rest)

    monkeypatch.setattr(broker.filesystem.Channel, "_queue_bind", spy)
    for name in ("a", "b"):
        Queue(name, Exchange("tasks", type="direct"), routing_key=name, channel=channel).declare()
    assert [[row.queue for row in table] for table in seen] == [[], ["a"]]
    assert {row.queue for row in channel.get_table("tasks")} == {"a", "b"}
    assert [path.name for path in Path(channel.control_folder).iterdir()] == ["tasks.exchange"]
