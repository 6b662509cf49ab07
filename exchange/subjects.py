"""What the audit trail calls files that were brought in: by their kind and number, since their names may tell of people."""

from audit.subjects import Subjects, register
from exchange.models import Batch
from exchange.sheets import sheet_of


def _said(kind: str, number: int) -> str:
    sheet = sheet_of(kind)
    return f"{sheet.label if sheet else kind} #{number}"


def register_subjects() -> None:
    """Let the trail name them."""
    find = ("uploader__name__icontains", "uploader__staff_no__iexact")
    register(Subjects("exchange.batch", Batch.objects.all, ("kind", "pk"), find, _said))
