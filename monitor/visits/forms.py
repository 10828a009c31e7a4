"""The forms of a visit's pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from monitor.accounts.forms.fields import PageForm
from monitor.guide.plain_text import check_comment
from monitor.guide.problems import UnfitAnswer
from monitor.visits import labels
from monitor.visits.models import INTERVIEW_FIGURES, LONGEST_LABEL, POPULATION_FIGURES, CorrectionOutcome
from monitor.web.forms import TickBoxes, choices

LARGEST_FIGURE = 1_000_000
EARLIEST_YEAR = 1990
"""Twelve years before OPCAT: older plans are slips of the keyboard."""
YEARS_AHEAD = 5


def plain_text(_form: Form, field: Any) -> None:
    """Refuse control characters and texts over the cap; the text stays in the field with its count."""
    try:
        field.data = check_comment(field.data or "")
    except UnfitAnswer as problem:
        if problem.code == "text_too_long":
            count, cap = problem.params["length"], problem.params["cap"]
            raise ValidationError(
                _("This text has %(count)s characters, %(cap)s fit. Nothing was cut.", count=count, cap=cap)
            ) from problem
        raise ValidationError(_("This text holds characters that cannot be stored.")) from problem


def likely_year(_form: Form, field: DateField) -> None:
    """Refuse a day of a year that cannot be meant. A day that stood there may stay: imported visits may be older."""
    latest = datetime.now(get_timezone()).year + YEARS_AHEAD
    if field.data and field.data != field.object_data and not EARLIEST_YEAR <= field.data.year <= latest:
        years = {"earliest": str(EARLIEST_YEAR), "latest": str(latest)}
        raise ValidationError(_("Check the year: it can lie from %(earliest)s to %(latest)s.", **years))


class FilterForm(FlaskForm):
    """The filters above the list of visits; wrong values ask for nothing."""

    class Meta(FlaskForm.Meta):
        """It only reads, so it needs no token; its messages are translated like those of other forms."""

        csrf = False

    q = StringField(_("Place or reference"), [Length(max=200)])
    state = SelectField(_("State"), choices=choices(labels.STATES, _("All")), validate_choice=False)
    kind = SelectField(_("Kind"), choices=choices(labels.KINDS, _("All")), validate_choice=False)
    since = DateField(_("From"), [Optional()])
    until = DateField(_("To"), [Optional()])
    own = BooleanField(_("Only mine"))


class PlanForm(FlaskForm):
    """What is decided before a visit."""

    base = HiddenField()
    kind = SelectField(_("Kind of visit"), [InputRequired(_("Choose a kind."))], choices=choices(labels.KINDS))
    announcement = SelectField(_("Announced?"), [InputRequired()], choices=choices(labels.ANNOUNCEMENTS))
    started_on = DateField(_("First day"), [Optional(), likely_year])
    ended_on = DateField(_("Last day"), [Optional(), likely_year])
    language = SelectField(_("Language of the texts and the report"))
    body = SelectField(_("Body"))
    form = RadioField(_("Form"), choices=choices(labels.FORMS))
    unit_types = TickBoxes(_("Units to visit besides the main type"))
    topics = TickBoxes(_("Chosen topics"))
    extra_topics = TickBoxes(_("Single topics to add, whatever the type of place"))

    def validate_ended_on(self, field: DateField) -> None:
        """Refuse a last day before the first, or without one."""
        if field.data and not self.started_on.data and not self.started_on.errors:
            raise ValidationError(_("Give the first day too."))
        if field.data and self.started_on.data and field.data < self.started_on.data:
            raise ValidationError(_("The last day lies before the first."))

    def validate_topics(self, field: TickBoxes) -> None:
        """Ask for topics where only chosen ones are wanted."""
        if self.form.data == "topics" and not field.data:
            raise ValidationError(_("Choose at least one topic, or another form."))


class TeamForm(FlaskForm):
    """The team; the fields per person and section are added by `team_form`."""

    base = HiddenField()
    outside: int = 0
    """How many lines there are for people without account."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for both name and role where a line holds one of them."""
        is_sound: bool = super().validate(extra_validators)
        for number in range(self.outside):
            label, role = self[f"label-{number}"], self[f"outside-{number}"]
            if label.data and not role.data:
                role.errors = [*role.errors, _("Choose a role for this person.")]
            elif role.data and not label.data:
                label.errors = [*label.errors, _("Write the name of this person, or what is known of them.")]
            is_sound = is_sound and not (label.errors or role.errors)
        return is_sound


