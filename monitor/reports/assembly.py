"""Puts a recorded visit together as a visit report; protected items stop here, and what its version leaves out."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from monitor.guide.catalogue import NO_JUDGEMENT, NOT_EXAMINED, Citation, Item
from monitor.guide.catalogue import Topic as GuideTopic
from monitor.guide.hints import hints
from monitor.guide.texts import GuideTexts, Text, texts
from monitor.reports import content
from monitor.reports.citations import instruments_cited
from monitor.reports.content import Finding, Line, Note, Photo, Tally, Theme, Topic, Unexamined, Version, VisitReport
from monitor.reports.languages import guide_language, spoken_language
from monitor.reports.lines import line
from monitor.reports.placement import AREAS_SEEN, NOT_AREAS, PART_OF_ITEM, PRINTED_AS_FACTS, Part
from monitor.reports.record import RecordedAnswer, RecordedRecommendation, VisitRecord
from monitor.reports.versions import figures_of, is_by_month, prints, prints_photo, team_of
from monitor.visits.models import INTERVIEW_FIGURES, POPULATION_FIGURES

IMPRESSIONS = "impressions"
"""Id of the part that holds the phases' own topics: tour, registers, talks."""
PRIORITIES = ("immediate", "short", "medium", "long")


def assemble(record: VisitRecord, language: str | None = None, version: Version = Version.INTERNAL) -> VisitReport:
    """Return everything the report says of this visit, headings and the guide's words in `language`.

    The visit's own where None; English where there are no such words. What people typed stays in the visit's language.
    """
    return _Assembly(record, spoken_language(language or record.language), version).report()


