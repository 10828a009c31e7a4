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
    health = TickBoxes(_("Health members, who read medical notes"), choices=choices(people))
    return type("FilledSetUpForm", (SetUpForm,), {"health": health})


def _typed_key(id_: str) -> StringField:
    return StringField(
        _("The key on the paper"),
        validators=[InputRequired(_("Type the key from the paper.")), Length(max=LONGEST_TYPED)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
        id=id_,
    )


def _person(people: Mapping[str, Any], id_: str) -> SelectField:
    return SelectField(
        _("Person"),
        choices=choices(people, _("Choose a person")),
        validators=[InputRequired(_("Choose a person."))],
        id=id_,
    )


class PaperForm(FlaskForm):
    """Trying the key from the paper in the safe."""

    typed = _typed_key("drill-typed")


def person_form(people: Mapping[str, Any], id_: str = "person") -> type[FlaskForm]:
    """Return a form that chooses one of these people (id -> name); `id_` is the HTML id of the list."""
    return type("PersonForm", (FlaskForm,), {"person": _person(people, id_)})


def from_paper_form(people: Mapping[str, Any], compartment: str) -> type[FlaskForm]:
    """Return the form that lets one of these people (id -> name) read a compartment with the key from the paper."""
    begins = f"from-paper-{compartment}"
    fields = {"person": _person(people, f"{begins}-person"), "typed": _typed_key(f"{begins}-typed")}
    return type("FromPaperForm", (FlaskForm,), fields)