def team_form(
    people: Sequence[tuple[str, str]],
    members: Sequence[tuple[str, str]],
    sections: Sequence[tuple[str, str]],
    outside: int,
) -> type[TeamForm]:
    """Return a form with a role for each of `people`, and for each of `sections` tick boxes of `members`, the team.

    All three are (id, name); `outside` is the number of lines for people without account.
    """
    roles = choices(labels.TEAM_ROLES, _("Not on the team"))
    # empty by default: a page from before somebody joined has no field for them
    fields: dict[str, Any] = {f"role-{id_}": SelectField(name, choices=roles, default="") for id_, name in people}
    for number in range(outside):
        fields[f"label-{number}"] = StringField(_("Person without account"), [Length(max=LONGEST_LABEL), plain_text])
        fields[f"outside-{number}"] = SelectField(_("Role"), choices=roles, default="")
    for id_, name in sections:
        fields[f"section-{id_}"] = TickBoxes(name, choices=dict(members))
    return type("FilledTeamForm", (TeamForm,), {"outside": outside, **fields})


class ReasonForm(FlaskForm):
    """A step that needs a reason."""

    reason = TextAreaField(_("Reason"), [InputRequired(_("Write the reason.")), plain_text])


class ReturnForm(FlaskForm):
    """What the team should look at again; a field per topic is added by `return_form`."""

    reason = TextAreaField(_("In general"), [Optional(), plain_text])


def return_form(topics: Sequence[tuple[str, str]]) -> type[ReturnForm]:
    """Return a form with a comment for each (id, name) of `topics`."""
    fields = {f"topic-{id_}": TextAreaField(name, [Optional(), plain_text]) for id_, name in topics}
    return type("FilledReturnForm", (ReturnForm,), fields)


class CommentForm(FlaskForm):
    """One comment on one topic of a visit in review."""

    text = TextAreaField(_("Comment"), [InputRequired(_("Write the comment.")), plain_text])


class FindingForm(FlaskForm):
    """The report text of one topic."""

    base_version = HiddenField()
    found = TextAreaField(_("What we found"), [plain_text])
    why = TextAreaField(_("Why it happens"), [plain_text])


class TextsForm(FlaskForm):
    """Purpose and summary."""

    base_version = HiddenField()
    purpose = TextAreaField(_("Purpose of the visit"), [plain_text])
    summary = TextAreaField(_("Summary"), [plain_text])


class CorrectionForm(PageForm):
    """What an authority calls wrong in one passage of a draft."""

    received_on = DateField(_("Received on"), [InputRequired(_("Give the day on which it was received."))])
    passage = TextAreaField(
        _("Passage of the draft"), [InputRequired(_("Quote the passage, or name its page and paragraph.")), plain_text]
    )
    asked = TextAreaField(
        _("What the authority says instead"), [InputRequired(_("Write what the authority says.")), plain_text]
    )


class AnswerForm(PageForm):
    """What the mechanism did with a correction."""

    base = HiddenField()
    outcome = RadioField(
        _("What the mechanism does"), [InputRequired(_("Choose what the mechanism does."))],
        choices=choices({key: word for key, word in labels.OUTCOMES.items() if key is not CorrectionOutcome.OPEN}),
    )  # fmt: skip
    answer = TextAreaField(_("Answer to the authority"), [plain_text])


def _figure(name: str) -> IntegerField:
    """Return the field of one figure: a whole number from 0, or empty to follow the answers."""
    return IntegerField(labels.FIGURES[name], [Optional(), NumberRange(0, LARGEST_FIGURE)])


FiguresForm: type[FlaskForm] = type(
    "FiguresForm",
    (FlaskForm,),
    {"base": HiddenField()} | {name: _figure(name) for name in (*POPULATION_FIGURES, *INTERVIEW_FIGURES)},
)
"""Population and interview figures; an empty one follows the answers."""
