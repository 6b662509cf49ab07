#!/usr/bin/env python3
"""Write deploy/systemd from what `manage.py up` starts, so that both run the same: `make units`."""

import os
import shlex
import sys
from pathlib import Path

import django
import django.conf

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "deploy" / "systemd"
# where the units expect code, settings and data
CODE, DATA = "/opt/gridbank", "/var/lib/gridbank"
WHAT = {"web": "pages and API", "worker": "background jobs", "beat": "the clock of the jobs"}
# the environment file says these numbers
ASKED = {
    "--workers": "${GRIDBANK_WEB_WORKERS}",
    "--concurrency": "${GRIDBANK_JOB_THREADS}",
    "--forwarded-allow-ips": "${GRIDBANK_PROXIES}",
}
DEFAULTS = {"GRIDBANK_WEB_WORKERS": "3", "GRIDBANK_JOB_THREADS": "2", "GRIDBANK_PROXIES": "127.0.0.1"}
UNIT = """\
# Written by `make units` from what manage.py up starts.
[Unit]
Description=gridbank: {what}
After=network-online.target postgresql.service redis-server.service
Wants=network-online.target

[Service]
User=gridbank
Group=gridbank
UMask=0077
WorkingDirectory={code}
StateDirectory=gridbank
StateDirectoryMode=0700
Environment={defaults}
EnvironmentFile=/etc/gridbank/environment
ExecStart={command}
Restart=always
RestartSec=2
TimeoutStopSec={patience}
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict

[Install]
WantedBy=multi-user.target
"""


def command(words: "list[str]", data: str) -> str:
    """Return a command line as a unit has it: this code's Python, the data folder, the operator's numbers."""
    told = [f"{CODE}/.venv/bin/python", *words[1:]]
    for position, word in enumerate(told[:-1]):
        told[position + 1] = ASKED.get(word, told[position + 1])
    quoted = (word if "$" in word else shlex.quote(word) for word in told)
    return " ".join(quoted).replace(data, DATA).replace("%", "%%")


def units() -> "dict[str, str]":
    """Return each unit's text by its file's name."""
    # Django is set up by whoever asks
    from gridbank.management.commands.up import programs  # noqa: PLC0415

    told = " ".join(f"{name}={value}" for name, value in {"GRIDBANK_VAR": DATA, **DEFAULTS}.items())
    return {
        f"gridbank-{program.name}.service": UNIT.format(
            what=WHAT[program.name],
            code=CODE,
            defaults=told,
            command=command(list(program.command), str(django.conf.settings.VAR_DIR)),
            # a job goes back after so long; a page is never longer
            patience=30,
        )
        for program in programs("127.0.0.1", 8000, production=True)
    }


def main() -> None:
    """Write them."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
    django.setup()
    for name, text in units().items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
