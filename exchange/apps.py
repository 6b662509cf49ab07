"""The exchange app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Files in and out: it also sends the lists of the rooms below, which know nothing of workbooks."""

    name = "exchange"

    def ready(self) -> None:
        """Offer to send lists; take up the work on files."""
        from exchange import services  # noqa: F401, PLC0415  its handlers are registered
        from exchange.actions import Action  # noqa: PLC0415  the same
        from exchange.faces import register_faces  # noqa: PLC0415  apps are not ready earlier
        from exchange.listed import BOUNDS, book_send  # noqa: PLC0415  the same
        from exchange.officers import register_officers  # noqa: PLC0415  the same
        from exchange.outlets import register_taken  # noqa: PLC0415  the same
        from exchange.staff import register_staff  # noqa: PLC0415  the same
        from exchange.subjects import register_subjects  # noqa: PLC0415  the same
        from people.actions import Action as PeopleAction  # noqa: PLC0415  the same
        from people.lists import register_sender  # noqa: PLC0415  the same

        register_sender(book_send, BOUNDS)
        register_taken(
            PeopleAction.LIST_TAKEN,
            Action.BATCH_ERRORS_TAKEN,
            Action.BATCH_COMPARED,
            Action.EXPORT_FETCHED,
            Action.KIND_TAKEN,
        )
        register_subjects()
        register_faces()
        register_staff()
        register_officers()
