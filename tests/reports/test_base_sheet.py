"""The sheet that says what each element of a printed document is."""

import re

from monitor.reports.rendering import BASE, PDF_TEMPLATES, STYLES

INLINE = {"a", "b", "bdi", "br", "g", "img", "rect", "span", "strong", "svg"}


def test_every_element_of_the_documents_is_named_in_the_base_sheet():
    """One that is not named would be drawn inside a line."""
    templates = [*PDF_TEMPLATES.glob("*.html"), PDF_TEMPLATES.parent / "charts.html"]
    used = {tag for path in templates for tag in re.findall(r"<([a-z][a-z0-9]*)[ />]", path.read_text())}
    rules = re.findall(r"^([a-z0-9, ]+) \{ display", (STYLES / BASE).read_text(), re.MULTILINE)
    named = {tag for rule in rules for tag in rule.split(", ")}
    assert {"p", "td", "ul"} <= used
    assert used - INLINE <= named
    assert {f"h{level}" for level in range(1, 6)} <= named
