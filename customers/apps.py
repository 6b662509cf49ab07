"""The customers app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Says what keeps a grid from being closed, how a move is put in force, and which triggers stand."""

    name = "customers"

    def ready(self) -> None:
        """Name them."""
        from customers.guards import guards  # noqa: PLC0415  models are loaded only now
        from customers.services.attribution import households_left  # noqa: PLC0415  the same
        from customers.services.moving import move_signed  # noqa: PLC0415  the same
        from gridbank import triggers  # noqa: PLC0415  the same
        from grids import backdated, ending  # noqa: PLC0415  the same
        from grids.enums import BackdatingKind  # noqa: PLC0415  the same

        ending.register(households_left)
        backdated.register(BackdatingKind.MOVE, move_signed)
        triggers.watch(*guards())