class _Assembly:
    """One visit on its way into a report; from the first line on free of every item that the version leaves out."""

    def __init__(self, record: VisitRecord, language: str, version: Version) -> None:
        self.record, self.language, self.version = record, language, version
        self.texts: GuideTexts = texts(record.guide, guide_language(language))
        recorded = {answer.item: answer for answer in record.answers if answer.item in record.guide.items}
        values = {key: answer.value for key, answer in recorded.items()}
        self.items = {key: item for key, item in record.items.items() if prints(version, item, values.get(key))}
        self.answers = {
            key: answer for key, answer in recorded.items() if prints(version, record.guide.items[key], answer.value)
        }
        self.items |= {key: record.guide.items[key] for key in self.answers if key not in self.items}
        values = {key: answer.value for key, answer in self.answers.items()}
        place_types = (record.place_type, *record.unit_types)
        self.hints = hints(record.guide, self.items.values(), values, place_types)
        self.findings = {finding.topic: finding for finding in record.findings if finding.found or finding.why}

    def report(self) -> VisitReport:
        record = self.record
        themes = self._themes()
        return VisitReport(
            version=self.version,
            language=self.language,
            text_language=record.language,
            guide_version=record.guide.version,
            report_version=record.report_version,
            letterhead=record.letterhead,
            reference=record.reference,
            place=self._place(),
            visit=self._mission(),
            figures=figures_of(
                self.version, {name: record.figures.get(name) for name in (*POPULATION_FIGURES, *INTERVIEW_FIGURES)}
            ),
            tally=_tally(self.items.values(), self.answers),
            lines={part: self._part_lines(part) for part in Part},
            notes={part: self._part_notes(part) for part in Part},
            follow_up=record.follow_up,
            themes=themes,
            recommendations=self._recommendations(),
            areas_not_seen=self._areas_not_seen(),
            unexamined=tuple(self._unexamined()),
            source=record.source,
            standards=instruments_cited(record.guide, self._all_citations()),
            sources={source: self.texts.source(source) for source in record.guide.evidence_sources},
            ratings={code: self.texts.rating(code) for code in record.guide.ratings},
            photos=self._photos(),
            urgent_letters=record.urgent_letters if self.version is not Version.PUBLIC else (),
        )

    def _place(self) -> content.Place:
        record = self.record
        return content.Place(
            name=record.place_name,
            type=self.texts.place_type_name(record.place_type),
            units=tuple(self.texts.place_type_name(unit) for unit in record.unit_types),
            authority=record.authority,
            city=record.city,
            region=record.region,
            country=record.country,
        )

    def _mission(self) -> content.Mission:
        record, items = self.record, self.record.guide.items
        kind, announcement = record.kind, record.announcement
        return content.Mission(
            kind=self.texts.choice(items["prep-visit-type"], kind) if kind else None,
            announcement=self.texts.choice(items["prep-announced"], announcement) if announcement else None,
            started_on=record.started_on,
            ended_on=record.ended_on,
            team=team_of(self.version, record.team),
            purpose=record.purpose,
            summary=record.summary,
            approved_by_submitter=record.approved_by_submitter and self.version is Version.INTERNAL,
            is_by_month=is_by_month(self.version, record.figures),
        )

    def _line(self, item: Item) -> Line:
        return line(item, self.answers[item.id], self.hints.get(item.id, ()), self.record.guide, self.texts)

    def _is_known_fact(self, item: str) -> bool:
        """Whether the visit's own field says it already."""
        field = PRINTED_AS_FACTS.get(item)
        return field is not None and bool(
            getattr(self.record, field, None) or self.record.figures.get(field) is not None
        )

    def _part_lines(self, part: Part) -> tuple[Line, ...]:
        """The answers printed in this part; 'not examined' has a section of its own."""
        return tuple(
            self._line(item)
            for item in self.items.values()
            if PART_OF_ITEM.get(item.id) == part and not self._is_known_fact(item.id) and self._says_something(item)
        )

    def _part_notes(self, part: Part) -> tuple[Note, ...]:
        return tuple(
            note
            for item in self.items.values()
            if PART_OF_ITEM.get(item.id) == part and item.topic_id not in self.findings
            for note in self._notes([item])
        )

    def _says_something(self, item: Item) -> bool:
        answer = self.answers.get(item.id)
        return answer is not None and answer.value is not None and not _is_silent(answer)

    def _notes(self, items: Iterable[Item]) -> tuple[Note, ...]:
        """The comments on items; only the mechanism itself reads them."""
        if self.version is not Version.INTERNAL:
            return ()
        answers = [(item, self.answers[item.id]) for item in items if item.id in self.answers]
        return tuple(
            Note(item.number, answer.comment, answer.sources, answer.urgent)
            for item, answer in answers
            if answer.comment
        )

    def _themes(self) -> tuple[Theme, ...]:
        guide = self.record.guide
        phases = [topic for section in guide.sections if section.kind == "phase" for topic in section.topics]
        themes = [
            self._theme(section.id, self.texts.section_name(section.id), section.topics)
            for section in guide.sections
            if section.kind == "theme"
        ]
        first = self._theme(IMPRESSIONS, Text("", self.language), phases)
        return tuple(theme for theme in (first, *themes) if theme.topics)

    def _theme(self, theme_id: str, name: Text, guide_topics: Iterable[GuideTopic]) -> Theme:
        topics = tuple(topic for each in guide_topics if (topic := self._topic(each)) is not None)
        asked = [item for topic in topics for item in self.items.values() if item.topic_id == topic.id]
        return Theme(theme_id, name, _tally(asked, self.answers), topics)

    def _topic(self, topic: GuideTopic) -> Topic | None:
        """The report's block on a topic; None where there is nothing to say that is not printed elsewhere."""
        own = [item for item in self.items.values() if item.topic_id == topic.id]
        here = [item for item in own if item.id not in PART_OF_ITEM]
        finding = self.findings.get(topic.id)
        lines = tuple(self._line(item) for item in here if self._says_something(item))
        notes = () if finding else self._notes(here)
        if not (lines or notes or finding):
            return None
        answered = [self.answers[item.id] for item in own if item.id in self.answers]
        said = [item for item in own if self._says_something(item)]
        return Topic(
            id=topic.id,
            name=self.texts.topic_name(topic.id),
            tally=_tally(own, self.answers),
            urgent=any(answer.urgent for answer in answered),
            finding=Finding(finding.found, finding.why) if finding else None,
            notes=notes,
            lines=lines,
            sources=tuple(key for key in self.record.guide.evidence_sources if any(key in a.sources for a in answered)),
            standards=instruments_cited(self.record.guide, [cited for item in said for cited in item.standards]),
            recommendations=tuple(
                sorted(one.number for one in self.record.recommendations if topic.id in self._topics_behind(one))
            ),
        )

    def _topics_behind(self, one: RecordedRecommendation) -> tuple[str, ...]:
        """Topics of the items a recommendation rests on, those that the version leaves out excepted."""
        return tuple(dict.fromkeys(self.items[item].topic_id for item in one.items if item in self.items))

    def _recommendations(self) -> tuple[content.AddresseeGroup, ...]:
        by_addressee = sorted(self.record.recommendations, key=lambda one: one.addressee)
        groups = [
            content.AddresseeGroup(addressee, tuple(self._recommendation(one) for one in sorted(group, key=_urgency)))
            for addressee, group in groupby(by_addressee, key=lambda one: one.addressee)
        ]
        return tuple(sorted(groups, key=lambda group: _urgency(group.recommendations[0])))

    def _recommendation(self, one: RecordedRecommendation) -> content.Recommendation:
        return content.Recommendation(
            number=one.number,
            reference=one.reference,
            kind=one.kind,
            text=one.public_text if self.version is Version.PUBLIC and one.public_text else one.text,
            priority=one.priority,
            due_on=one.due_on,
            due_days=one.due_days,
            topics=tuple(self.texts.topic_name(topic) for topic in self._topics_behind(one)),
            standards=instruments_cited(self.record.guide, one.standards),
        )

    def _photos(self) -> tuple[Photo, ...]:
        """The photos that the version prints, in the order of the form, those of the whole visit first."""
        items = self.record.guide.items
        order = {id_: place for place, id_ in enumerate(items)}
        printed = [
            (photo, items[photo.item] if photo.item else None)
            for photo in sorted(self.record.photos, key=lambda one: order.get(one.item or "", -1))
            if photo.item is None or photo.item in items
        ]
        allowed = [(photo, item) for photo, item in printed if prints_photo(self.version, photo.reach, item)]
        return tuple(
            Photo(
                number=number,
                caption=photo.caption,
                item=item.number if item else "",
                question=self.texts.question(item) if item else "",
                topic=item.topic_id if item else "",
                digest=photo.digest,
            )
            for number, (photo, item) in enumerate(allowed, 1)
        )

    def _all_citations(self) -> list[Citation]:
        said = [item for item in self.items.values() if self._says_something(item)]
        marks = [mark.citation for item in said for mark in item.benchmarks]
        chosen = [cited for one in self.record.recommendations for cited in one.standards]
        return [cited for item in said for cited in item.standards] + marks + chosen

    def _areas_not_seen(self) -> tuple[Text, ...]:
        """Areas of the list that the team did not tick; empty where the question was left open."""
        item, answer = self.items.get(AREAS_SEEN), self.answers.get(AREAS_SEEN)
        if item is None or answer is None or not isinstance(answer.value, list):
            return ()
        left = [choice.id for choice in item.choices if choice.id not in answer.value and choice.id not in NOT_AREAS]
        return tuple(self.texts.choice(item, choice) for choice in left)

    def _unexamined(self) -> Iterable[Unexamined]:
        """Topics of the sheet that were not looked at, whole or in part; silence is not approval."""
        for topic in self.record.guide.topics.values():
            asked = [item for item in self.items.values() if item.topic_id == topic.id]
            open_ = [item for item in asked if not self._is_examined(item)]
            if open_:
                numbers = tuple(item.number for item in open_)
                yield Unexamined(self.texts.topic_name(topic.id), numbers, whole=len(open_) == len(asked))

    def _is_examined(self, item: Item) -> bool:
        answer = self.answers.get(item.id)
        return self._is_known_fact(item.id) or (
            answer is not None and answer.value is not None and answer.value != NOT_EXAMINED
        )


def _is_silent(answer: RecordedAnswer) -> bool:
    return isinstance(answer.value, str) and answer.value in NO_JUDGEMENT


def _urgency(one: RecordedRecommendation | content.Recommendation) -> tuple[int, str, int]:
    due = one.due_on.isoformat() if one.due_on else "9999"
    return (PRIORITIES.index(one.priority), due, one.number)


def _tally(items: Iterable[Item], answers: Mapping[str, RecordedAnswer]) -> Tally:
    """Count ratings; an item that is asked and was left without an answer counts as not examined."""
    counts: dict[str, int] = {}
    for item in items:
        if item.answer == "rating":
            answer = answers.get(item.id)
            code = answer.value if answer is not None and answer.value is not None else NOT_EXAMINED
            counts[code] = counts.get(code, 0) + 1
    return Tally(**counts)
