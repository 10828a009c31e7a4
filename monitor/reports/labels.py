"""Words for the codes that a report prints, in the report's language; used under force_locale."""

from flask_babel import get_locale, gettext

from monitor.reports.content import Mark, Version

FIRST_STRONG, END = "\u2068", "\u2069"  # around a piece that keeps its own direction


def version_mark(version: Version) -> str:
    """Return for whom this version is, as printed on every page."""
    match version:
        case Version.INTERNAL:
            return gettext("Internal")


def evidence(code: str) -> str:
    """Return a kind of evidence in one or two words."""
    return {
        "observation": gettext("observation"),
        "private_interview": gettext("private interviews"),
        "register": gettext("registers and files"),
        "staff_interview": gettext("staff"),
        "document": gettext("documents"),
    }[code]


def mark_text(mark: Mark, value: str) -> str:
    """Return what a standard names, `value` being its figure as the language writes numbers."""
    source = f"{FIRST_STRONG}{_in_one_line(mark.source)}{END}"
    match mark.comparator:
        case "min":
            return gettext("%(source)s: at least %(value)s", source=source, value=value)
        case "max":
            return gettext("%(source)s: at most %(value)s", source=source, value=value)
        case _:
            return gettext("%(source)s: less than %(value)s", source=source, value=value)


def _in_one_line(source: str) -> str:
    """Keep English words together in a line that runs from right to left, where a break would turn their order."""
    locale = get_locale()
    turned = locale is not None and locale.text_direction == "rtl"
    return source.replace(" ", "\N{NO-BREAK SPACE}") if turned else source


def page_mark() -> tuple[str, str, str]:
    """Return what stands before, between and after the two numbers of 'Page 3 of 20'."""
    text = gettext("Page %(page)s of %(pages)s", page="\N{ACUTE ACCENT}", pages="\N{CEDILLA}")
    before, _, rest = text.partition("\N{ACUTE ACCENT}")
    between, _, after = rest.partition("\N{CEDILLA}")
    return before, between, after
