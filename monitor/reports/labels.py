"""Words for the codes that a report prints, in the report's language; used under force_locale."""

from flask_babel import get_locale, gettext

from monitor.reports.content import Mark, Version

FIRST_STRONG, END = "\u2068", "\u2069"  # around a piece that keeps its own direction


def version_mark(version: Version) -> str:
    """Return for whom this version is, as printed on every page."""
    match version:
        case Version.INTERNAL:
            return gettext("Internal")
        case Version.AUTHORITY:
            return gettext("For the authority")
        case Version.PUBLIC:
            return gettext("Public version")


def draft_mark() -> str:
    """Return what stands on every page of a text that nobody has checked for its release."""
    return gettext("Draft for internal use. Do not pass it on.")


def version_note(version: Version) -> str:
    """Return what the cover says of this version: who may read it, and what is not in it."""
    match version:
        case Version.INTERNAL:
            return gettext(
                "Internal version, for the mechanism alone. It may hold notes that have not been checked and "
                "information that is privileged under Article 21(2) of OPCAT. Do not pass it on."
            )
        case Version.AUTHORITY:
            return gettext(
                "Version for the authority in charge. Nobody may be punished for having spoken with the mechanism "
                "(OPCAT, Article 21(1)). It is not meant for publication."
            )
        case Version.PUBLIC:
            return gettext(
                "Public version. No personal data is published without express consent (OPCAT, Article 21(2)); "
                "figures that would point at fewer than five people are left out."
            )


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
