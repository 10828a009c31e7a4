"""The forms of the register: a place, and the steps of an import."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Form, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from monitor.places.csv_files import ENCODINGS
from monitor.places.facts import UnfitFact, check_position, made_visible
from monitor.places.importing import FACTS, read_fact
from monitor.places.words import FACT_LABELS, fact_sentence

NO_PLACE: Final = "no-place"
"""The choice that maps a value to nothing: its rows are skipped."""


class Fits:
    """Holds what was typed against the rules for one fact of a place; what was typed stays in the field."""

    def __init__(self, fact: str) -> None:
        self.fact = fact
        self.field_flags: Mapping[str, Any] = {"required": True} if fact == "name" else {}

    def __call__(self, form: Form, field: Any) -> None:
        """Raise ValidationError with the sentence that says what is wrong."""
        try:
            read_fact(self.fact, field.data or "", country="")
        except UnfitFact as reason:
            field.data = made_visible(field.data or "")
            raise ValidationError(fact_sentence(reason)) from reason


class PlaceForm(FlaskForm):
    """All facts of a place; `fill_choices` must be called before it is used."""

    name = StringField(FACT_LABELS["name"], [Fits("name")])
    type = SelectField(FACT_LABELS["type"], default="")
    unit_types = SelectMultipleField(
        FACT_LABELS["unit_types"], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    code = StringField(FACT_LABELS["code"], [Fits("code")])
    authority = StringField(FACT_LABELS["authority"], [Fits("authority")])
    capacity = StringField(FACT_LABELS["capacity"], [Fits("capacity")])
    address = TextAreaField(FACT_LABELS["address"], [Fits("address")])
    city = StringField(FACT_LABELS["city"], [Fits("city")])
    region = StringField(FACT_LABELS["region"], [Fits("region")])
    country = SelectField(FACT_LABELS["country"])
    latitude = StringField(FACT_LABELS["latitude"], [Fits("latitude")])
    longitude = StringField(FACT_LABELS["longitude"], [Fits("longitude")])
    notes = TextAreaField(FACT_LABELS["notes"], [Fits("notes")])
    version = HiddenField()
    """Version of the place when its page was opened; empty for a new place."""

    def fill_choices(self, types: Mapping[str, str], countries: Mapping[str, str]) -> None:
        """Give the lists their choices: place type -> name, country -> name."""
        self.type.choices = {"": gettext("Choose a type"), **types}
        self.unit_types.choices = dict(types)
        self.country.choices = dict(countries)

    def validate_type(self, field: SelectField) -> None:
        """Ask for a type."""
        if not field.data:
            raise ValidationError(_("Choose the main type of the place."))

    def validate_longitude(self, field: StringField) -> None:
        """Refuse one coordinate without the other; a coordinate that is wrong by itself is told at its own field."""
        try:
            values = self.values()
        except UnfitFact:
            return
        try:
            check_position(values["latitude"], values["longitude"])
        except UnfitFact as reason:
            raise ValidationError(fact_sentence(reason)) from reason

    def values(self) -> dict[str, Any]:
        """Return the facts as they are stored, named as the columns of Place. Raises UnfitFact."""
        typed = {name: getattr(self, name).data or "" for name in FACTS}
        return {name: typed[name] if name == "type" else read_fact(name, typed[name], country="") for name in FACTS}

    @property
    def base_version(self) -> int:
        """The version that the person saw; 0 where it was tampered with, which counts as outdated."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < len("1000000000") else 0


class UploadForm(FlaskForm):
    """The file of an import."""

    file = FileField(_("File of places (CSV)"), [FileRequired(_("Choose a file."))])


def _encodings() -> dict[str, str]:
    return {"": gettext("As found out"), **{name: name for name in ENCODINGS}}


class ColumnsForm(FlaskForm):
    """Which column holds which fact; one field per fact is added by `columns_form`."""

    one_type = SelectField(_("Type of every place in the file"))
    country = SelectField(_("Country, where a row names none"))
    encoding = SelectField(_("How the letters are written"), choices=_encodings)

    def columns(self) -> dict[str, str]:
        """Return fact -> column, for the facts that have one."""
        return {fact: self[f"column-{fact}"].data for fact in FACTS if self[f"column-{fact}"].data}


def columns_form(columns: Iterable[str]) -> type[ColumnsForm]:
    """Return a form with a list of these columns for every fact."""
    choices = {"": gettext("None"), **{column: column for column in columns}}
    fields = {f"column-{fact}": SelectField(FACT_LABELS[fact], choices=choices, default="") for fact in FACTS}
    return type("FilledColumnsForm", (ColumnsForm,), fields)


class TypesForm(FlaskForm):
    """What each value of the type column means; one field per value is added by `types_form`."""

    def types(self, values: Iterable[str]) -> dict[str, str | None]:
        """Return value -> place type, None for no place."""
        chosen = {value: self[f"value-{number}"].data for number, value in enumerate(values)}
        return {value: None if type_ == NO_PLACE else type_ for value, type_ in chosen.items() if type_}


def types_form(values: Iterable[tuple[str, str]], types: Mapping[str, str]) -> type[TypesForm]:
    """Return a form with a list of place types (id -> name) for each (value, label)."""
    choices = {"": gettext("Choose a type"), NO_PLACE: gettext("No place: leave these rows out"), **types}
    fields = {
        f"value-{number}": SelectField(label, choices=choices, default="")
        for number, (_value, label) in enumerate(values)
    }
    return type("FilledTypesForm", (TypesForm,), fields)
