"""The customers app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Says what keeps a grid from being closed, how a move is put in force, what is claimed, which triggers stand."""

    name = "customers"

    def ready(self) -> None:
        """Name them."""
        from audit import verification  # noqa: PLC0415  the same
        from audit.untold import watched  # noqa: PLC0415  models are loaded only now
        from customers import corefiles, sheets  # noqa: PLC0415  the same
        from customers.actions import Action  # noqa: PLC0415  the same
        from customers.guards import (  # noqa: PLC0415  models are loaded only now
            WATCHED,
            complete_guards,
            guards,
            identity_guards,
            residence_guards,
            tie_guards,
        )
        from customers.loads import HOUSEHOLDS  # noqa: PLC0415  the same
        from customers.outlets import register_outlets  # noqa: PLC0415  the same
        from customers.services.attribution import households_left  # noqa: PLC0415  the same
        from customers.services.claims import register_kinds  # noqa: PLC0415  the same
        from customers.services.cutting import DWELLERS  # noqa: PLC0415  the same
        from customers.services.handing import WARDS  # noqa: PLC0415  the same
        from customers.services.merged_claims import register_own  # noqa: PLC0415  the same
        from customers.services.moving import move_signed  # noqa: PLC0415  the same
        from customers.services.proving import DATED, ClaimsDecided, PeopleStand  # noqa: PLC0415  the same
        from customers.subjects import register_subjects  # noqa: PLC0415  the same
        from customers.undoing import register_undoing  # noqa: PLC0415  the same
        from exchange.outlets import register_taken  # noqa: PLC0415  the same
        from exchange.sheets import register  # noqa: PLC0415  the same
        from gridbank import triggers  # noqa: PLC0415  the same
        from grids import backdated, ending, loads, wards  # noqa: PLC0415  the same
        from grids.enums import BackdatingKind  # noqa: PLC0415  the same
        from ground import dwellers  # noqa: PLC0415  the same

        register_subjects()
        register_outlets()
        register_taken(Action.HOUSEHOLD_TAKEN)
        dwellers.register(DWELLERS)
        for sheet in (sheets.HOUSEHOLDS, *corefiles.SHEETS):
            register(sheet)
        register_undoing()
        ending.register(households_left)
        loads.register(HOUSEHOLDS)
        wards.register(WARDS)
        backdated.register(BackdatingKind.MOVE, move_signed)
        register_kinds()
        register_own()
        verification.register(ClaimsDecided)
        for dated in DATED:
            verification.register(dated)
        verification.register(PeopleStand)
        triggers.watch(
            *guards(),
            *complete_guards(),
            residence_guards(),
            identity_guards(),
            *tie_guards(),
            *watched(WATCHED),
        )
