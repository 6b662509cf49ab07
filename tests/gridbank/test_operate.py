"""The operator's page names every setting, check, command and scheduled task."""

import re
from pathlib import Path

from django.core.management import get_commands

from gridbank.celery import app

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "operate.md").read_text()
DOCS = PAGE + "".join(
    path.read_text() for path in [ROOT / "README.md", ROOT / "README.en.md", *ROOT.glob("docs/*.md")]
)
SOURCES = [
    *(
        path
        for app in ("gridbank", "people", "jobs", "customers", "demo", "tests", "bench", "scripts")
        for path in (ROOT / app).rglob("*.py")
    ),
    ROOT / "Makefile",
    ROOT / ".ci" / "run",
]


def test_every_setting_is_in_the_table_and_every_row_is_a_setting():
    used = {
        name
        for path in SOURCES
        for name in re.findall(r"\bGRIDBANK_[A-Z_]+[A-Z]\b", path.read_text())
        if path.name != "test_operate.py"
    }
    table = set(re.findall(r"^\| `(GRIDBANK_[A-Z_]+)`", PAGE, re.MULTILINE))
    assert used - table == set()
    assert table - used == set()
    assert {"PORT", "HOST", "DATABASE_URL", "CELERY_BROKER_URL"} <= set(re.findall(r"`([A-Z_]+)`", PAGE))


def test_every_command_is_in_the_docs():
    ours = {
        name
        for name, app_name in get_commands().items()
        if not app_name.startswith(("django.", "axes", "drf", "rest"))
    }
    ours -= {"compilemessages"}
    assert {name for name in ours if not re.search(rf"\b{name}\b", DOCS)} == set()


def test_every_scheduled_task_exists_and_is_in_the_docs():
    app.loader.import_default_modules()
    for name, entry in app.conf.beat_schedule.items():
        assert entry["task"] in app.tasks, name
    times = {
        f"{min(entry['schedule'].hour):02}:{min(entry['schedule'].minute):02}"
        for entry in app.conf.beat_schedule.values()
        if hasattr(entry["schedule"], "hour")
    }
    assert {time for time in times if time not in PAGE} == set()
