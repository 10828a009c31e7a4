"""Forms about keys."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from monitor.web.forms import TickBoxes, choices

LONGEST_TYPED = 200


class SetUpForm(FlaskForm):
    """Making a body's first keys; `health_form` gives the people to choose from."""

    understood = BooleanField(
        _("I have understood: when nobody's key and no paper is left, these records can never be read again."),
        validators=[InputRequired(_("Tick this box once you have read it."))],
    )


def set_up_form(people: Mapping[str, Any]) -> type[SetUpForm]:
    """Return the form with tick boxes for the health members among these people (id -> name)."""
    health = TickBoxes(_("Health members, who read medical notes"), choices=list(people.items()))
    return type("FilledSetUpForm", (SetUpForm,), {"health": health})


class PaperForm(FlaskForm):
    """The key from the paper in the safe."""

    typed = StringField(
        _("The key on the paper"),
        validators=[InputRequired(_("Type the key from the paper.")), Length(max=LONGEST_TYPED)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


def person_form(base: type[FlaskForm], people: Mapping[str, Any]) -> type[FlaskForm]:
    """Return the form with a choice among these people (id -> name)."""
    person = SelectField(
        _("Person"), choices=choices(people, _("Choose a person")), validators=[InputRequired(_("Choose a person."))]
    )
    return type("Filled" + base.__name__, (base,), {"person": person})
