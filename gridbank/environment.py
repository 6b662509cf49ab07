"""Everything that an installation sets, read from the environment once; a wrong word or number is refused by name."""

import os
import re
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn
from urllib.parse import parse_qs, urlsplit

import dj_database_url
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gridbank.keys import decode_key, key_in, parse_field_keys

BASE_DIR = Path(__file__).resolve().parent.parent
PREFIX = "GRIDBANK_"
# read by tests
OTHERS = {"TEST_REDIS", "CHROMIUM"}
HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")
ORIGIN = re.compile(r"https?://[A-Za-z0-9*._\[\]:-]+")
# a server's name alone stands before the first slash: what follows it would become a rule of the pages' policy
TILES = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/{}?=&%@-]+")
LISTENER = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
MOST_PORTS = 65535
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
    var: Path = Field(default=BASE_DIR / "var", validate_default=True, validation_alias="GRIDBANK_VAR")
    hosts: Names = Field(default=["localhost", "127.0.0.1", "[::1]"], validation_alias="GRIDBANK_HOSTS")
    origins: Names = Field(default=[], validation_alias="GRIDBANK_ORIGINS")
    proxies: str = Field(default="127.0.0.1", validation_alias="GRIDBANK_PROXIES")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    broker_url: str = Field(default="filesystem://localhost//", validation_alias="CELERY_BROKER_URL")
    idle_minutes: Annotated[int, Field(ge=1, le=8 * 60)] = Field(
        default=15, validation_alias="GRIDBANK_IDLE_MINUTES"
    )
    rotation_months: Annotated[int, Field(ge=1, le=240)] = Field(
        default=36, validation_alias="GRIDBANK_ROTATION_MONTHS"
    )
    peers: Literal["ranks", "points"] = Field(default="ranks", validation_alias="GRIDBANK_PEERS")
    tile_url: str = Field(default="", validation_alias="GRIDBANK_TILE_URL")
    field_cipher: Literal["aes", "sm4"] = Field(default="aes", validation_alias="GRIDBANK_FIELD_CIPHER")
    # read again with the file that holds them elsewhere: gridbank/keys.py
    secret_key: str = Field(default="", repr=False, validation_alias="GRIDBANK_SECRET_KEY")
    field_keys: str = Field(default="", repr=False, validation_alias="GRIDBANK_FIELD_KEYS")
    index_key: str = Field(default="", repr=False, validation_alias="GRIDBANK_INDEX_KEY")
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
            found = dj_database_url.parse(url) if url else {"ENGINE": "sqlite3", "NAME": "its own"}
        except (ValueError, KeyError):
            found = {}
        named = found.get("NAME") or found.get("OPTIONS", {}).get("service")
        if not (found.get("ENGINE", "").endswith(("postgresql", "sqlite3")) and named):
            message = "write postgres://user@host:5432/name or sqlite:///path"
            raise ValueError(message)
        if not SSL_MODES.issuperset(parse_qs(urlsplit(url).query).get("sslmode", [])):
            message = f"sslmode is one of {', '.join(sorted(SSL_MODES))}"
            raise ValueError(message)
        return url

    @field_validator("broker_url")
    @classmethod
    def _is_broker(cls, url: str) -> str:
        if not (url.startswith("filesystem://") or _is_redis(url)):
            message = "write redis://host:6379/0, or leave it empty for a folder in the data folder"
            raise ValueError(message)
        return url

    @field_validator("proxies")
    @classmethod
    def _is_proxy(cls, text: str) -> str:
        names = [part.strip() for part in text.split(",")]
        try:
            # what gunicorn will do
            _ = [ip_network(name) for name in names if name != "*"]
        except ValueError:
            message = "write the proxies' addresses, separated by commas: 10.1.2.3,10.1.3.0/24"
            raise ValueError(message) from None
        return ",".join(names)

    @field_validator("tile_url")
    @classmethod
    def _is_tile_server(cls, url: str) -> str:
        if url and not TILES.fullmatch(url):
            message = "write https://tiles.bank.example/{z}/{x}/{y}.png"
            raise ValueError(message)
        return url

    @field_validator("listen_host")
    @classmethod
    def _is_listener(cls, name: str) -> str:
        if not LISTENER.fullmatch(name):
            message = "write an address or a name of this machine without port: 127.0.0.1"
            raise ValueError(message)
        return name

    @field_validator("listen_port")
    @classmethod
    def _is_port(cls, text: str) -> str:
        if not is_port(text):
            message = f"must be a number from 1 to {MOST_PORTS}"
            raise ValueError(message)
        return text

    @field_validator("var")
    @classmethod
    def _is_folder_of_ours(cls, path: Path) -> Path:
        there = next(each for each in (path.absolute(), *path.absolute().parents) if os.path.lexists(each))
        if not there.is_dir():
            raise ValueError(f"{there} is no folder")
        if not os.access(there, os.W_OK | os.X_OK):
            raise ValueError(f"this user may not write in {there}")
        return path

    @field_validator("anchor_file")
    @classmethod
    def _is_file_of_ours(cls, path: Path | None) -> Path | None:
        if path is None:
            return None
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise ValueError(f"{path} must be a file in a folder that is there")
        if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
            raise ValueError(f"this user may not write {path}")
        return path

    @field_validator("field_keys", "index_key", "seal_key")
    @classmethod
    def _is_key(cls, text: str, about: ValidationInfo) -> str:
        if text:
            (parse_field_keys if about.field_name == "field_keys" else decode_key)(text)
        return text

    @field_validator("seal_key_file")
    @classmethod
    def _holds_a_key(cls, path: Path | None) -> Path | None:
        if path is not None:
            decode_key(key_in(path))
        return path


def is_port(text: str) -> bool:
    """Say whether a text is a port's number."""
    return (
        text.isascii()
        and text.isdigit()
        and len(text) <= len(str(MOST_PORTS))
        and 0 < int(text) <= MOST_PORTS
    )


def _is_redis(url: str) -> bool:
    """Say whether a Redis can be reached by it: a host, a port that is none at all or a number, a database's number."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    database = parts.path.strip("/")
    plain = not database or (database.isascii() and database.isdigit())
    return parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and plain


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


def tell(reason: str) -> None:
    """Say it where no log is set up yet."""
    print(*(f"gridbank: {line}" for line in reason.splitlines()), sep="\n", file=sys.stderr, flush=True)  # noqa: T201


def end(reason: str) -> NoReturn:
    """Tell why nothing starts, and end the process."""
    tell(reason)
    sys.exit(APP_LOAD_ERROR)
