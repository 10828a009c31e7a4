"""Reading recommendations; every read for a person starts from the visits they may see."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from monitor.accounts.models import User
from monitor.authorities.models import Authority
from monitor.db import db
from monitor.places.folding import folded
from monitor.places.models import Place
from monitor.recommendations.models import Priority, Recommendation
from monitor.visits import queries as visits
from monitor.visits.models import Visit


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


def last_number(visit: Visit) -> int:
    """Return the highest number among the recommendations of a visit, 0 where there is none."""
    return db.session.scalar(select(func.max(Recommendation.number)).where(Recommendation.visit_id == visit.id)) or 0


def matching(user: User, text: str, priority: Priority | None) -> Select[Recommendation]:
    """Return the visible ones with this priority whose place, addressee or text holds `text`, joined to places."""
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
        wanted = text.strip()
        query = query.where(
            Place.search_text.contains(folded(wanted), autoescape=True)
            | Authority.search_text.contains(folded(wanted), autoescape=True)
            | Recommendation.text.icontains(wanted, autoescape=True)
        )
    return query
