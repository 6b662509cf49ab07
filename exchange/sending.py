"""Files that go out over the web."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sent(body: bytes, name: str) -> HttpResponse:
    """Send a workbook that is kept under this name, whatever script it is written in."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(body, content_type=XLSX, headers={"Content-Disposition": str(disposition)})
