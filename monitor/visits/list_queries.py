"""The list of visits, filtered; its cost does not grow with what is not shown."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import raiseload

from monitor.accounts.models import User
from monitor.places.folding import folded
from monitor.places.models import Place
from monitor.visits.models import TeamMember, Visit, VisitKind, VisitState
from monitor.visits.queries import visible_to


@dataclass(frozen=True)
class Filters:
    """What a reader asked the list for; empty fields ask for nothing."""

    text: str = ""
    state: VisitState | None = None
    kind: VisitKind | None = None
    since: date | None = None
    until: date | None = None
    only_own: bool = False


def matching(user: User, filters: Filters) -> Select[Visit]:
    """Return the visits this person may see that match, without order."""
    query = visible_to(user).options(raiseload(Visit.submitted_by), raiseload(Visit.approved_by))
    if filters.text.strip():
        wanted = filters.text.strip()
        named = select(Place.id).where(Place.search_text.contains(folded(wanted), autoescape=True))
        query = query.where(Visit.place_id.in_(named) | Visit.reference.icontains(wanted, autoescape=True))
    if filters.state:
        query = query.where(Visit.state == filters.state)
    if filters.kind:
        query = query.where(Visit.kind == filters.kind)
    if filters.since:
        query = query.where(Visit.started_on >= filters.since)
    if filters.until:
        query = query.where(Visit.started_on <= filters.until)
    if filters.only_own:
        query = query.where(Visit.id.in_(select(TeamMember.visit_id).where(TeamMember.user_id == user.id)))
    return query
