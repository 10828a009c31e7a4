"""Colours are readable in light and in dark, and the styles work in both directions of writing."""

import re

import pytest

from monitor.config import ROOT

STYLES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "static" / "css").glob("*.css")
    if not path.name.startswith("report")  # those draw PDFs, with a file of their own for right-to-left
}
TEXT, GRAPHIC = 4.5, 3.0
"""WCAG 2.2, success criteria 1.4.3 and 1.4.11."""
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-soft", "action", "amber", "red") for ground in ("ground", "raised")],
    ("action-hover", "ground", TEXT),
    ("action-hover", "action-soft", TEXT),
    ("action", "action-soft", TEXT),
    ("ink", "action-soft", TEXT),
    ("action-ink", "action", TEXT),
    ("action-ink", "action-hover", TEXT),
    ("amber", "amber-soft", TEXT),
    ("ink", "amber-soft", TEXT),
    ("red", "red-soft", TEXT),
    ("ink", "red-soft", TEXT),
    ("red-ink", "red", TEXT),
    ("line-strong", "ground", GRAPHIC),
    ("line-strong", "raised", GRAPHIC),
]


def colours(mode: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", STYLES["monitor.css"], re.DOTALL)
    text = blocks[0] if mode == "light" else blocks[1]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", text))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_contrast_is_enough(mode: str, ink: str, ground: str, least: float) -> None:
    found = colours(mode)
    assert contrast(found[ink], found[ground]) >= least


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def physical_sides(style: str) -> list[str]:
    """Return what in a style is meant for one side of the screen, whichever way the page runs."""
    named = (
        r"(?:margin|padding|border)-(?:left|right)|(?<![-\w])(?:left|right)\s*:|(?:text-align|float):\s*(?:left|right)"
    )
    four = r"(?:margin|padding|inset):\s*[^;\s]+ ([^;\s]+) [^;\s]+ ([^;\s]+)(?: !important)?;"
    unequal = [found.group() for found in re.finditer(four, style) if found.group(1) != found.group(2)]
    return re.findall(named, style) + unequal


@pytest.mark.parametrize(
    "rule", ["margin-left: 1rem;", "float: right;", "padding: 1px 2px 1px 0;", "margin: 0 1rem 0 2rem !important;"]
)
def test_a_side_of_the_screen_is_found_in_a_style(rule: str) -> None:
    assert physical_sides(f"p {{ {rule} }}") != []
    assert physical_sides("p { margin: 0 auto; padding: 1px 2px 3px 2px; inset-inline: 0 auto; }") == []


@pytest.mark.parametrize("name", sorted(STYLES))
def test_styles_name_no_physical_side_and_fetch_nothing(name: str) -> None:
    assert physical_sides(STYLES[name]) == []
    assert re.findall(r"url\((?!\"data:)|@import", STYLES[name]) == []
