"""Celery: filesystem broker by default, Redis by CELERY_BROKER_URL; JSON only, ids only."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, task_prerun, worker_init
from kombu.transport import TRANSPORT_ALIASES

from gridbank import environment
from gridbank.broker import tidy

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")

# kombu's own can hand out half a message
TRANSPORT_ALIASES["filesystem"] = "gridbank.broker:Transport"

app = Celery("gridbank")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

VISIBILITY_SECONDS = 600


def broker_options(url: str, folder: Path) -> dict[str, Any]:
    """Return the transport options for a broker; makes the folders of the filesystem broker."""
    if not url.startswith("filesystem"):
        return {
            "visibility_timeout": VISIBILITY_SECONDS,
            "global_keyprefix": "gridbank:",
            "socket_connect_timeout": 3,
            "socket_timeout": 10,
        }
    queue = folder / "queue"
    queue.mkdir(parents=True, exist_ok=True)
    tidy(queue)
    return {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.1,
    }


@app.on_configure.connect
def _readable(**_: Any) -> None:
    environment.require()


@app.on_after_configure.connect
def _configure(sender: Celery, **_: Any) -> None:
    from django.conf import settings  # noqa: PLC0415  settings import this package

    sender.conf.update(
        broker_transport_options=broker_options(settings.CELERY_BROKER_URL, settings.VAR_DIR / "broker"),
        broker_connection_retry_on_startup=True,
        # a broker may be away for a day
        broker_connection_max_retries=None,
        worker_redirect_stdouts=False,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        timezone="Asia/Shanghai",
    )


@worker_init.connect
def _ready(**_: Any) -> None:
    """Work on no half-new schema, and with no keys but the database's."""
    from gridbank import starting  # noqa: PLC0415  models need the set-up that comes first

    starting.require(files=False)


@task_prerun.connect
def _made_up(**_: Any) -> None:
    """Do no work in a process that began while the database was away and finds it another one now.

    Whoever started it starts it again, and is told why not; the job is another worker's then.
    """
    from gridbank import starting  # noqa: PLC0415  the same

    found = starting.outstanding()
    if found:
        environment.tell("\n".join(found))
        # out of a thread of the pool, where an exit ends only the thread
        os._exit(environment.APP_LOAD_ERROR)


@beat_init.connect
def _has_its_folder(sender: Any, **_: Any) -> None:
    """Say at once, and not at every tick, that the clock can't keep its file."""
    folder = Path(sender.schedule_filename).absolute().parent
    if not os.access(folder, os.W_OK | os.X_OK):
        environment.end(
            f"The clock can't write in {folder}. Make the folder, or give it to the user that runs gridbank."
        )
