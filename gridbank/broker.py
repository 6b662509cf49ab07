"""Messages as files, each seen whole or not at all.

kombu's filesystem transport writes a message under the name that readers look for, so that a reader can meet it
half-written, and a worker that can't parse a message ends. Here a message gets its name when it is complete, a
reader takes it by renaming it where it lies, and one that can't be read is dropped: the job's row is the truth.
"""

import logging
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

logger = logging.getLogger("gridbank.broker")
# no message takes so long to write or to read
FORGOTTEN_SECONDS = 3600.0


class Channel(filesystem.Channel):
    """Puts and takes messages by renaming files within one folder."""

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        """Note a queue in the exchange's file, which begins as an empty list and never as an empty file."""
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            draft = _write(file.with_name(f".{uuid.uuid4().hex}"), [])
            with suppress(FileExistsError):
                # whoever was faster has bound queues in it
                os.link(draft, file)
            draft.unlink()
        super()._queue_bind(exchange, routing_key, pattern, queue)

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        """Write a message and give it its name."""
        folder, name = Path(self.data_folder_out), f"{time.monotonic_ns() // 1_000_000}_{uuid.uuid4()}"
        _write(folder / f"{name}.part", payload).rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Take the oldest message. Raises Empty."""
        for file in sorted(Path(self.data_folder_in).iterdir()):
            if file.name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = file.with_name(f"{file.name}.taken")
            try:
                file.rename(taken)
            except FileNotFoundError:
                # another worker has it
                continue
            text = taken.read_bytes()
            taken.unlink()
            try:
                return loads(text.decode())
            except ValueError:
                logger.warning("an unreadable message was dropped; the sweeper sends its job again")
        raise Empty


class Transport(filesystem.Transport):
    """The transport behind `filesystem://`."""

    Channel = Channel


def _write(path: Path, value: Any) -> Path:
    try:
        path.write_text(dumps(value), encoding="utf-8")
    except OSError:
        # a full disk: what was begun takes up no more of it
        path.unlink(missing_ok=True)
        raise
    return path


def tidy(folder: Path) -> None:
    """Remove what a process that was killed had begun to write; what it had begun to read, its job's row remembers."""
    for draft in (*folder.glob("*.part"), *folder.glob("*.taken")):
        with suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > FORGOTTEN_SECONDS:
                draft.unlink()
