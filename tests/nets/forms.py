"""Every form that the pages show, as data: where it goes, its fields, and values that would be right."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.exchange.files import xlsx

RIGHT = {
    "code": "N001", "name": "新人", "username": "neu", "staff_no": "N1", "people-0-name": "赵一", "text": "每周走访一遍",
    "reason": "核对身份用途", "outcome": "已放款", "number": "13912345678", "note": "谈到买牛", "days": "30",
    "q": "甲", "person": "li", "subject": "people.user:1", "business": "小卖部", "phone": "13912345678",
    "new_password1": "Broad-Valleys-2027", "new_password2": "Broad-Valleys-2027", "birth_date": "1980-05-17",
    "username_login": "li", "password": "x", "id_type": "none",
}  # fmt: skip


@dataclass
class Field:
    """An input as the browser sees it."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    required: bool = False
    pattern: str = ""


@dataclass
class Form:
    """A form of a page."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    # it has the place where a steady form says that nothing was saved
    tells: bool = False

    @property
    def words(self) -> list[str]:
        """Return the fields that take words of one's own."""
        return [one.name for one in self.fields.values() if one.kind in {"text", "textarea"}]

    @property
    def path(self) -> str:
        return urlsplit(self.action).path

    @property
    def boxes(self) -> dict[str, str]:
        """Return the boxes, all of them ticked."""
        return {one.name: "on" for one in self.fields.values() if one.kind == "checkbox" and not one.options}

    def values(self) -> dict[str, Any]:
        """Return what a person in a hurry would send: no more than is asked for, and all of it right."""
        return {one.name: right(one) for one in self.fields.values() if one.kind != "checkbox"}


def right(one: Field) -> Any:
    if one.kind == "file":
        return SimpleUploadedFile("网格.xlsx", xlsx(["网格编号", "网格名称"], ["N7", "新网格"]))
    if one.value:
        return one.value
    if one.name in RIGHT and (
        one.required or one.name != "staff_no"
        # in one form it is the other way to name somebody
    ):
        return RIGHT[one.name]
    # a browser sends the first option; a person ticks the first circle
    if one.kind in {"select", "radio"}:
        return one.options[0] if one.options else ""
    if not one.required:
        return ""
    return timezone.localdate().isoformat() if one.kind == "date" else ""


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, []
        self._form: Form | None = None
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            address = given.get("action") or self.page
            self._form = Form(address, given.get("method", "get").lower(), given=given)
            self.forms.append(self._form)
        elif self._form is not None and "not-sent" in given.get("class", "").split():
            self._form.tells = True
        elif self._form is None or not (given.get("name") or tag == "option"):
            return
        elif tag == "input":
            self._input(given)
        elif tag in {"select", "textarea"}:
            made = self._form.fields.setdefault(given["name"], Field(given["name"], tag))
            made.required = "required" in given
            self._select, self._area = (made, None) if tag == "select" else (None, made)
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given and given.get("value"):
                self._select.value = given["value"]

    def _input(self, given):
        name, kind = given["name"], "date" if "data-typed-day" in given else given.get("type", "text")
        made = self._form.fields.setdefault(name, Field(name, kind))
        made.required = made.required or "required" in given
        made.pattern = given.get("pattern", "")
        if kind == "radio" or (kind == "checkbox" and given.get("value")):
            made.options.append(given.get("value", ""))
        if kind not in {"radio", "checkbox"} or (kind == "radio" and "checked" in given):
            made.value = given.get("value", "")

    def handle_data(self, data):
        if self._area is not None:
            self._area.value += data.strip("\n")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None


def forms_of(page: str, html: str) -> list[Form]:
    """Return the forms of a page."""
    reader = _Reader(page)
    reader.feed(html)
    return reader.forms
