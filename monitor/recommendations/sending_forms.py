"""The forms of the steps after approval."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from monitor.accounts.forms.fields import PageForm
from monitor.visits.forms import plain_text


class StepForm(PageForm):
    """A step that needs nothing but, where the table says so, a reason."""

    reason = TextAreaField(_("Reason"), [plain_text])

    def __init__(self, *, needs_reason: bool = False, **given: Any) -> None:
        super().__init__(**given)
        self.needs_reason = needs_reason

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for a reason where the step needs one."""
        if self.needs_reason and not (field.data or "").strip():
            raise ValidationError(_("Write the reason."))


class LeftForm(StepForm):
    """That a version left: one that was released, or in another way, with the reason."""

    otherwise: BooleanField

    def __init__(self, *, is_released: bool, **given: Any) -> None:
        super().__init__(**given)
        self.is_released = is_released
        self.needs_reason = not is_released and bool(self.otherwise.data)

    @property
    def why_otherwise(self) -> str:
        """Return the reason why it left in another way, empty where it did not."""
        return self.reason.data.strip() if self.needs_reason else ""


class PublishedForm(LeftForm):
    """That the public version is out."""

    otherwise = BooleanField(_("It was published otherwise, outside Monitor"))


class SentForm(LeftForm):
    """When a version went to the authority."""

    otherwise = BooleanField(_("It was sent otherwise, outside Monitor"))
    on = DateField(_("Sent on"), [InputRequired(_("Give the day on which it was sent."))])


class DraftSentForm(SentForm):
    """When the draft went to the authority, and by when comments are expected."""

    comments_due_on = DateField(_("Comments expected by"), [Optional()])


class FinalSentForm(SentForm):
    """When the final report went to the authority."""

    keeps_passed = BooleanField(_("Send it with these dates all the same"))
