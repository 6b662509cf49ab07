"""Where secrets come from: the environment in production, a private file made on first use elsewhere."""

import base64
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


class WrongKeysError(ImproperlyConfigured):
    """The keys at hand are not the ones this database was sealed with."""


@dataclass(frozen=True)
class Keys:
    """All secrets of one installation; field keys are tried by id, the first one encrypts."""

    secret_key: str
    field_keys: dict[str, bytes]
    index_key: bytes
    from_environment: bool


NAMES = ("secret_key", "field_keys", "index_key")
# AES-256, HMAC-SHA-256
KEY_BYTES = 32


def decode_key(encoded: str, called: str = "A key") -> bytes:
    """Decode one key. Raises ValueError unless it is base64 of 32 bytes."""
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        message = f"{called} is base64 of 32 bytes"
        raise ValueError(message)
    return key


def _parse_field_keys(text: str, called: str) -> dict[str, bytes]:
    """Read `id:base64,id:base64`; each key has 32 bytes. Raises ValueError otherwise."""
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        if not key_id or key_id in keys:
            message = f"{called}: field keys are written id:base64, each id once"
            raise ValueError(message)
        key = decode_key(encoded, f"{called}: each key")
        if key in keys.values():
            message = f"{called}: two field keys are one and the same key under two ids"
            raise ValueError(message)
        keys[key_id] = key
    return keys


def _made_file(path: Path, *, beside: Path | None) -> dict[str, str]:
    """Read the key file; make it first, readable by its owner only, when neither it nor a database is there."""
    # asked first: whoever made the database made its keys before
    needed = beside and beside.exists() and beside.stat().st_size
    if not path.exists():
        if needed:
            message = f"{path.name} is missing beside a database that is sealed with it. Put it back from the backup"
            raise ValueError(message)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = {
            "secret_key": secrets.token_urlsafe(50),
            "field_keys": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "index_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(fresh, file)
        try:
            # atomic, and the loser of a race keeps the winner's keys
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _read(path)


def _read(path: Path) -> dict[str, str]:
    """Read the key file. Raises ValueError when it isn't whole."""
    found: object = None
    with suppress(ValueError):
        found = json.loads(path.read_text())
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in NAMES):
        message = f"{path} is damaged: it must hold {', '.join(NAMES)}. Put it back from the backup"
        raise ValueError(message)
    return {name: str(found[name]) for name in NAMES}


def _called(name: str, environment: dict[str, str], path: Path) -> str:
    """Say where a key came from, as the operator knows it."""
    return f"GRIDBANK_{name.upper()}" if name in environment else f"{name} in {path}"


def load_keys(path: Path, *, beside: Path | None = None) -> Keys:
    """Load the installation's secrets; `beside` is the database that the file's keys would be made for.

    GRIDBANK_SECRET_KEY, GRIDBANK_FIELD_KEYS and GRIDBANK_INDEX_KEY together win over the file.
    Raises ValueError when a key is malformed, or lost beside a database that needs it.
    """
    environment = {
        name: os.environ[f"GRIDBANK_{name.upper()}"]
        for name in NAMES
        if os.environ.get(f"GRIDBANK_{name.upper()}")
    }
    complete = len(environment) == len(NAMES)
    found = environment if complete else {**_made_file(path, beside=beside), **environment}
    return Keys(
        secret_key=found["secret_key"],
        field_keys=_parse_field_keys(found["field_keys"], _called("field_keys", environment, path)),
        index_key=decode_key(found["index_key"], _called("index_key", environment, path)),
        from_environment=complete,
    )
