"""A hint in words: the figure of the visit, the figure of the standard, and whether the one keeps to the other."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from monitor.guide.catalogue import Benchmark
from monitor.guide.hints import ROOMS, Hint
from monitor.guide.texts import GuideTexts
from monitor.web.filters import number

DECIMALS = 1


@dataclass(frozen=True)
class HintWords:
    """One hint as a page shows it; four texts beside each other, never one glued sentence."""

    figure: str
    """What the visit found: "Room 1: 3.2 m2/person"."""
    bound: str
    """What the standard names: "At least 4 m2/person"."""
    standard: str
    """Which standard: "CPT living space, para. 9"."""
    note: str
    """For whom it is meant."""
    verdict: str
    is_met: bool

    def to_json(self) -> dict[str, Any]:
        """Return it for the script of the page."""
        return dict(vars(self))


def hint_words(hint: Hint, words: GuideTexts) -> HintWords:
    """Say a hint in the reader's language."""
    citation = hint.benchmark.citation
    instrument = words.guide.instruments[citation.instrument]
    return HintWords(
        figure=_figure(hint, words),
        bound=_bound(hint.benchmark, words),
        standard=f"{instrument.short_title}, {citation.provision}",
        note=words.benchmark_note(hint.benchmark),
        verdict=_("keeps to it") if hint.is_met else _("does not keep to it"),
        is_met=hint.is_met,
    )


def _unit(benchmark: Benchmark, words: GuideTexts) -> str:
    return words.unit(words.guide.items[benchmark.item_id])


def _figure(hint: Hint, words: GuideTexts) -> str:
    given = {"figure": number(round(hint.measured, DECIMALS + 1)), "unit": _unit(hint.benchmark, words)}
    if hint.row_id is not None:
        return _("%(room)s: %(figure)s %(unit)s", room=words.row(words.guide.items[ROOMS], hint.row_id), **given)
    if hint.kind == "occupancy":
        return _("Occupancy: %(figure)s %(unit)s", **given)
    return _("%(figure)s %(unit)s", **given)


def _bound(benchmark: Benchmark, words: GuideTexts) -> str:
    given = {"value": number(benchmark.value), "unit": _unit(benchmark, words)}
    match benchmark.comparator:
        case "min":
            return _("At least %(value)s %(unit)s", **given)
        case "max":
            return _("At most %(value)s %(unit)s", **given)
        case "below":
            return _("Below %(value)s %(unit)s", **given)
