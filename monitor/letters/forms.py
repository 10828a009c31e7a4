"""The forms of letters."""

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from monitor.accounts.forms.fields import PageForm, stripped
from monitor.authorities.models import Authority
from monitor.letters.labels import BLOCKS as BLOCK_NAMES
from monitor.letters.labels import KINDS
from monitor.letters.models import BLOCKS, Letter, LetterKind
from monitor.letters.operations import LetterDraft, blocks_now
from monitor.letters.prefill import language_for
from monitor.reports.forms import PAPERS
from monitor.reports.languages import language_name
from monitor.reports.models import Paper
from monitor.visits.forms import plain_text
from monitor.web.forms import choices
from monitor.web.locale import available_languages

PREFIX: Final = "block-"
"""What the names of the fields begin with that hold the text of a block."""


class BeginForm(PageForm):
    """Which letter is begun; addressee and texts are filled in."""

    kind = RadioField(_("What for?"), [InputRequired(_("Choose what the letter is for."))], choices=choices(KINDS))


class LetterForm(PageForm):
    """One letter; a field per block is added by `letter_form`."""

    base_version = HiddenField()
    authority = SelectField(_("Addressee"), default="")
    language = SelectField(_("Language of the letter"), default="")
    dated = DateField(_("Date of the letter"), [InputRequired(_("Give the date of the letter."))])
    reply_by = DateField(_("Reply asked for by"), [Optional()])

    def validate_reply_by(self, field: DateField) -> None:
        """Refuse a day before the letter."""
        if field.data and self.dated.data and field.data < self.dated.data:
            raise ValidationError(_("This day is before the date of the letter."))

    def draft(self, offices: dict[str, Authority]) -> LetterDraft:
        """Return what was typed; `offices` are those behind the ids of the list."""
        texts = {name: stripped(field.data) or "" for name, field in self._fields.items() if name.startswith(PREFIX)}
        return LetterDraft(
            authority=offices.get(self.authority.data),
            language=self.language.data,
            dated=self.dated.data,
            reply_by=self.reply_by.data,
            blocks={name.removeprefix(PREFIX): text for name, text in texts.items()},
        )


class SentForm(PageForm):
    """The day on which a letter was sent."""

    sent_on = DateField(_("Sent on"), [InputRequired(_("Give the day on which it was sent."))])


class PaperForm(PageForm):
    """The paper of a letter."""

    paper = RadioField(_("Paper"), choices=choices(PAPERS), default=Paper.A4.value)


def letter_form(letter: Letter, offices: Iterable[Authority]) -> LetterForm:
    """Return the form of a letter in draft with a field for each of its blocks, in printed order."""
    fields = {
        f"{PREFIX}{block}": TextAreaField(BLOCK_NAMES[block], [Optional(), plain_text]) for block in BLOCKS[letter.kind]
    }
    is_usual = letter.language == language_for(letter.visit, letter.authority)
    form: LetterForm = type("FilledLetterForm", (LetterForm,), fields)(
        base_version=letter.version,
        authority=str(letter.authority_id or ""),
        language="" if is_usual else letter.language,
        dated=letter.dated,
        reply_by=letter.reply_by,
        **{f"{PREFIX}{block}": text for block, text in blocks_now(letter).items()},
    )
    form.authority.choices = choices({one.id: one.name for one in offices}, _("Nobody yet"))
    codes = dict.fromkeys([letter.language, *(code.replace("_", "-") for code in available_languages())])
    form.language.choices = choices({code: language_name(code) for code in codes}, _("The language of the addressee"))
    return form


def block_fields(form: LetterForm) -> list[Any]:
    """Return the fields of the blocks in printed order."""
    return [field for field in form if field.name.startswith(PREFIX)]


def begin_form(kinds: Iterable[LetterKind]) -> BeginForm:
    """Return the form that begins a letter of one of these kinds."""
    form = BeginForm()
    form.kind.choices = choices({kind: KINDS[kind] for kind in kinds})
    return form
