"""The forms of a reply and of what the mechanism found out."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from monitor.accounts.forms.fields import PageForm
from monitor.recommendations.following_up import Judgement, ReplyDraft
from monitor.recommendations.labels import EVIDENCE, JUDGEMENTS, POSITIONS
from monitor.recommendations.letters import MOST_BYTES, UnfitLetter, media_type_of
from monitor.recommendations.models import Evidence, Implementation, Position
from monitor.visits.forms import plain_text
from monitor.visits.models import Visit
from monitor.web.forms import choices

ANSWERS = {position: word for position, word in POSITIONS.items() if position is not Position.AWAITING}


class ReplyForm(PageForm):
    """What an authority answered to one recommendation."""

    received_on = DateField(_("Received on"), [InputRequired(_("Give the day on which the reply was received."))])
    position = RadioField(
        _("Position of the authority"), [InputRequired(_("Choose what the authority answered."))],
        choices=choices(ANSWERS),
    )  # fmt: skip
    claims_done = BooleanField(_("The authority says that it is carried out"))
    text = TextAreaField(_("Answer in its words, or a summary"), [plain_text])
    letter = FileField(_("Letter"))

    def validate_letter(self, field: FileField) -> None:
        """Refuse files that replies do not come as."""
        if not field.data:
            return
        content = field.data.read()
        field.data.seek(0)
        if len(content) > MOST_BYTES:
            raise ValidationError(_("The file is larger than 20 MB."))
        try:
            media_type_of(field.data.filename or "", content)
        except UnfitLetter as unfit:
            raise ValidationError(
                _("Choose a PDF, a text or spreadsheet document (DOCX, ODT, XLSX, CSV) or a picture (JPEG, PNG).")
            ) from unfit

    def draft(self) -> ReplyDraft:
        """Return what was typed."""
        received: date = self.received_on.data
        return ReplyDraft(received, Position(self.position.data), self.text.data or "", self.claims_done.data)


class AssessmentForm(PageForm):
    """What the mechanism found out about one recommendation; `visits` are those it can have been seen on."""

    base_version = HiddenField()
    implementation = RadioField(
        _("How far it is carried out"), [InputRequired(_("Choose how far it is carried out."))],
        choices=choices(JUDGEMENTS),
    )  # fmt: skip
    evidence = RadioField(
        _("How this was found out"), [InputRequired(_("Choose how this was found out."))],
        choices=choices({kind: word for kind, word in EVIDENCE.items() if kind is not Evidence.REPLY}),
    )  # fmt: skip
    visit = SelectField(_("Visit"), default="")
    assessed_on = DateField(_("Day"), [InputRequired(_("Give the day on which this was found out."))])
    note = TextAreaField(_("What was seen or read"), [plain_text])
    next_step = TextAreaField(_("Next step"), [plain_text])
    next_step_on = DateField(_("Day of the next step"), [Optional()])

    def judgement(self, visits: dict[str, Visit]) -> Judgement:
        """Return what was typed."""
        day: date = self.assessed_on.data
        next_day: date | None = self.next_step_on.data
        return Judgement(
            Implementation(self.implementation.data),
            Evidence(self.evidence.data),
            day,
            self.note.data or "",
            visits.get(self.visit.data),
            self.next_step.data or "",
            next_day,
        )
