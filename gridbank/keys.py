"""Where secrets come from: the environment in production, a private file made on first use elsewhere."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg2

Holds = Callable[[], bool | None]
T = TypeVar("T")


@dataclass(frozen=True)
class Keys:
    """All secrets of one installation; field keys are tried by id, the first one encrypts."""

    secret_key: str
    field_keys: dict[str, bytes]
    index_key: bytes
    from_environment: bool
    # false while nobody could say whether a database needs others: nothing may be sealed with them
    is_kept: bool = True


# AES-256, HMAC-SHA-256
KEY_BYTES = 32
# seconds for a database to answer
PATIENCE = 5
PARTS = ("secret_key", "field_keys", "index_key")


def decode_key(encoded: str) -> bytes:
    """Decode one key. Raises ValueError, in words that don't repeat it, unless it is base64 of 32 bytes."""
    try:
        key = base64.b64decode(encoded, validate=True)
    # not ASCII, or not base64
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        message = "a key is base64 of 32 bytes (docs/operate.md, Production, makes one)"
        raise ValueError(message)
    return key


def key_in(path: Path) -> str:
    """Return the key that a file holds, as text. Raises ValueError where it can't be read."""
    try:
        found = path.read_text().strip()
    except OSError as error:
        raise ValueError(f"{path} can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} holds no text") from None
    if not found:
        raise ValueError(f"{path} is empty")
    return found


def parse_field_keys(text: str) -> dict[str, bytes]:
    """Read `id:base64,id:base64`; each key has 32 bytes. Raises ValueError otherwise."""
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        if not key_id or key_id in keys:
            message = "field keys are written id:base64,id:base64, each id once"
            raise ValueError(message)
        key = decode_key(encoded)
        if key in keys.values():
            message = "two field keys are one and the same key under two ids"
            raise ValueError(message)
        keys[key_id] = key
    return keys


def _made_file(path: Path, *, beside: Path | None, holds: Holds | None) -> tuple[dict[str, Any], bool]:
    """Read the key file; make it first, readable by its owner only, when neither it nor a full database is there.

    Of a database that doesn't answer nobody knows: the keys made then are kept nowhere, and False is returned.
    """
    # asked first: whoever made the database made its keys before
    needed: Any = beside and beside.exists() and beside.stat().st_size
    if not path.exists():
        if holds is not None and not needed:
            needed = holds()
        if needed is None and holds is not None and not path.exists():
            return _fresh(), False
        if needed and not path.exists():
            message = (
                f"{path} is missing beside a database that is sealed with it. Put it back from the backup."
            )
            raise ValueError(message)
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
    try:
        return dict(json.loads(path.read_text())), True
    except OSError as error:
        message = f"{path} can't be read ({error.strerror}). Give it back to the user that runs gridbank."
        raise ValueError(message) from None
    # no JSON, or JSON of something else
    except (ValueError, TypeError):
        raise ValueError(f"{path} is damaged. {_remedy(needed=bool(needed))}") from None


def _fresh() -> dict[str, Any]:
    return {
        "secret_key": secrets.token_urlsafe(50),
        "field_keys": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "index_key": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _make(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(_fresh(), file)
        # atomic, and the loser of a race keeps the winner's keys
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _remedy(*, needed: bool) -> str:
    put_back = "Put it back from the backup"
    return (
        f"{put_back}." if needed else f"{put_back}; remove it only where no database was ever sealed with it."
    )


def holds_tables(database: Mapping[str, Any]) -> bool | None:
    """Say whether somebody has set up a PostgreSQL database; None when it doesn't answer."""
    try:
        connection = psycopg2.connect(
            host=database["HOST"] or None, port=database["PORT"] or None, dbname=database["NAME"],
            user=database["USER"] or None, password=database["PASSWORD"] or None, connect_timeout=PATIENCE,
            **database.get("OPTIONS", {}),
        )  # fmt: skip
    except psycopg2.Error:
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
            return bool(cursor.fetchone()[0])
    finally:
        connection.close()


def load_keys(path: Path, *, beside: Path | None = None, holds: Holds | None = None) -> Keys:
    """Load the installation's secrets; `beside` is the database that the file's keys would be made for.

    `holds` says of one that isn't a file whether anything stands in it. It is asked where the file is missing.
    GRIDBANK_SECRET_KEY, GRIDBANK_FIELD_KEYS and GRIDBANK_INDEX_KEY together win over the file.
    Raises ValueError, a line for everything that is wrong, when a key is malformed, or lost beside a database that
    needs it.
    """
    environment = {name: os.environ[_setting(name)] for name in PARTS if os.environ.get(_setting(name))}
    complete = len(environment) == len(PARTS)
    filed, is_kept = ({}, True) if complete else _made_file(path, beside=beside, holds=holds)
    remedy = _remedy(needed=bool(beside and beside.exists()))
    wrong: list[str] = []

    def part(name: str, read: Callable[[str], T], none: T) -> T:
        given = environment.get(name) or filed.get(name)
        try:
            return read(_text(given))
        except ValueError as error:
            mine = f"{_setting(name)}: {error}."
            wrong.append(mine if name in environment else f"{name} in {path}: {error}. {remedy}")
            return none

    keys = Keys(
        secret_key=part("secret_key", str, ""),
        field_keys=part("field_keys", parse_field_keys, {}),
        index_key=part("index_key", decode_key, b""),
        from_environment=complete,
        is_kept=is_kept,
    )
    if wrong:
        raise ValueError("\n".join(wrong))
    return keys


def _text(given: Any) -> str:
    if given and isinstance(given, str):
        return given
    raise ValueError("it is missing")


def _setting(name: str) -> str:
    return f"GRIDBANK_{name.upper()}"
