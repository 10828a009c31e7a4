"""Standards as a report cites them: grouped by instrument, in the order of the guide's list."""

import re
from collections.abc import Collection, Iterable

from monitor.guide.catalogue import Citation, Guide
from monitor.reports.content import CitedInstrument

_NUMBERED = re.compile(r"(?P<word>[A-Za-z]+\.?) (?P<number>[0-9IVX].*)")


def provisions_line(provisions: Iterable[str], starred: Collection[str] = ()) -> str:
    """Return provisions as one line that says `Rule` or `para.` once per run: `Rule 24, 45*; Principle 3`."""
    said, last = "", None
    for provision in provisions:
        match = _NUMBERED.fullmatch(provision)
        word = match["word"] if match else None
        if match and word == last:
            said += f", {match['number']}"
        else:
            said += f"; {provision}" if said else provision
        said += "*" * (provision in starred)
        last = word
    return said


def instruments_cited(guide: Guide, citations: Iterable[Citation]) -> tuple[CitedInstrument, ...]:
    """Return the instruments behind these citations, each with its cited provisions once, both in the guide's order."""
    wanted = set(citations)
    return tuple(
        CitedInstrument(
            id=instrument.id,
            title=instrument.title,
            short_title=instrument.short_title,
            symbol="" if instrument.symbol == "none" else instrument.symbol,
            year=instrument.year,
            applies_to=instrument.applies_to,
            provisions=tuple(p.provision for p in cited),
            unverified=tuple(p.provision for p in cited if not p.is_verified),
        )
        for instrument in guide.instruments.values()
        if (cited := [p for p in instrument.provisions.values() if Citation(instrument.id, p.provision) in wanted])
    )
