"""Reading the register of authorities and partners; everybody of the mechanism who reads visits may read it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from monitor.accounts.models import User
from monitor.authorities.models import PARTNERS, Authority, AuthorityKind
from monitor.db import db
from monitor.places.folding import folded


def visible_to(user: User) -> Select[Authority]:
    """Return the register of this person's mechanism."""
    return select(Authority).where(Authority.mechanism_id == user.mechanism_id)


def get_authority(user: User, authority_id: UUID) -> Authority | None:
    """Find an authority or partner that this person may see."""
    return db.session.scalar(visible_to(user).where(Authority.id == authority_id))


def matching(user: User, text: str, kind: AuthorityKind | None) -> Select[Authority]:
    """Return those of this kind whose name or address holds `text`, by name."""
    query = visible_to(user).order_by(Authority.search_text, Authority.id)
    if kind:
        query = query.where(Authority.kind == kind)
    if text.strip():
        query = query.where(Authority.search_text.contains(folded(text.strip()), autoescape=True))
    return query


def addressees(user: User) -> Sequence[Authority]:
    """Return the authorities a recommendation can go to, by name; partners are none."""
    query = visible_to(user).where(Authority.kind.not_in(PARTNERS)).order_by(Authority.search_text, Authority.id)
    return db.session.scalars(query).all()


def named(mechanism_id: UUID, name: str) -> Authority | None:
    """Find the authority or partner with exactly this name."""
    return db.session.scalar(select(Authority).where(Authority.mechanism_id == mechanism_id, Authority.name == name))
