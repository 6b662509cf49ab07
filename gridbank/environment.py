"""Everything that an installation sets, read from the environment once; a wrong word or number is refused by name."""

import ipaddress
import os
import re
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn
from urllib.parse import urlsplit

import dj_database_url
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent
PREFIX = "GRIDBANK_"
# read by tests, or as keys (gridbank/keys.py)
OTHERS = {"SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "TEST_REDIS", "CHROMIUM"}
HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")
ORIGIN = re.compile(r"https?://[A-Za-z0-9*._\[\]:-]+")
BROKERS = ("filesystem://", "redis://", "rediss://", "memory://")
TILES = re.compile(r"https?://[A-Za-z0-9._\[\]:-]+/[A-Za-z0-9._~/{}?=&%@-]*")
MOST_PORT = 65535
# gunicorn stops for good when a worker ends with it, instead of starting the next one
APP_LOAD_ERROR = 4

Names = Annotated[list[str], NoDecode]
Seconds = Annotated[float, Field(gt=0, le=24 * 60 * 60, allow_inf_nan=False)]
# longer than a deadlock takes to be found (PostgreSQL: 1 s), shorter than anybody looks at an empty page
Patience = Annotated[float, Field(ge=2, le=600, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=256)]


class Environment(BaseSettings):
    """One installation's settings; docs/operate.md says what each means."""

    model_config = SettingsConfigDict(
        case_sensitive=True, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    profile: Literal["embedded", "production"] = Field(
        default="embedded", validation_alias="GRIDBANK_PROFILE"
    )
    debug: Literal["0", "1"] = Field(default="0", validation_alias="GRIDBANK_DEBUG")
    var: Path = Field(default=BASE_DIR / "var", validation_alias="GRIDBANK_VAR")
    hosts: Names = Field(default=["localhost", "127.0.0.1", "[::1]"], validation_alias="GRIDBANK_HOSTS")
    origins: Names = Field(default=[], validation_alias="GRIDBANK_ORIGINS")
    proxies: str = Field(default="127.0.0.1", validation_alias="GRIDBANK_PROXIES")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    broker_url: str = Field(default="filesystem://localhost//", validation_alias="CELERY_BROKER_URL")
    idle_minutes: Annotated[int, Field(ge=1, le=8 * 60)] = Field(
        default=15, validation_alias="GRIDBANK_IDLE_MINUTES"
    )
    peers: Literal["ranks", "points"] = Field(default="ranks", validation_alias="GRIDBANK_PEERS")
    tile_url: str = Field(default="", validation_alias="GRIDBANK_TILE_URL")
    field_cipher: Literal["aes", "sm4"] = Field(default="aes", validation_alias="GRIDBANK_FIELD_CIPHER")
    seal_key: str = Field(default="", repr=False, validation_alias="GRIDBANK_SEAL_KEY")
    seal_key_file: Path | None = Field(default=None, validation_alias="GRIDBANK_SEAL_KEY_FILE")
    anchor_file: Path | None = Field(default=None, validation_alias="GRIDBANK_ANCHOR_FILE")
    job_lease: Seconds = Field(default=60, validation_alias="GRIDBANK_JOB_LEASE")
    job_republish: Seconds = Field(default=30, validation_alias="GRIDBANK_JOB_REPUBLISH")
    job_sweep: Seconds = Field(default=30, validation_alias="GRIDBANK_JOB_SWEEP")
    lock_seconds: Patience = Field(default=5, validation_alias="GRIDBANK_LOCK_SECONDS")
    statement_seconds: Patience = Field(default=30, validation_alias="GRIDBANK_STATEMENT_SECONDS")
    web_workers: Count = Field(default=3, validation_alias="GRIDBANK_WEB_WORKERS")
    job_threads: Count = Field(default=2, validation_alias="GRIDBANK_JOB_THREADS")
    demo_password: str = Field(default="", validation_alias="GRIDBANK_DEMO_PASSWORD")
    listen_host: str = Field(default="127.0.0.1", validation_alias="HOST")
    listen_port: str = Field(default="8000", validation_alias="PORT")

    @field_validator("hosts", "origins", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        return (
            [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else given
        )

    @field_validator("hosts")
    @classmethod
    def _is_host(cls, names: list[str]) -> list[str]:
        return _all_match(names, HOST, "names of the site without https:// and port, separated by commas")

    @field_validator("origins")
    @classmethod
    def _is_origin(cls, names: list[str]) -> list[str]:
        return _all_match(names, ORIGIN, "addresses such as https://crm.bank.example, separated by commas")

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, url: str) -> str:
        """Refuse what no driver reads; the message never repeats the address, which may hold a password."""
        try:
            found = dj_database_url.parse(url) if url else {"ENGINE": "sqlite3", "NAME": "x"}
            engine = str(found.get("ENGINE", "")) if found.get("NAME") else ""
        except (ValueError, KeyError):
            engine = ""
        if not engine.endswith(("postgresql", "sqlite3")):
            message = "write postgres://user@host:5432/name or sqlite:///path"
            raise ValueError(message)
        return url

    @field_validator("proxies")
    @classmethod
    def _is_proxies(cls, text: str) -> str:
        names = [name.strip() for name in text.split(",")]
        for name in names:
            try:
                _found = name == "*" or ipaddress.ip_address(name)
            except ValueError:
                message = f"{name!r} is not among addresses such as 10.0.0.7, separated by commas"
                raise ValueError(message) from None
        return ",".join(names)

    @field_validator("anchor_file")
    @classmethod
    def _is_file(cls, path: Path | None) -> Path | None:
        if path is not None and (path.is_dir() or not path.parent.is_dir()):
            message = "a file in a folder that is there"
            raise ValueError(message)
        return path

    @field_validator("tile_url")
    @classmethod
    def _is_tiles(cls, url: str) -> str:
        if url and not TILES.fullmatch(url):
            message = "write https://tiles.bank.example/{z}/{x}/{y}.png"
            raise ValueError(message)
        return url

    @field_validator("listen_port")
    @classmethod
    def _is_port(cls, text: str) -> str:
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST_PORT):
            message = "a number from 1 to 65535"
            raise ValueError(message)
        return text

    @field_validator("broker_url")
    @classmethod
    def _is_broker(cls, url: str) -> str:
        try:
            _port = urlsplit(url).port
        except ValueError:
            url = ""
        if not url.startswith(BROKERS):
            message = "write redis://host:6379/0, or leave it empty for a folder in the data folder"
            raise ValueError(message)
        return url


def _all_match(names: list[str], pattern: re.Pattern[str], wanted: str) -> list[str]:
    for name in names:
        if not pattern.fullmatch(name):
            message = f"{name!r} is not among {wanted}"
            raise ValueError(message)
    return names


def faults(error: ValidationError) -> list[str]:
    """Return one sentence for each wrong setting: its name, and what it must be."""
    found = []
    for fault in error.errors(include_url=False):
        name, wanted = str(fault["loc"][0]), fault["msg"].removeprefix("Value error, ")
        wanted = wanted.removeprefix("Input should be ").removeprefix("a valid ").partition(", unable")[0]
        # addresses may hold a password
        given = "" if name.endswith("_URL") or fault["type"] == "value_error" else f" {fault['input']!r}"
        found.append(f"{name}{given}: must be {wanted}." if given else f"{name}: {wanted}.")
    return found


def unread(environment: Mapping[str, str]) -> list[str]:
    """Return one sentence for each variable of our prefix that nobody reads: a misspelt name sets nothing."""
    known = {
        *(str(field.validation_alias) for field in Environment.model_fields.values()),
        *(PREFIX + name for name in OTHERS),
    }
    strays = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    return [f"{name} is no setting of gridbank{_meant(name, known)}." for name in strays]


def _meant(name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def read() -> Environment:
    """Read all settings. Raises ImproperlyConfigured, a line for everything that is wrong."""
    try:
        return Environment()
    except ValidationError as error:
        raise ImproperlyConfigured("\n".join(faults(error))) from None


def require() -> None:
    """End the process with one line for each wrong setting, where a traceback would help nobody.

    To be called by whatever starts a process, before anything else reads the settings. What the process writes from
    then on, the database and its journal included, is its owner's alone.
    """
    os.umask(0o077)
    try:
        # the first look reads them all
        _ = settings.VAR_DIR
    except ImproperlyConfigured as error:
        end(str(error))


def end(reason: str) -> NoReturn:
    """Tell why nothing starts, and end the process."""
    print(*(f"gridbank: {line}" for line in reason.splitlines()), sep="\n", file=sys.stderr)  # noqa: T201
    sys.exit(APP_LOAD_ERROR)
