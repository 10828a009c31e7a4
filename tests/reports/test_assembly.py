"""What is put into a report, and what never is."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from monitor.guide.catalogue import Citation
from monitor.guide.loading import get_guide
from monitor.reports.assembly import IMPRESSIONS, assemble
from monitor.reports.content import Tally, VisitReport, content_hash
from monitor.reports.placement import PART_OF_ITEM, Part
from monitor.reports.record import RecordedRecommendation
from tests.factories.visit_records import answer, from_document, letterhead, synthetic
from tests.reports.conftest import DOCUMENTS

CANARY = "canary-4711"
GUIDE = get_guide()


def strings(value: Any) -> Iterator[str]:
    """Every text anywhere in a report."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name))
    elif isinstance(value, dict):
        for part in [*value, *value.values()]:
            yield from strings(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value


def lines(report: VisitReport) -> list[str]:
    """The items whose answers are printed, each as often as it is."""
    in_parts = [line.item for part in report.lines.values() for line in part]
    return in_parts + [line.item for theme in report.themes for topic in theme.topics for line in topic.lines]


@pytest.mark.parametrize("place_type", list(GUIDE.place_types))
def test_every_answer_that_is_not_protected_is_printed_once_at_every_type_of_place(place_type):
    record = synthetic(place_type, answers=[answer(item.id, given(item)) for item in GUIDE.items.values()])
    record = dataclasses.replace(record, answers=[one for one in record.answers if one.item in record.items])
    expected = [key for key, item in record.items.items() if not item.is_protected]
    known = {"prep-visit-type", "prep-announced", "talk-capacity"}  # printed as facts of the visit
    assert sorted(lines(assemble(record))) == sorted(set(expected) - known)


def given(item: Any) -> Any:
    """An answer that says something."""
    match item.answer:
        case "rating":
            return "partly"
        case "yes_no":
            return "no"
        case "number":
            return 3
        case "choice":
            return item.choices[0].id
        case "multi_choice":
            return [item.choices[0].id]
        case "count_table":
            return {item.table.rows[0].id: {item.table.columns[0].id: 1}}
        case _:
            return "Some words."


def test_a_fact_of_the_visit_is_printed_as_an_answer_where_the_visit_does_not_know_it():
    record = synthetic(answers=[answer("prep-announced", "window"), answer("talk-capacity", 12)])
    unknown = dataclasses.replace(record, announcement=None, figures={})
    assert set(lines(assemble(record))) == set()
    assert set(lines(assemble(unknown))) == {"prep-announced", "talk-capacity"}


def test_nothing_of_a_protected_item_is_in_the_report():
    protected = [item for item in GUIDE.items.values() if item.is_protected]
    assert len(protected) > 3
    value = {"text": CANARY, "yes_no": "yes"}
    answers = [
        answer(item.id, value.get(item.answer, item.choices[0].id if item.choices else None), CANARY, urgent=True)
        for item in protected
    ]
    recommendation = RecordedRecommendation(1, "Do it.", "Ministry", "short", None, tuple(i.id for i in protected), ())
    record = synthetic(answers=answers, recommendations=[recommendation])
    report = assemble(record)
    said = list(strings(report))
    assert CANARY not in " ".join(said)
    assert not {item.question for item in protected} & set(said)
    assert not {item.number for item in protected} & set(said)
    assert report.themes == ()
    assert report.recommendations[0].recommendations[0].topics == ()
    assert not any(item.number in topic.numbers for topic in report.unexamined for item in protected)


def test_the_same_canary_is_found_when_an_item_is_not_protected():
    record = synthetic(answers=[answer("force-record", "partly", CANARY)])
    assert CANARY in " ".join(strings(assemble(record)))


def test_comments_are_printed_as_notes_until_there_is_a_finding():
    record = synthetic(answers=[answer("force-record", "partly", "A note.")])
    (topic,) = assemble(record).themes[0].topics
    assert [note.text for note in topic.notes] == ["A note."]
    found = synthetic(answers=record.answers, findings=lambda topic: "What was found." if topic == "force" else "")
    (topic,) = assemble(found).themes[0].topics
    assert topic.notes == ()
    assert topic.finding is not None
    assert topic.finding.found == "What was found."


def test_notes_of_a_part_go_too_when_their_topic_has_a_finding():
    answers = [answer("talk-mandate", "yes", "Said at the gate.")]
    assert assemble(synthetic(answers=answers)).notes[Part.COOPERATION][0].text == "Said at the gate."
    found = synthetic(answers=answers, findings=lambda topic: "Found." if topic == "initial-talk" else "")
    report = assemble(found)
    assert report.notes[Part.COOPERATION] == ()
    assert report.themes[0].id == IMPRESSIONS


def test_silence_counts_as_not_examined_and_is_listed():
    report = assemble(synthetic(answers=[answer("force-record", "meets"), answer("force-rules", "not_examined")]))
    (topic,) = report.themes[0].topics
    assert topic.tally == Tally(meets=1, not_examined=1)
    numbers = {str(one.name): one for one in report.unexamined}
    force = numbers["Use of force and weapons"]
    assert not force.whole
    assert GUIDE.items["force-rules"].number in force.numbers
    assert GUIDE.items["force-record"].number not in force.numbers
    assert numbers["Means of restraint"].whole


def test_areas_that_nobody_saw_are_named_only_when_the_question_was_answered():
    asked = GUIDE.items["tour-areas"]
    seen = [choice.id for choice in asked.choices if choice.id not in ("yard", "other")]
    assert assemble(synthetic(answers=[])).areas_not_seen == ()
    report = assemble(synthetic(answers=[answer("tour-areas", seen)]))
    assert [str(area) for area in report.areas_not_seen] == ["Yards"]


def test_recommendations_stand_by_addressee_the_most_pressing_first():
    def one(number: int, addressee: str, priority: str, due: date | None) -> RecordedRecommendation:
        return RecordedRecommendation(number, f"Text {number}.", addressee, priority, due, (), ())

    given_ = [
        one(1, "Ministry", "long", None),
        one(2, "Director", "medium", date(2026, 5, 1)),
        one(3, "Ministry", "immediate", None),
        one(4, "Director", "medium", date(2026, 4, 1)),
    ]
    groups = assemble(synthetic(answers=[], recommendations=given_)).recommendations
    assert [(group.addressee, [one.number for one in group.recommendations]) for group in groups] == [
        ("Ministry", [3, 1]),
        ("Director", [4, 2]),
    ]


def test_a_topic_names_the_recommendations_and_standards_that_rest_on_it():
    one = RecordedRecommendation(7, "x", "y", "short", None, ("force-record",), (Citation("nmr", "Rule 24"),))
    report = assemble(synthetic(answers=[answer("force-record", "partly", "c")], recommendations=[one]))
    (topic,) = report.themes[0].topics
    assert topic.recommendations == (7,)
    cited = {(i.id, p) for i in topic.standards for p in i.provisions}
    assert cited == {(c.instrument, c.provision) for c in GUIDE.items["force-record"].standards}
    everything = {(i.id, p) for i in report.standards for p in i.provisions}
    assert everything == cited | {("nmr", "Rule 24")}


def test_a_room_is_held_against_the_benchmarks_for_its_number_of_people():
    rooms = {"room-1": {"area": 5.8, "people": 2}, "room-2": {"area": 7, "people": 1}}
    report = assemble(synthetic(answers=[answer("tour-cell-sample", rooms)]))
    (topic,) = report.themes[0].topics
    hints = topic.lines[0].hints
    assert [(str(hint.row), hint.measured, hint.unit) for hint in hints] == [
        ("Room 1", 2.9, "m²/person"),
        ("Room 2", 7.0, "m²"),
    ]
    assert [mark.is_met for mark in hints[0].marks] == [False, False]
    assert all(mark.is_met for mark in hints[1].marks)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_real_visit_says_all_its_notes_and_recommendations(path):
    record = from_document(path)
    said = " ".join(strings(assemble(record)))
    for one in record.answers:
        assert one.comment in said
    for recommendation in record.recommendations:
        assert recommendation.text in said


def test_occupancy_needs_both_figures():
    assert assemble(synthetic(answers=[], figures={"capacity": 200, "present": 250})).occupancy == 125
    assert assemble(synthetic(answers=[], figures={"capacity": 0, "present": 250})).occupancy is None
    assert assemble(synthetic(answers=[], figures={"present": 250})).occupancy is None


def test_the_hash_is_the_same_for_the_same_content_and_another_for_any_change():
    def hashed(**changes: Any) -> str:
        return content_hash(assemble(synthetic(**changes)))

    assert hashed() == hashed()
    changes: list[dict[str, Any]] = [
        {"summary": "Other."},
        {"answers": [answer("force-record", "partly", "c")]},
        {"letterhead": letterhead(is_training=True)},
        {"letterhead": letterhead(logo=b"png")},
        {"language": "fr"},
        {"report_version": 2},
        {"started_on": date(2026, 3, 13)},
    ]
    assert len({hashed(), *(hashed(**change) for change in changes)}) == len(changes) + 1


def test_every_item_that_has_a_place_of_its_own_exists():
    assert set(PART_OF_ITEM) <= set(GUIDE.items)
    assert not any(GUIDE.items[item].is_protected for item in PART_OF_ITEM)
