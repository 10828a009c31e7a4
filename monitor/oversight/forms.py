"""What a reader of the log can ask for."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from monitor.accounts.models import User
from monitor.audit.queries import Filters
from monitor.oversight.acts import KINDS
from monitor.web.forms import choices

COMMAND = "command"


class LogForm(FlaskForm):
    """The filters above the log; wrong values ask for nothing."""

    class Meta(FlaskForm.Meta):
        """It only reads, so it needs no token."""

        csrf = False

    person = SelectField(_("Who"), validate_choice=False)
    kind = SelectField(
        _("What"), choices=choices({key: kind.title for key, kind in KINDS.items()}, _("All")), validate_choice=False
    )
    since = DateField(_("From"), [Optional()])
    until = DateField(_("To"), [Optional()])
    record = HiddenField()

    def offer(self, people: Iterable[User]) -> None:
        """Offer these people, and commands."""
        named = {str(person.id): person.name for person in people}
        self.person.choices = choices(named | {COMMAND: _("A command on the server")}, _("Everybody"))

    def filters(self, time_zone: str) -> Filters:
        """Return what was asked for; days are those of the mechanism's time zone."""
        zone = ZoneInfo(time_zone)
        kind = KINDS.get(self.kind.data or "")
        return Filters(
            actor_id=_id(self.person.data),
            by_command=self.person.data == COMMAND,
            tags=tuple(kind.acts) if kind else (),
            since=_midnight(self.since.data, zone),
            until=_midnight(self.until.data, zone, days_later=1),
            subject_id=_id(self.record.data),
        )


class HeadForm(FlaskForm):
    """A head of the log, typed from a report."""

    class Meta(FlaskForm.Meta):
        """It only reads, so it needs no token."""

        csrf = False

    head = StringField(_("Number and letters, as printed"), [Optional(), Length(max=100)])


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _midnight(day: date | None, zone: ZoneInfo, *, days_later: int = 0) -> datetime | None:
    if day is None or day >= date.max - timedelta(days=2) or day <= date.min + timedelta(days=2):
        return None
    return datetime.combine(day + timedelta(days=days_later), time.min, zone)
