"""What forms of several domains share, and what templates need to know about a form beyond its fields."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask import Flask
from flask_babel import gettext
from wtforms import BooleanField, DateField, Field, FieldList, FormField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice, SelectFieldBase
from wtforms.form import BaseForm
from wtforms.widgets import CheckboxInput, ListWidget

from monitor.web.filters import day


class TickBoxes(SelectMultipleField):
    """Several choices as tick boxes."""

    widget: Any = ListWidget(prefix_label=False)
    option_widget: Any = CheckboxInput()


class FieldProblem(NamedTuple):
    """One thing to mend, and where."""

    target: str
    """HTML id of the control to mend; empty when the problem is the form's as a whole."""
    message: str


def init_forms(app: Flask) -> None:
    """Give templates `form_problems(form)`, `is_choice_list(field)` and `labels_of(form)`."""
    app.jinja_env.globals.update(form_problems=form_problems, is_choice_list=is_choice_list, labels_of=labels_of)


def choices(words: Mapping[Any, Any], nothing: Any = None) -> list[SelectChoice]:
    """Return the choices of a list from value -> word; `nothing` is the word for leaving it open, where one may.

    WTForms takes a dict of lazy words for groups of choices and would offer their letters.
    """
    found = [SelectChoice(str(value), word) for value, word in words.items()]
    return found if nothing is None else [SelectChoice("", nothing), *found]


def shown_texts(form: BaseForm, values: Mapping[str, Any]) -> dict[str, str]:
    """Return name -> text of values that fields of this form can hold, in its words."""
    return {name: shown_text(form[name], value) for name, value in values.items()}


def shown_text(field: Field, value: Any) -> str:
    """Return a value that this field can hold, in the words of the form: the labels of choices, a day, yes or no."""
    match field:
        case BooleanField():
            return gettext("Yes") if value else gettext("No")
        case DateField():
            return day(value)
        case SelectFieldBase():
            chosen = {str(one) for one in value} if isinstance(field, SelectMultipleField) else {str(value or "")}
            return "\n".join(str(label) for key, label, *_rest in field.iter_choices() if str(key) in chosen and key)
    return "" if value is None else str(value)


def form_problems(form: BaseForm) -> list[FieldProblem]:
    """Return every problem of a validated form in the order of its fields, those of nested forms and lists included."""
    whole = [FieldProblem("", str(message)) for message in getattr(form, "form_errors", [])]
    return [*whole, *(problem for field in form for problem in _problems_of(field))]


def labels_of(form: BaseForm) -> dict[str, str]:
    """Return name -> label of every field of a form."""
    return {field.name: str(field.label.text) for field in form}


def is_choice_list(field: Field) -> bool:
    """Say whether a field is drawn as a group of radio buttons or tick boxes instead of one control."""
    return isinstance(field, RadioField) or (
        isinstance(field, SelectMultipleField) and isinstance(field.widget, ListWidget)
    )


def _problems_of(field: Field) -> Iterator[FieldProblem]:
    if isinstance(field, FormField):
        yield from form_problems(field.form)
    elif isinstance(field, FieldList):
        for entry in field.entries:
            yield from _problems_of(entry)
        yield from (FieldProblem(field.id, str(text)) for text in field.errors if isinstance(text, str))
    else:
        target = f"{field.id}-0" if is_choice_list(field) else field.id
        yield from (FieldProblem(target, str(message)) for message in field.errors)
