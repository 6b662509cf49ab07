"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Connects the sign-in signals to the audit trail, names what it is about, and the API's doors to its document."""

    name = "people"

    def ready(self) -> None:
        """Connect the receivers and describe the API's doors."""
        from audit.untold import watched  # noqa: PLC0415  models are loaded only now
        from gridbank import triggers  # noqa: PLC0415  models are loaded only now
        from people import signals  # noqa: F401, PLC0415  receivers need the models
        from people.api import schema  # noqa: F401, PLC0415  so does the description of our doors
        from people.guards import WATCHED  # noqa: PLC0415  the same
        from people.subjects import register_subjects  # noqa: PLC0415  models are loaded only now
        from people.taking_back import register_undoing  # noqa: PLC0415  the same

        register_subjects()
        register_undoing()
        triggers.watch(*watched(WATCHED))
