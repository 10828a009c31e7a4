"""Reading letters; every read for a person starts from the visits they may see."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select

from monitor.accounts.models import User
from monitor.authorities.models import PARTNERS, Authority
from monitor.authorities.queries import named
from monitor.authorities.queries import visible_to as authorities_of
from monitor.db import db
from monitor.letters.models import Letter, LetterKind, LetterState
from monitor.recommendations import queries as recommendations
from monitor.recommendations.models import Recommendation
from monitor.reports.content import SentLetter
from monitor.reports.models import Document
from monitor.visits import queries as visits
from monitor.visits.models import Visit


def visible_to(user: User) -> Select[Letter]:
    """Return the letters about the visits this person may see."""
    seen = visits.visible_to(user).where(Visit.id == Letter.visit_id)
    return select(Letter).where(seen.with_only_columns(Visit.id).correlate(Letter).exists())


def get_outgoing(user: User, letter_id: UUID) -> Letter | None:
    """Find a letter that this person may see."""
    return db.session.scalar(visible_to(user).where(Letter.id == letter_id))


def of_visit(visit: Visit) -> Sequence[Letter]:
    """Return the letters about a visit, newest first."""
    return db.session.scalars(select(Letter).where(Letter.visit_id == visit.id).order_by(Letter.id.desc())).all()


def sent_of(visit: Visit) -> Sequence[Letter]:
    """Return the letters about a visit that were sent, by number."""
    query = select(Letter).where(Letter.visit_id == visit.id, Letter.state == LetterState.SENT)
    return db.session.scalars(query.order_by(Letter.number)).all()


def urgent_sent(visit: Visit) -> list[SentLetter]:
    """Return the urgent letters about a visit that its report names: those recorded as sent before its approval.

    A letter that is sent later changes no report that was released.
    """
    return [
        SentLetter(row.authority.name, row.sent_on)
        for row in sent_of(visit)
        if row.kind is LetterKind.URGENT and row.authority and row.sent_on and _is_in_the_report(row, visit)
    ]


def _is_in_the_report(letter: Letter, visit: Visit) -> bool:
    return letter.sent_at is not None and (visit.approved_at is None or letter.sent_at < visit.approved_at)


def to_answer(visit: Visit, authority: Authority | None) -> list[Recommendation]:
    """Return the recommendations of a visit that an office is asked to answer: its own, and those that name nobody."""
    wanted = (authority.id if authority else None, None)
    return [row for row in recommendations.of_visit(visit) if row.authority_id in wanted]


def report_left_on(visit: Visit) -> date | None:
    """Return the day on which the first letter with the report was sent, None where none was."""
    days = [row.sent_on for row in sent_of(visit) if row.kind is LetterKind.TRANSMISSION_OF_REPORT and row.sent_on]
    return min(days, default=None)


def of_document(document: Document) -> Letter | None:
    """Return the letter whose PDF this document is; None where the letter has another by now."""
    return db.session.scalar(select(Letter).where(Letter.document_id == document.id))


def last_number(visit: Visit) -> int:
    """Return the highest number among the letters about a visit, 0 where there is none."""
    return db.session.scalar(select(func.max(Letter.number)).where(Letter.visit_id == visit.id)) or 0


def writable_to(user: User) -> Sequence[Authority]:
    """Return everybody of the register that a letter can go to, authorities before partners."""
    rows = db.session.scalars(authorities_of(user).order_by(Authority.search_text, Authority.id)).all()
    return sorted(rows, key=lambda row: row.kind in PARTNERS)


def usual_addressee(visit: Visit) -> Authority | None:
    """Return the office that most recommendations of a visit go to, else that in charge of the place."""
    count = func.count(Recommendation.id)
    query = (
        select(Authority)
        .join(Recommendation, Recommendation.authority_id == Authority.id)
        .where(Recommendation.visit_id == visit.id)
        .group_by(Authority.id)
        .order_by(count.desc(), Authority.id)
        .limit(1)
    )
    found = db.session.scalar(query)
    return found or named(visit.mechanism_id, visit.place.authority or "")


def next_attempt(visit: Visit) -> Visit | None:
    """Return the last visit that was planned after this one to the same place as its next attempt."""
    query = select(Visit).where(Visit.follows_id == visit.id).order_by(Visit.id.desc()).limit(1)
    return db.session.scalar(query)
