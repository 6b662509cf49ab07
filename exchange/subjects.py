"""What the audit trail calls files that were brought in: by their kind and number, since their names may tell of people."""

from audit.subjects import Subjects, register
from exchange.models import Batch, Export
from exchange.outlets import outlet_of
from exchange.sheets import sheet_of


def _said(kind: str, number: int) -> str:
    sheet = sheet_of(kind)
    return f"{sheet.label if sheet else kind} #{number}"


def _listed(name: str, number: int) -> str:
    outlet = outlet_of(name)
    return f"{outlet.label if outlet else name} #{number}"


def register_subjects() -> None:
    """Let the trail name them."""
    find = ("uploader__name__icontains", "uploader__staff_no__iexact")
    register(
        Subjects("exchange.batch", Batch.objects.all, ("kind", "pk"), find, _said),
        Subjects(
            "exchange.export",
            Export.objects.all,
            ("outlet", "pk"),
            ("asker__name__icontains", "asker__staff_no__iexact"),
            _listed,
        ),
    )
