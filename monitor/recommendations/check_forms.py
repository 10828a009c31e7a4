"""The form of a follow-up visit: for each open recommendation its state and a note."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import SelectField, TextAreaField

from monitor.accounts.forms.fields import PageForm
from monitor.recommendations.labels import JUDGEMENTS
from monitor.recommendations.models import Recommendation
from monitor.visits.forms import plain_text
from monitor.web.forms import choices


class CheckForm(PageForm):
    """What was seen of each recommendation; the fields are added by `check_form`."""


def check_form(rows: Sequence[Recommendation]) -> type[CheckForm]:
    """Return a form with `state-ID` and `note-ID` for each of these recommendations."""
    fields: dict[str, object] = {}
    for row in rows:
        fields[f"state-{row.id.hex}"] = SelectField(
            _("What was seen"), choices=choices(JUDGEMENTS, _("Not checked on this visit")), default=""
        )
        fields[f"note-{row.id.hex}"] = TextAreaField(_("Note"), [plain_text])
    return type("FilledCheckForm", (CheckForm,), fields)
