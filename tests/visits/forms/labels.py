"""What the fields of a module's forms are called: an error is told beside that name."""

import inspect
import re

from django import forms
from django.utils import translation

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def forms_in(module):
    """Return the forms that stand in a module itself."""
    return {
        name: form
        for name, form in inspect.getmembers(module, inspect.isclass)
        if issubclass(form, forms.BaseForm) and form.__module__ == module.__name__
    }


def unnamed(module):
    """Return the fields that are called nothing in Chinese."""
    with translation.override("zh-hans"):
        return sorted(
            f"{name}.{field}"
            for name, form in forms_in(module).items()
            for field, asked in form.base_fields.items()
            if not CHINESE.search(str(asked.label or ""))
        )
