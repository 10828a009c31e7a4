"""Reading recommendations; every read for a person starts from the visits they may see."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from monitor.accounts.models import User
from monitor.authorities.models import Authority
from monitor.db import db
from monitor.places.folding import folded
from monitor.places.models import Place
from monitor.recommendations.models import SETTLED, Assessment, Priority, Recommendation, Reply, ReplyLetter
from monitor.visits import queries as visits
from monitor.visits.models import Visit

IDS_AT_ONCE: Final = 10_000
FIRST_OPEN: Final = 10
"""Open recommendations that the page of a place shows by itself."""
ids_holding: list[Callable[[User, str], Select[UUID]]] = []
"""How recommendations are found by their words; the search, which stands above, is told of by create_app."""


def visible_to(user: User) -> Select[Recommendation]:
    """Return the recommendations of the visits this person may see."""
    seen = visits.visible_to(user).where(Visit.id == Recommendation.visit_id)
    return select(Recommendation).where(seen.with_only_columns(Visit.id).correlate(Recommendation).exists())


def get_recommendation(user: User, recommendation_id: UUID) -> Recommendation | None:
    """Find a recommendation that this person may see."""
    return db.session.scalar(visible_to(user).where(Recommendation.id == recommendation_id))


def of_visit(visit: Visit) -> Sequence[Recommendation]:
    """Return the recommendations of a visit, by number."""
    query = select(Recommendation).where(Recommendation.visit_id == visit.id).order_by(Recommendation.number)
    return db.session.scalars(query).all()


def to_authority(user: User, authority: Authority) -> Select[Recommendation]:
    """Return the visible ones that are addressed to this office, the first to be done first."""
    return (
        visible_to(user)
        .where(Recommendation.authority_id == authority.id)
        .order_by(Recommendation.due_on, Recommendation.id)
    )


def open_with_authority(user: User, authority: Authority) -> Select[Recommendation]:
    """Return those of final reports that were sent, addressed to this office and not settled, in the same order.

    What was only approved has passed no release check yet.
    """
    return to_authority(user, authority).where(
        Recommendation.reply_due_on.is_not(None), Recommendation.implementation.not_in(SETTLED)
    )


def count(query: Select[Recommendation]) -> int:
    """Return how many recommendations a query has."""
    ids = query.with_only_columns(Recommendation.id).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(ids)) or 0


def at_place(user: User, place: Place) -> Select[Recommendation]:
    """Return the visible ones of all visits to this place."""
    return visible_to(user).where(Recommendation.visit_id.in_(select(Visit.id).where(Visit.place_id == place.id)))


def open_at_place(user: User, place: Place) -> Select[Recommendation]:
    """Return the visible ones of this place that approved reports hold and nothing settled, the first due first."""
    return (
        at_place(user, place)
        .where(Recommendation.reference.is_not(None), Recommendation.implementation.not_in(SETTLED))
        .order_by(Recommendation.due_on.nulls_last(), Recommendation.reference)
    )


def first_open_at_place(user: User, place: Place) -> tuple[Sequence[Recommendation], int]:
    """Return the first FIRST_OPEN of them, and how many there are."""
    query = open_at_place(user, place)
    return db.session.scalars(query.limit(FIRST_OPEN)).unique().all(), count(query)


def of_year(user: User, year: int) -> Select[Recommendation]:
    """Return the visible ones of the visits that began in this year."""
    began = Visit.started_on.between(date(year, 1, 1), date(year, 12, 31))
    of_mechanism = Visit.mechanism_id == user.mechanism_id
    return visible_to(user).where(Recommendation.visit_id.in_(select(Visit.id).where(of_mechanism, began)))


def repeatable(user: User, visit: Visit) -> Sequence[Recommendation]:
    """Return the open ones of earlier visits to the same place, the newest first: those that a new one may repeat."""
    query = (
        visible_to(user)
        .join(Visit, Visit.id == Recommendation.visit_id)
        .where(
            Visit.place_id == visit.place_id,
            Visit.id != visit.id,
            Recommendation.reference.is_not(None),
            Recommendation.implementation.not_in(SETTLED),
        )
        .order_by(Recommendation.created_at.desc(), Recommendation.id.desc())
    )
    return db.session.scalars(query).all()


def open_at(visit: Visit) -> Sequence[Recommendation]:
    """Return the open recommendations of earlier visits of the same body to the place, whoever may see them.

    By priority, then by the day they are due.
    """
    query = _of_other_visits(visit).where(Recommendation.implementation.not_in(SETTLED))
    return sorted(db.session.scalars(query), key=_urgency)


def _of_other_visits(visit: Visit) -> Select[Recommendation]:
    """Return what approved reports of the same body asked after other visits to the place."""
    return (
        select(Recommendation)
        .join(Visit, Visit.id == Recommendation.visit_id)
        .where(
            Visit.place_id == visit.place_id,
            Visit.body_id == visit.body_id,
            Visit.id != visit.id,
            Recommendation.reference.is_not(None),
        )
    )


def _urgency(row: Recommendation) -> tuple[int, date, str]:
    return list(Priority).index(row.priority), row.due_on or date.max, row.reference or ""


def to_check(user: User, visit: Visit) -> Sequence[Recommendation]:
    """Return the recommendations of earlier visits to the place that are open, or that this visit checked.

    By priority, then by the day they are due.
    """
    checked = select(Assessment.recommendation_id).where(Assessment.visit_id == visit.id)
    query = (
        visible_to(user)
        .join(Visit, Visit.id == Recommendation.visit_id)
        .where(
            Visit.place_id == visit.place_id,
            Visit.id != visit.id,
            Recommendation.reference.is_not(None),
            or_(Recommendation.implementation.not_in(SETTLED), Recommendation.id.in_(checked)),
        )
    )
    return sorted(db.session.scalars(query), key=_urgency)


def asked_before(visit: Visit) -> Sequence[Recommendation]:
    """Return what the same body asked after visits to the place that began before this one, or that this one checked.

    Settled ones too, whoever may see them; by priority, then by the day they are due.
    """
    checked = select(Assessment.recommendation_id).where(Assessment.visit_id == visit.id)
    query = _of_other_visits(visit).where(or_(Visit.started_on < visit.started_on, Recommendation.id.in_(checked)))
    return sorted(db.session.scalars(query), key=_urgency)


def seen_on(visit: Visit) -> dict[UUID, Assessment]:
    """Return recommendation id -> what this visit found out about it, the last where there are several."""
    query = select(Assessment).where(Assessment.visit_id == visit.id).order_by(Assessment.recorded_at, Assessment.id)
    return {found.recommendation_id: found for found in db.session.scalars(query)}


def repeats_of(user: User, recommendation: Recommendation) -> Sequence[Recommendation]:
    """Return the visible ones that ask again for the same, the oldest first."""
    query = visible_to(user).where(Recommendation.repeated_from_id == recommendation.id).order_by(Recommendation.id)
    return db.session.scalars(query).all()


def replies(recommendation: Recommendation) -> Sequence[Reply]:
    """Return what the authority answered, the first to be received first."""
    query = select(Reply).where(Reply.recommendation_id == recommendation.id)
    return db.session.scalars(query.order_by(Reply.received_on, Reply.recorded_at, Reply.id)).all()


def assessments(recommendation: Recommendation) -> Sequence[Assessment]:
    """Return what the mechanism found out, oldest first."""
    query = select(Assessment).where(Assessment.recommendation_id == recommendation.id)
    return db.session.scalars(query.order_by(Assessment.assessed_on, Assessment.recorded_at, Assessment.id)).all()


def by_reference(user: User, numbers: Collection[str]) -> dict[str, Recommendation]:
    """Return the visible ones with these references, by reference casefolded; all small or all large will do."""
    wanted = {form for number in numbers for form in (number, number.upper(), number.lower())}
    rows = db.session.scalars(visible_to(user).where(Recommendation.reference.in_(wanted)))
    return {(row.reference or "").casefold(): row for row in rows}


def replies_to(recommendation_ids: Collection[UUID]) -> dict[UUID, list[Reply]]:
    """Return the replies to each of these, the first to be received first."""
    found: dict[UUID, list[Reply]] = {}
    for some in batched(recommendation_ids):
        query = select(Reply).where(Reply.recommendation_id.in_(some))
        for reply in db.session.scalars(query.order_by(Reply.received_on, Reply.recorded_at, Reply.id)):
            found.setdefault(reply.recommendation_id, []).append(reply)
    return found


def assessments_of(recommendation_ids: Collection[UUID]) -> dict[UUID, list[Assessment]]:
    """Return what was found out about each of these, oldest first."""
    found: dict[UUID, list[Assessment]] = {}
    for some in batched(recommendation_ids):
        query = select(Assessment).where(Assessment.recommendation_id.in_(some))
        for one in db.session.scalars(query.order_by(Assessment.assessed_on, Assessment.recorded_at, Assessment.id)):
            found.setdefault(one.recommendation_id, []).append(one)
    return found


def batched(ids: Collection[UUID]) -> Iterator[Sequence[UUID]]:
    """Cut ids into as many as one query takes."""
    every = list(ids)
    return (every[start : start + IDS_AT_ONCE] for start in range(0, len(every), IDS_AT_ONCE))


def visits_since(user: User, recommendation: Recommendation) -> Sequence[Visit]:
    """Return the visible later visits to the place, the newest first: those on which it can have been checked."""
    visit = recommendation.visit
    query = visits.visible_to(user).where(
        Visit.place_id == visit.place_id, Visit.id != visit.id, Visit.started_on.is_not(None)
    )
    if visit.started_on:
        query = query.where(Visit.started_on >= visit.started_on)
    return db.session.scalars(query.order_by(Visit.started_on.desc(), Visit.id.desc())).all()


def get_letter(user: User, letter_id: UUID) -> ReplyLetter | None:
    """Find the file of a reply to a recommendation that this person may see."""
    answered = select(Reply.recommendation_id).where(Reply.letter_id == letter_id)
    if db.session.scalar(visible_to(user).where(Recommendation.id.in_(answered)).limit(1)) is None:
        return None
    return db.session.get(ReplyLetter, letter_id)


def references(mechanism_id: UUID, beginning: str) -> Sequence[str]:
    """Return the references of the mechanism's recommendations that begin with this."""
    query = select(Recommendation.reference).where(
        Recommendation.mechanism_id == mechanism_id, Recommendation.reference.startswith(beginning, autoescape=True)
    )
    return [reference for reference in db.session.scalars(query) if reference is not None]


