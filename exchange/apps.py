"""The exchange app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Files in and out: it also sends the lists of the rooms below, which know nothing of workbooks."""

    name = "exchange"

    def ready(self) -> None:
        """Offer to send lists."""
        from exchange.listed import book_send  # noqa: PLC0415  apps are not ready earlier
        from people.lists import register_sender  # noqa: PLC0415  the same

        register_sender(book_send)
