"""Texts from outside without the characters that only steer how they are drawn: spoofed lines, unfindable names."""

import unicodedata
from typing import Any


def without_invisible(text: str) -> str:
    """Return a text without the characters that only steer its drawing: they come along when a number is pasted."""
    if text.isascii():
        return text
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def all_visible(value: Any) -> Any:
    """Return what came from outside without such characters, in whichever lists and objects its texts stand."""
    if isinstance(value, str):
        return without_invisible(value)
    if isinstance(value, list):
        return [all_visible(one) for one in value]
    return {key: all_visible(one) for key, one in value.items()} if isinstance(value, dict) else value