def lasting_references(visit: Visit) -> dict[UUID, str]:
    """Return recommendation -> its lasting reference, PLACE-YEAR-NN: the one it has, or would get if approved now."""
    year = visit.started_on.year if visit.started_on else visit.created_at.year
    beginning = f"{visit.place.code}-{year}-"
    endings = (taken.removeprefix(beginning) for taken in references(visit.mechanism_id, beginning))
    last = max((int(ending) for ending in endings if ending.isdecimal()), default=0)
    rows = of_visit(visit)
    waiting = [row.id for row in rows if row.reference is None]
    coming = {id_: f"{beginning}{number:02}" for number, id_ in enumerate(waiting, start=last + 1)}
    return {row.id: row.reference or coming[row.id] for row in rows}


def last_number(visit: Visit) -> int:
    """Return the highest number among the recommendations of a visit, 0 where there is none."""
    return db.session.scalar(select(func.max(Recommendation.number)).where(Recommendation.visit_id == visit.id)) or 0


def matching(user: User, text: str, priority: Priority | None) -> Select[Recommendation]:
    """Return the visible ones with this priority whose place, addressee or words hold `text`, joined to places."""
    query = (
        visible_to(user)
        .outerjoin(Visit, Visit.id == Recommendation.visit_id)  # outer: read in the order of the list's index
        .outerjoin(Place, Place.id == Visit.place_id)
        .outerjoin(Authority, Authority.id == Recommendation.authority_id)
        .options(contains_eager(Recommendation.visit).contains_eager(Visit.place))
        .options(contains_eager(Recommendation.authority))
    )
    if priority:
        query = query.where(Recommendation.priority == priority)
    if text.strip():
        wanted = folded(text.strip())
        query = query.where(
            or_(
                Place.search_text.contains(wanted, autoescape=True),
                Authority.search_text.contains(wanted, autoescape=True),
                *(Recommendation.id.in_(ids(user, text)) for ids in ids_holding),
            )
        )
    return query
