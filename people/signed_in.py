"""Who is signed in, as the database holds it: whoever reads or writes its rows signs in as nobody with them.

A row stands under a digest of the browser's key, and what is in it is signed for that key only.
"""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as RowStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from gridbank.sealing import seal

# what the table has room for: 160 bits
DIGITS = 40


def row_key(session_key: str) -> str:
    """Return the key of a session's row: sealed by a key that isn't in the database."""
    return seal(f"people.session:{session_key}")[:DIGITS]


class SessionStore(RowStore):
    """Django's rows, with digests for keys. Nothing here is asynchronous."""

    def _salt(self) -> str:
        """Tie what is in a row to its session: copied into another row it is nothing."""
        return f"people.session:{self.session_key}"

    # what Django signs a row's content with
    key_salt = property(_salt)

    def _get_session_from_db(self) -> Session | None:
        """Return the row of the browser's key while it lasts; without one the key is forgotten."""
        live = Session.objects.filter(expire_date__gt=timezone.now())
        found = live.filter(session_key=row_key(self.session_key or "")).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Whether a browser's key is taken."""
        return super().exists(row_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Return the row to be stored."""
        found = super().create_model_instance(data)
        found.session_key = row_key(found.session_key)
        return found

    def delete(self, session_key: str | None = None) -> None:
        """End a session, by the browser's key; without one, this one."""
        ended = session_key or self.session_key
        if ended:
            super().delete(row_key(ended))
