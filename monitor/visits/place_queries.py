"""The register with what visits say about it: last visits, visits of a place, people held over time.

Nothing here costs more because there are more visits than are shown: `ix_visit_mechanism_id_place_id_started_on`
finds the newest visit of a place at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, SQLColumnExpression, Uuid, column, or_, select, values

from monitor.accounts.models import User
from monitor.answers.models import Answer
from monitor.db import db
from monitor.places import queries as places
from monitor.places.folding import folded
from monitor.places.models import Place, PlaceUnit
from monitor.visits import queries
from monitor.visits.figures import figures_from
from monitor.visits.models import TeamMember, Visit, VisitState
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY
from monitor.web.pagination import Page, Sort, read_page

ON_SITE: Final = SEEN_BY_THE_WHOLE_BODY | {VisitState.UNDER_WAY, VisitState.REVIEW, VisitState.SUSPENDED}
"""States of visits that took place: planned, cancelled and refused ones do not count as the last visit."""
MOST_OCCUPANCIES: Final = 12
SORTS: Final = ("name", "city", "region", "capacity", "visited")
OCCUPANCY_ITEMS: Final = ("talk-capacity", "talk-population")


class Visited(StrEnum):
    """How the last visit must lie for a place to be listed."""

    NEVER = "never"
    NOT_SINCE = "not-since"
    """None since the day, or never."""
    SINCE = "since"


@dataclass(frozen=True)
class Filters:
    """What a reader asked the register for; empty fields ask for nothing."""

    text: str = ""
    type: str = ""
    """Main type or the type of a unit."""
    region: str = ""
    authority: str = ""
    visited: Visited | None = None
    day: date | None = None
    """What `visited` speaks of, but for NEVER."""


@dataclass(frozen=True)
class Occupancy:
    """People held at one visit against the capacity that the visit or the register names."""

    visit: Visit
    present: int
    capacity: int | None

    @property
    def share(self) -> float | None:
        """People per place: 1.0 is full."""
        return self.present / self.capacity if self.capacity else None


def list_places(user: User, filters: Filters, sort: Sort, page: int) -> Page[Place]:
    """Return a page of the places that match, in the order asked for (a key of SORTS)."""
    query = _matching(user, filters)
    if sort.key != "name":
        query = query.order_by(sort.apply(_sorted_by(user, sort.key)))
        sort = Sort("name")
    return read_page(query.order_by(sort.apply(Place.search_text), Place.id), page, db.session())


def last_visits(user: User, shown: Sequence[Place]) -> dict[UUID, date]:
    """Return place id -> first day of the last visit that this person may see; places without one are left out."""
    if not shown:
        return {}
    ids = values(column("id", Uuid), name="shown").data([(place.id,) for place in shown]).cte()
    found = db.session.execute(select(ids.c.id, _last_visit(user, ids.c.id)))
    return {place_id: day for place_id, day in found if day is not None}


def visits_of(user: User, place: Place, page: int) -> Page[Visit]:
    """Return a page of the visits to a place that this person may see, newest first, those without a day last."""
    query = queries.visible_to(user).where(Visit.place_id == place.id)
    return read_page(query.order_by(Visit.started_on.desc().nulls_last(), Visit.id.desc()), page, db.session())


def approved_visits_of(user: User, place: Place) -> Select[Visit]:
    """Return the approved visits to a place that this person may see, newest first."""
    return (
        queries.visible_to(user)
        .where(Visit.place_id == place.id, Visit.state.in_(SEEN_BY_THE_WHOLE_BODY), Visit.started_on.is_not(None))
        .order_by(Visit.started_on.desc(), Visit.id.desc())
    )


def occupancies(user: User, place: Place) -> list[Occupancy]:
    """Return people held at the latest approved visits that this person may see, oldest first."""
    query = approved_visits_of(user, place).limit(MOST_OCCUPANCIES)
    visits = list(reversed(db.session.scalars(query).unique().all()))
    found = _answered_figures(visits)
    return [
        Occupancy(visit, figures["present"], figures.get("capacity", place.capacity))
        for visit in visits
        if "present" in (figures := found[visit.sheet_id] | visit.figures)
    ]


def _answered_figures(visits: Iterable[Visit]) -> dict[UUID, dict[str, int]]:
    """Return sheet id -> the figures that its answers give, for all visits in one query."""
    answers: dict[UUID, dict[str, object]] = {visit.sheet_id: {} for visit in visits}
    query = select(Answer.sheet_id, Answer.item_id, Answer.plain_value).where(
        Answer.sheet_id.in_(list(answers)), Answer.item_id.in_(OCCUPANCY_ITEMS)
    )
    for sheet_id, item_id, value in db.session.execute(query):
        answers[sheet_id][item_id] = value
    return {sheet_id: figures_from(given) for sheet_id, given in answers.items()}


def _matching(user: User, filters: Filters) -> Select[Place]:
    query = places.visible_to(user)
    for word in folded(filters.text).split():
        query = query.where(Place.search_text.contains(word, autoescape=True))
    if filters.type:
        with_unit = select(PlaceUnit.place_id).where(
            PlaceUnit.mechanism_id == user.mechanism_id, PlaceUnit.type == filters.type
        )
        query = query.where(or_(Place.type == filters.type, Place.id.in_(with_unit)))
    if filters.region:
        query = query.where(Place.region == filters.region)
    if filters.authority:
        query = query.where(Place.authority == filters.authority)
    return _visited(query, user, filters)


def _visited(query: Select[Place], user: User, filters: Filters) -> Select[Place]:
    if filters.visited is Visited.NEVER:
        return query.where(~_on_site(user, Place.id).exists())
    if filters.visited and filters.day:
        since = _on_site(user, Place.id).where(Visit.started_on >= filters.day).exists()
        return query.where(since if filters.visited is Visited.SINCE else ~since)
    return query


def _on_site(user: User, place_id: SQLColumnExpression[UUID]) -> Select[UUID]:
    """Return the visits to this place, a column of the outer query, that took place and that this person may see."""
    return (
        queries.visible_to(user)
        .with_only_columns(Visit.id)
        .where(Visit.place_id == place_id, Visit.state.in_(ON_SITE))
        .correlate_except(Visit, TeamMember)
    )


def _last_visit(user: User, place_id: SQLColumnExpression[UUID]) -> ScalarSelect[date | None]:
    return (
        _on_site(user, place_id)
        .with_only_columns(Visit.started_on)
        .where(Visit.started_on.is_not(None))
        .order_by(Visit.started_on.desc())
        .limit(1)
        .scalar_subquery()
    )


def _sorted_by(user: User, key: str) -> SQLColumnExpression[Any]:
    columns: dict[str, SQLColumnExpression[Any]] = {
        "city": Place.city, "region": Place.region, "capacity": Place.capacity, "visited": _last_visit(user, Place.id)
    }  # fmt: skip
    return columns[key]
