"""The words of the guide in the reader's language, English where a translation is missing."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Self

from monitor.guide.catalogue import NO_JUDGEMENT, Benchmark, Choice, Guide, Item
from monitor.guide.loading import DATA, available_versions, get_guide
from monitor.guide.locale_files import MACHINE_MADE, Locale, read_locale

__all__ = ["MACHINE_MADE", "GuideTexts", "Text", "interface_languages", "texts", "verify"]

ENGLISH = "en"
_LOCALES = DATA / "locales"


class Text(str):
    """A text that knows its language, so that a page can mark what fell back to English with `lang`."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        """Give the text in this language (a code such as "fr")."""
        made = super().__new__(cls, text)
        made.language = language
        return made


class GuideTexts:
    """Every word of one version of the guide in one language; each method gives a Text."""

    def __init__(self, guide: Guide, locale: Locale) -> None:
        self.guide = guide
        self.language = locale.language
        self.status = locale.status
        self.is_signed_off = locale.is_signed_off
        self._texts = locale.texts

    def question(self, item: Item) -> Text:
        """The question of an item."""
        return self._text(item.question, "items", item.id, "question")

    def guidance(self, item: Item) -> Text:
        """The help text of an item."""
        return self._text(item.guidance, "items", item.id, "guidance")

    def unit(self, item: Item) -> Text:
        """The unit of a number item; empty for other items."""
        return self._text(item.unit or "", "items", item.id, "unit")

    def choice(self, item: Item, choice_id: str) -> Text:
        """The label of a choice, also of "not examined" and "not applicable"; KeyError where there is none."""
        if choice_id in NO_JUDGEMENT:
            return self.rating(choice_id)
        return self._option(item, "choices", item.choices, choice_id)

    def row(self, item: Item, row_id: str) -> Text:
        """The label of a table's row; KeyError where there is none."""
        return self._option(item, "rows", item.table.rows if item.table else (), row_id)

    def column(self, item: Item, column_id: str) -> Text:
        """The label of a table's column; KeyError where there is none."""
        return self._option(item, "columns", item.table.columns if item.table else (), column_id)

    def benchmark_note(self, benchmark: Benchmark) -> Text:
        """What a benchmark means, and for whom."""
        return self._text(benchmark.note, "items", benchmark.item_id, "benchmarks", benchmark.position)

    def rating(self, code: str) -> Text:
        """The label of a rating; KeyError where there is none."""
        return self._text(self.guide.ratings[code].label, "ratings", code, "label")

    def rating_meaning(self, code: str) -> Text:
        """What a rating says about the place."""
        return self._text(self.guide.ratings[code].meaning, "ratings", code, "meaning")

    def source(self, source_id: str) -> Text:
        """The name of a source of evidence."""
        return self._text(self.guide.evidence_sources[source_id].name, "sources", source_id)

    def sensitivity_name(self, level_id: str) -> Text:
        """The name of a sensitivity level."""
        return self._text(self.guide.sensitivity_levels[level_id].name, "sensitivity", level_id, "name")

    def sensitivity_rule(self, level_id: str) -> Text:
        """How far answers of this sensitivity level may travel."""
        return self._text(self.guide.sensitivity_levels[level_id].rule, "sensitivity", level_id, "rule")

    def section_name(self, section_id: str) -> Text:
        """The name of a section."""
        return self._text(self.guide.section(section_id).name, "sections", section_id, "name")

    def section_summary(self, section_id: str) -> Text:
        """What a section is about."""
        return self._text(self.guide.section(section_id).summary, "sections", section_id, "summary")

    def topic_name(self, topic_id: str) -> Text:
        """The name of a topic."""
        return self._text(self.guide.topics[topic_id].name, "topics", topic_id, "name")

    def topic_aim(self, topic_id: str) -> Text:
        """What the team wants to find out under a topic."""
        return self._text(self.guide.topics[topic_id].aim, "topics", topic_id, "aim")

    def place_type_name(self, place_type_id: str) -> Text:
        """The name of a type of place."""
        return self._text(self.guide.place_types[place_type_id].name, "place_types", place_type_id, "name")

    def place_type_description(self, place_type_id: str) -> Text:
        """What belongs to a type of place."""
        description = self.guide.place_types[place_type_id].description
        return self._text(description, "place_types", place_type_id, "description")

    def _option(self, item: Item, part: str, options: tuple[Choice, ...], option_id: str) -> Text:
        for option in options:
            if option.id == option_id:
                return self._text(option.label, "items", item.id, part, option_id)
        raise KeyError(option_id)

    def _text(self, english: str, *key: str | int) -> Text:
        translated = self._texts.get(key)
        return Text(english, ENGLISH) if translated is None else Text(translated, self.language)


@lru_cache(maxsize=64)
def texts(guide: Guide, language: str) -> GuideTexts:
    """Give the words of the guide in a language ("fr", "pt-BR"); all in English where the language has no file."""
    found = _locales().get(language.replace("_", "-")) or _locales().get(re.split("[-_]", language)[0])
    return GuideTexts(guide, found or Locale(ENGLISH, "", {}))


def interface_languages() -> tuple[str, ...]:
    """Give the codes of the languages people can choose: English, then those that have a file."""
    return (ENGLISH, *_locales())


@cache
def _locales() -> Mapping[str, Locale]:
    return {path.stem: read_locale(path) for path in sorted(_LOCALES.glob("*.yaml"))}


def verify() -> None:
    """Load every version and every language, so that a broken file stops the start: BrokenGuide with file and line."""
    for version in available_versions():
        get_guide(version)
    _locales()
