"""The forms of talks, consents and protection."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from monitor.interviews import labels
from monitor.interviews.models import AgeGroup, Partner, Sex
from monitor.interviews.operations import LONGEST_NOTE, LONGEST_PLACE, NO
from monitor.visits.forms import plain_text
from monitor.web.forms import TickBoxes, choices

LARGEST_GROUP: Final = 500
LONGEST_SEARCH: Final = 200
WITHOUT_AUTOFILL: Final = {"autocomplete": "off"}


def _date(label: Any, *validators: Any) -> DateField:
    return DateField(label, [*(validators or (Optional(),))])


def _happened(_form: FlaskForm, field: DateField) -> None:
    """Refuse a day to come for what was said or done: it would quieten a reminder that nobody has seen to."""
    if field.data and field.data > datetime.now(get_timezone()).date():
        raise ValidationError(_("This day is still to come."))


class LineForm(FlaskForm):
    """One talk as one line; every field has an answer to begin with, so that most need only the tab key."""

    partner = SelectField(_("Who"), choices=choices(labels.PARTNERS), default=Partner.HELD.value)
    sex = SelectField(_("Sex"), choices=choices(labels.SEXES), default=Sex.NOT_STATED.value)
    age = SelectField(_("Age"), choices=choices(labels.AGES), default=AgeGroup.NOT_STATED.value)
    people = IntegerField(
        _("How many"),
        [InputRequired(_("How many people were there? 1 for a person alone.")), NumberRange(1, LARGEST_GROUP)],
        default=1, render_kw={"inputmode": "numeric"},
    )  # fmt: skip
    where = StringField(_("Where"), [Length(max=LONGEST_PLACE), plain_text], render_kw=WITHOUT_AUTOFILL)
    agreed_to_talk = SelectField(_("Agreed to talk"), choices=choices(labels.AGREED), default="yes")
    agreed_to_notes = SelectField(_("Agreed to notes"), choices=choices(labels.AGREED), default="yes")
    note = StringField(_("Note"), [Length(max=LONGEST_NOTE), plain_text], render_kw=WITHOUT_AUTOFILL)

    def validate_note(self, field: StringField) -> None:
        """Refuse a note to which the person did not agree."""
        if field.data and NO in (self.agreed_to_talk.data, self.agreed_to_notes.data):
            raise ValidationError(labels.REFUSED["no_notes"])


class RecordForm(LineForm):
    """The full record behind a line; topics are filled in by the view."""

    base_line = HiddenField()
    base_record = HiddenField()
    said = TextAreaField(_("What was said"), [plain_text])
    requests = TextAreaField(_("What the person asks us to do"), [plain_text])
    topics = TickBoxes(_("Topics touched"))
    items = StringField(_("Items touched"), [Length(max=LONGEST_NOTE), plain_text], render_kw=WITHOUT_AUTOFILL)
    groups = TickBoxes(_("Groups at risk"), choices=choices(labels.GROUPS))

    def validate_said(self, field: TextAreaField) -> None:
        """Refuse a record of what was said where the person did not agree to notes."""
        if field.data and NO in (self.agreed_to_talk.data, self.agreed_to_notes.data):
            raise ValidationError(labels.REFUSED["no_notes"])

    validate_requests = validate_said


class SupplementForm(FlaskForm):
    """What is added to a finished record."""

    text = TextAreaField(_("Supplement"), [InputRequired(_("Write what is to be added.")), plain_text])


class MedicalForm(FlaskForm):
    """Injuries and medical notes."""

    injuries = TextAreaField(_("Injuries"), [plain_text])
    notes = TextAreaField(_("Medical notes"), [plain_text])

    def validate_notes(self, field: TextAreaField) -> None:
        """Ask for one of the two."""
        if not field.data and not self.injuries.data:
            raise ValidationError(_("Describe injuries or write a note."))


class ConsentForm(FlaskForm):
    """One step of a consent."""

    step = RadioField(
        _("What did the person say?"), [InputRequired(_("Choose what the person said."))],
        choices=choices(labels.CONSENT_STEPS),
    )  # fmt: skip
    on = _date(_("On which day"), InputRequired(_("Give the day.")), _happened)
    scope = TextAreaField(_("For what exactly: who may be told what, what may be published"), [plain_text])

    def validate_scope(self, field: TextAreaField) -> None:
        """Ask what a consent covers: a consent to nothing in particular covers nothing."""
        if self.step.data == "given" and not field.data:
            raise ValidationError(_("Write what exactly the person agreed to."))


class NameForm(FlaskForm):
    """The key from code to name."""

    name = StringField(
        _("Name"), [InputRequired(_("Write the name.")), Length(max=LONGEST_PLACE), plain_text],
        render_kw=WITHOUT_AUTOFILL,
    )  # fmt: skip
    contact = TextAreaField(_("How to reach the person, or somebody the person trusts"), [plain_text])


class ProtectionForm(FlaskForm):
    """Risk of reprisals and dates."""

    base = HiddenField()
    risk = RadioField(_("How high is the risk of reprisals?"), choices=choices(labels.RISKS), validate_choice=False)
    reasons = TextAreaField(_("Why"), [plain_text])
    replaces_unread = BooleanField(_("Destroy the level and the reasons that I cannot read, and set mine"))
    call_by = _date(_("Call by"))
    called_on = _date(_("Called on"), Optional(), _happened)
    return_by = _date(_("Return by"))
    returned_on = _date(_("Returned on"), Optional(), _happened)
    is_first = False
    level_is_closed = False

    def validate_replaces_unread(self, field: BooleanField) -> None:
        """Ask before reasons are destroyed that the person who saves cannot read."""
        if self.level_is_closed and self.risk.data and not field.data:
            raise ValidationError(
                _(
                    "A level stands here that does not open with your key. "
                    "Choose none, or tick that it is to be replaced."
                )
            )

    def validate_risk(self, field: RadioField) -> None:
        """Ask for the level the first time, and where reasons are given."""
        is_needed = self.is_first or self.reasons.data or field.data
        if is_needed and field.data not in labels.RISKS:
            raise ValidationError(_("Choose a level."))


class MeasureForm(FlaskForm):
    """Something to do for the protection of those who spoke."""

    text = TextAreaField(_("What is to be done"), [InputRequired(_("Write what is to be done.")), plain_text])
    due_on = _date(_("To be done by"))


class IncidentForm(FlaskForm):
    """A reprisal that happened; body and place are filled in by the view."""

    body = SelectField(_("Body"))
    place = SelectField(_("Place"))
    on = _date(
        _("When it happened"), InputRequired(_("Give the day; where only the year is known, its first.")), _happened
    )  # fmt: skip
    what = TextAreaField(_("What happened"), [InputRequired(_("Write what happened.")), plain_text])
    wishes = TextAreaField(_("What the person wants us to do"), [plain_text])
    done = TextAreaField(_("What was done"), [plain_text])


class SearchForm(FlaskForm):
    """Words to look for; sent in the body, never in the address."""

    q = StringField(
        _("Words to look for"), [InputRequired(_("Write what to look for.")), Length(max=LONGEST_SEARCH)],
        render_kw=WITHOUT_AUTOFILL,
    )  # fmt: skip


class MeasureDoneForm(FlaskForm):
    """Which measure was taken."""

    measure = HiddenField()

    def measure_id(self) -> UUID | None:
        """Return the id that was sent, None where it is none."""
        try:
            return UUID(self.measure.data or "")
        except ValueError:
            return None
