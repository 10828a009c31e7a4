"""Makes recorded visits for report tests: from a visit document, or synthetic ones of any size."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from monitor.guide.catalogue import Citation, Item
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope, select_items
from monitor.reports.content import Letterhead, Source, TeamMember
from monitor.reports.record import RecordedAnswer, RecordedFinding, RecordedRecommendation, VisitRecord


def letterhead(**changes: Any) -> Letterhead:
    """A letterhead of a fictitious mechanism without logo."""
    plain = Letterhead(
        name="National Preventive Mechanism of Veluria",
        address="12 Harbour Square\n1010 Port Velur",
        legal_basis="Act on the Prevention of Ill-treatment of 12 May 2014 (No. 33)",
        signatory_name="Ilse Marant",
        signatory_title="Head of the National Preventive Mechanism",
        logo=None,
        is_training=False,
    )
    return replace(plain, **changes)


def from_document(path: Path, **changes: Any) -> VisitRecord:
    """The record of a visit document in the format monitor-visit/1, with the full form of its place type."""
    document = json.loads(path.read_text(encoding="utf-8"))
    place, visit = document["place"], document["visit"]
    guide = get_guide()
    record = VisitRecord(
        guide=guide,
        items={item.id: item for item in select_items(guide, Scope(place["type"]))},
        letterhead=letterhead(),
        language=document["language"],
        reference=visit["reference"] or "",
        report_version=1,
        place_name=place["name"],
        place_type=place["type"],
        unit_types=(),
        authority=place["authority"] or "",
        city=place["city"],
        region=place["region"],
        country=place["country"],
        kind=visit["kind"],
        announcement=visit["announcement"],
        started_on=date.fromisoformat(visit["started_on"]),
        ended_on=date.fromisoformat(visit["ended_on"]),
        team=tuple(TeamMember(member["role"], member["label"]) for member in visit["team"]),
        purpose=visit["purpose"],
        summary=visit["summary"],
        approved_by_submitter=False,
        figures=document["population"] | document["interviews"],
        answers=[answer(**each) for each in document["answers"]],
        findings=[RecordedFinding(**each) for each in document.get("findings", ())],
        recommendations=[_recommendation(number, each) for number, each in enumerate(document["recommendations"], 1)],
        source=Source(**document["source"]) if document.get("source") else None,
    )
    return replace(record, **changes)


def answer(
    item: str, value: Any = None, comment: str = "", sources: list[str] | tuple[str, ...] = (), urgent: bool = False
) -> RecordedAnswer:
    """One recorded answer."""
    return RecordedAnswer(item, value, comment, tuple(sources), urgent)


def _recommendation(number: int, each: Mapping[str, Any]) -> RecordedRecommendation:
    return RecordedRecommendation(
        number=number,
        text=each["text"],
        addressee=each["addressee"],
        priority=each["priority"],
        due_on=date.fromisoformat(each["due_on"]) if each["due_on"] else None,
        items=tuple(each["items"]),
        standards=tuple(Citation(one["instrument"], one["provision"]) for one in each["standards"]),
    )


def synthetic(
    place_type: str = "prison",
    *,
    language: str = "en",
    comment: Callable[[Item], str] = lambda item: f"Note on {item.id}.",
    findings: Callable[[str], str] = lambda topic: "",
    **changes: Any,
) -> VisitRecord:
    """A visit in which every item of a place type is answered; `comment` and `findings` give the texts."""
    guide = get_guide()
    items = select_items(guide, Scope(place_type))
    topics = dict.fromkeys(item.topic_id for item in items)
    record = VisitRecord(
        guide=guide,
        items={item.id: item for item in items},
        letterhead=letterhead(),
        language=language,
        reference="SYN-2026-01",
        report_version=1,
        place_name="Northgate Prison",
        place_type=place_type,
        unit_types=(),
        authority="Prison Service",
        city="Northgate",
        region="North",
        country="XV",
        kind="in-depth",
        announcement="unannounced",
        started_on=date(2026, 3, 14),
        ended_on=date(2026, 3, 17),
        team=(TeamMember("lead", "Amina Diallo"), TeamMember("doctor", "Jonas Weber")),
        purpose="See how people live here and what changed since the last visit.",
        summary="A summary of the visit.",
        approved_by_submitter=False,
        figures={"capacity": 400, "present": 436, "women": 0, "men": 430, "children": 6, "remand": 120},
        answers=[answer(item.id, value_for(item, n), comment(item), item.sources) for n, item in enumerate(items)],
        findings=[RecordedFinding(topic, findings(topic), "") for topic in topics if findings(topic)],
        recommendations=(),
    )
    return replace(record, **changes)


def value_for(item: Item, seed: int) -> Any:
    """A fitting value for an item; different seeds give different ones."""
    match item.answer:
        case "rating":
            return ("meets", "partly", "does_not_meet", "partly", "not_examined", "meets")[seed % 6]
        case "yes_no":
            return ("yes", "no")[seed % 2]
        case "number":
            return seed % 40 + 1
        case "choice":
            return item.choices[seed % len(item.choices)].id
        case "multi_choice":
            return [choice.id for choice in item.choices if choice.id != "none"][: seed % 4 + 1]
        case "count_table":
            assert item.table is not None
            return {
                row.id: {column.id: (seed + n + m) % 30 for m, column in enumerate(item.table.columns)}
                for n, row in enumerate(item.table.rows)
            }
        case _:
            return f"Text answer to {item.id}."


def logo_png() -> bytes:
    """A small picture, as the settings of a mechanism keep it."""
    file = BytesIO()
    Image.new("RGB", (60, 20), "#0f4c5c").save(file, "PNG")
    return file.getvalue()
