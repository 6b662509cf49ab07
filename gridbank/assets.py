"""The files that browsers keep: named by what is in them."""

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Assets(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Find each file's address once: a page names thirty, and a process knows one manifest all its life."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002  Django's own signature
        """Return the address. Raises ValueError for a file that was never collected."""
        if settings.DEBUG and not force:
            return str(super().url(name))
        if name not in self._found:
            self._found[name] = str(super().url(name, force))
        return self._found[name]
