"""Which columns of which rows are searched; what is not named here (answers, talks, comments, files) never is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, null, select
from sqlalchemy.orm import InstrumentedAttribute

from monitor.authorities.models import Authority
from monitor.places.models import Place
from monitor.recommendations.models import Recommendation, Reply
from monitor.search.models import Subject
from monitor.visits.models import Finding, Visit

Texts = Sequence[InstrumentedAttribute[Any]]


@dataclass(frozen=True)
class Source:
    """One kind of rows that can be found.

    `rows` gives of each: id, mechanism_id, body_id, visit_id, place_name and started_on of the visit, `name` (what the
    row is called), `page_id` (the row whose page shows it), then the texts that are searched.
    """

    subject: Subject
    model: type[Any]
    texts: Texts
    rows: Select[Any]

    @property
    def is_of_a_visit(self) -> bool:
        """True where a visit decides who may see the row; its place's name is searched along with it."""
        return self.subject not in (Subject.PLACE, Subject.AUTHORITY)


def texts_of(row: Sequence[Any]) -> list[str]:
    """Return the searched texts of one of a source's rows, without those that are empty."""
    return [text for text in row[8:] if text]


def _in_register(subject: Subject, model: Any, texts: Texts) -> Source:
    nothing = (null().label(name) for name in ("body_id", "visit_id", "place_name", "started_on"))
    named = (model.name.label("name"), model.id.label("page_id"))
    return Source(subject, model, texts, select(model.id, model.mechanism_id, *nothing, *named, *texts))


def _of_visit(subject: Subject, model: Any, texts: Texts, *, name: Any, page_id: Any) -> Source:
    visit = (Visit.body_id, Visit.id.label("visit_id"), Place.name.label("place_name"), Visit.started_on)
    rows = select(model.id, model.mechanism_id, *visit, name.label("name"), page_id.label("page_id"), *texts)
    rows = rows.select_from(model)
    if model is Reply:
        rows = rows.join(Recommendation, Recommendation.id == Reply.recommendation_id)
        rows = rows.join(Visit, Visit.id == Recommendation.visit_id)
    elif model is not Visit:
        rows = rows.join(Visit, Visit.id == model.visit_id)
    return Source(subject, model, texts, rows.join(Place, Place.id == Visit.place_id))


SOURCES: Final = (
    _in_register(
        Subject.PLACE, Place,
        (Place.name, Place.code, Place.city, Place.region, Place.authority, Place.address, Place.notes),
    ),
    _of_visit(
        Subject.VISIT, Visit, (Visit.reference, Visit.purpose, Visit.summary), name=Visit.reference, page_id=Visit.id
    ),
    _of_visit(Subject.FINDING, Finding, (Finding.found, Finding.why), name=Finding.topic_id, page_id=Visit.id),
    _of_visit(
        Subject.RECOMMENDATION, Recommendation, (Recommendation.text, Recommendation.reference),
        name=Recommendation.reference, page_id=Recommendation.id,
    ),
    _of_visit(Subject.REPLY, Reply, (Reply.text,), name=Recommendation.reference, page_id=Recommendation.id),
    _in_register(Subject.AUTHORITY, Authority, (Authority.name, Authority.address)),
)  # fmt: skip
OF_SUBJECT: Final = {source.subject: source for source in SOURCES}
OF_MODEL: Final[dict[type[Any], Source]] = {source.model: source for source in SOURCES}
