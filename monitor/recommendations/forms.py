"""The form of a recommendation."""

from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from monitor.authorities.models import LONGEST_NAME
from monitor.recommendations.models import Priority
from monitor.visits.forms import plain_text
from monitor.web.forms import TickBoxes, choices

PRIORITIES: Final = {
    Priority.IMMEDIATE: _("Immediate: life, integrity or liberty at risk"),
    Priority.SHORT: _("Short-term: serious breach or missing safeguard"),
    Priority.MEDIUM: _("Medium: clear gap, change of practice or small cost"),
    Priority.LONG: _("Long-term: law, budget, building, national policy"),
}
SHORT_PRIORITIES: Final = {
    Priority.IMMEDIATE: _("Immediate"),
    Priority.SHORT: _("Short-term"),
    Priority.MEDIUM: _("Medium"),
    Priority.LONG: _("Long-term"),
}


class RecommendationForm(FlaskForm):
    """One recommendation; items are ids, standards are `instrument|provision`."""

    base_version = HiddenField()
    text = TextAreaField(_("Recommendation"), [InputRequired(_("Write the recommendation.")), plain_text])
    addressee = StringField(
        _("Addressee"),
        [
            InputRequired(_("Name the body that can act.")),
            Length(max=LONGEST_NAME, message=_("This name is too long.")),
        ],
    )
    priority = RadioField(
        _("Priority"),
        [InputRequired(_("Choose a priority."))],
        choices=choices(PRIORITIES),
    )
    due_on = DateField(_("To be done by"), [Optional()])
    items = TickBoxes(_("Based on these answers"), [InputRequired(_("Choose at least one answer it rests on."))])
    standards = TickBoxes(_("Standards"), [InputRequired(_("Choose at least one standard."))])

    def standards_data(self) -> list[dict[str, str]]:
        """Return the chosen standards as the guide cites them."""
        pairs = (value.split("|", maxsplit=1) for value in self.standards.data)
        return [{"instrument": instrument, "provision": provision} for instrument, provision in pairs]


def standard_key(standard: Any) -> str:
    """Return the value that stands for a citation in the form."""
    return f"{standard['instrument']}|{standard['provision']}"
