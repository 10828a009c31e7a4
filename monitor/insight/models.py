"""What a person was told by e-mail."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import User
from monitor.db import Base, new_id
from monitor.jobs.mail import MailFault
from monitor.tenancy import OwnedByMechanism


class WaitingMail(OwnedByMechanism, Base):
    """The last mail that told a person how much waits, so that only something new is worth another one."""

    __tablename__ = "waiting_mail"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), unique=True)
    told: Mapped[list[str]] = mapped_column(default=list)
    """What a mail counted and what still waits: kind and id of each."""
    tried_on: Mapped[date | None]
    """Day of the last try, where the mechanism is."""
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """When the last try failed; empty once one has gone well."""
    fault: Mapped[MailFault | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
