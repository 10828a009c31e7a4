"""Releases many visits whose texts repeat what was said in confidence, and looks for it in every released PDF."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pikepdf

from monitor.accounts.models import Body
from monitor.db import db
from monitor.reports import operations, releases, tasks
from monitor.reports.collection import collect_visit_report
from monitor.reports.comparing import Hit
from monitor.reports.content import Version
from monitor.reports.disguises import readings, squeezed
from monitor.reports.models import Document, Paper
from monitor.reports.passages import Spot, passages
from monitor.visits.models import Visit
from tests.factories import confided_visits as confided
from tests.factories.confidences import DISGUISES, Confidence, confidence
from tests.interviews.conftest import open_by_password
from tests.reports.reading import ReadPdf

LANGUAGES = ("en", "fr", "ar")
PLACE_TYPES = ("police-station", "prison", "court-cells", "psychiatric-hospital")
TALKS = 2
PLANTED_PER_VISIT = 2 * TALKS + 1
"""Name and words of each talk, and one way to reach somebody."""
LEAST_WORDS = 6


@dataclass
class Figures:
    """What a drill counted."""

    visits: int = 0
    planted: int = 0
    noticed: int = 0
    """Planted things that the check showed before the release."""
    released: int = 0
    leaked: int = 0
    """Planted things found anywhere in a released PDF."""


def run(body: Body, visits: int, at: datetime) -> Figures:
    """Plant, check, change, release and read this many visits of a body that has no keys yet; counts as it goes."""
    people = confided.readers(body)
    figures = Figures()
    sizes = itertools.product(LANGUAGES, PLACE_TYPES, (Version.PUBLIC, Version.AUTHORITY))
    for seed, (language, place_type, version) in zip(range(visits), itertools.cycle(sizes), strict=False):
        visit = confided.visit(people, language=language, place_type=place_type, seed=seed)
        said = [confidence(seed + talk * visits) for talk in range(TALKS)]
        for person in said:
            keyring = open_by_password(people.leader)
            confided.talk(visit, people.leader, person, at, keyring=keyring)
        confided.approve(visit, people, at)
        _release_one(visit, version, said, people, seed, at, figures)
    return figures


def _release_one(
    visit: Visit, version: Version, said: list[Confidence], people: confided.Readers, seed: int, at: datetime,
    figures: Figures,
) -> None:  # fmt: skip
    planted = list(_planted(said, seed))
    text = " ".join(f"Food is cold. {each}, as we heard." for each in planted)
    confided.say(visit, text, people, at)
    keyring = open_by_password(people.coordinator)
    material = confided.material(visit, keyring)
    hits = releases.hits_in(passages(collect_visit_report(visit, None, version)), visit, material)
    figures.noticed += sum(_is_covered(text, each, hits) for each in planted)
    confided.say(visit, _without(text, hits), people, at)
    confided.check(visit, keyring, people.coordinator, at, version)
    document = operations.request_visit_report(
        visit, language=None, paper=Paper.A4, by=people.coordinator, at=at, version=version
    )
    db.session.commit()
    tasks.render_document(document.id)
    figures.visits += 1
    figures.planted += len(planted)
    figures.released += document.pdf is not None
    figures.leaked += leaks(document, said)


def _planted(said: Iterable[Confidence], seed: int) -> Iterator[str]:
    """Yield what is put into the report: names in changing disguises, words with their case changed."""
    disguises = itertools.islice(itertools.cycle(DISGUISES.values()), seed, None)
    for number, (person, disguise) in enumerate(zip(said, disguises, strict=False)):
        yield disguise(person.name, seed)
        words = person.words.split()
        yield " ".join(words[: LEAST_WORDS + seed % 3]).upper()
        if number == 0:
            yield " ".join(person.contact[at : at + 2] for at in range(0, len(person.contact), 2))


def _is_covered(text: str, planted: str, hits: Iterable[Hit]) -> bool:
    start = text.index(planted)
    end = start + len(planted)
    return any(hit.passage.spot is Spot.FOUND and hit.start < end and start < hit.end for hit in hits)


def _without(text: str, hits: Iterable[Hit]) -> str:
    """Return the text as a person would change it who leaves every hit out."""
    kept, last = "", 0
    for hit in sorted((hit for hit in hits if hit.passage.spot is Spot.FOUND), key=lambda hit: hit.start):
        if hit.end > last:
            kept += f"{text[last : max(last, hit.start)]} somebody "
            last = hit.end
    return kept + text[last:]


def leaks(document: Document, said: Iterable[Confidence]) -> int:
    """Return how many names, ways to reach somebody and runs of words are found anywhere in a document's PDF."""
    assert document.pdf is not None
    everything = [reading.squeezed for text in _texts(document.pdf) for reading in readings(text)]
    sought = [term for person in said for term in (person.name, person.contact, _run(person))]
    return sum(any(plain in text for plain in squeezed(term) for text in everything) for term in sought)


def _run(person: Confidence) -> str:
    return " ".join(person.words.split()[:LEAST_WORDS])


def _texts(data: bytes) -> Iterator[str]:
    """Yield all text of a PDF: pages, outline, metadata, attachments, and every string and stream inside."""
    read = ReadPdf(data)
    yield read.text
    yield " ".join(title for _level, title, _page in read.outline())
    with pikepdf.open(BytesIO(data)) as pdf:
        yield " ".join(map(str, pdf.docinfo.values()))
        for name, attached in pdf.attachments.items():
            yield f"{name} {attached.get_file().read_bytes().decode('latin-1')}"
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                yield thing.read_bytes().decode("latin-1") if thing.get("/Subtype") != "/Image" else ""
            yield " ".join(_strings(thing))


def _strings(thing: object) -> Iterator[str]:
    if isinstance(thing, pikepdf.String):
        yield str(thing)
    elif isinstance(thing, pikepdf.Array):
        for part in thing:
            yield from _strings(part) if not getattr(part, "is_indirect", False) else ()
    elif isinstance(thing, pikepdf.Dictionary):
        for part in thing.values():
            yield from _strings(part) if not getattr(part, "is_indirect", False) else ()
