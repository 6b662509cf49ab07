"""The map's colours can be told apart: on paper in grey, in the dark, and by eyes that see two colours only."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
NEIGHBOURS, TEXT = 1.3, 4.5
# Machado, Oliveira, Fernandes 2009, severity 1, on linear light
EYES = {
    "all three colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
SCHEMES = ("light", "dark", "print")


def colours(scheme: str) -> dict[str, str]:
    """Return every colour of a scheme: the light ones are the rule, the others differ from them."""
    root, dark, *_narrow, paper = re.findall(r":root \{(.*?)\n *\}", TOKENS.read_text(), flags=re.DOTALL)
    read = [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", block)) for block in (root, dark, paper)]
    return read[0] | {"light": {}, "dark": read[1], "print": read[2]}[scheme]


def linear(colour: str) -> list[float]:
    """Return the light of red, green and blue."""
    digits = colour.removeprefix("#")
    digits = "".join(sign * 2 for sign in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str, eyes: str = "all three colours") -> float:
    """Return the relative luminance of WCAG 2, as those eyes see the colour; it is the grey of a print too."""
    light = linear(colour)
    seen = [min(1, max(0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in EYES[eyes]]
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), seen, strict=True))


def contrast(one: str, other: str, eyes: str = "all three colours") -> float:
    """Return the contrast of WCAG 2 between two colours."""
    high, low = sorted((luminance(one, eyes), luminance(other, eyes)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eyes", EYES)
def test_neighbouring_classes_differ_in_grey_and_for_every_eye(scheme, eyes):
    found = colours(scheme)
    ramp = [found[f"map-{band}"] for band in range(5)]
    steps = [contrast(a, b, eyes) for a, b in pairwise(ramp)]
    assert min(steps) >= NEIGHBOURS, steps
    # the further from pace, the further from the paper
    away = [contrast(colour, found["surface"], eyes) for colour in ramp]
    assert away == sorted(away)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_stands_in_a_polygon_can_be_read(scheme):
    found = colours(scheme)
    for band in range(5):
        ink = found["map-ink-strong" if band > 2 else "map-ink"]
        assert contrast(ink, found[f"map-{band}"]) >= TEXT, band


@pytest.mark.parametrize("scheme", SCHEMES)
def test_hatch_and_outline_stand_out(scheme):
    found = colours(scheme)
    assert contrast(found["map-hatch"], found["surface"]) >= 3
    assert contrast(found["map-edge"], found["surface"]) >= 7
