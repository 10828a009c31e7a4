"""The form of a recommendation."""

from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from monitor.authorities.models import LONGEST_NAME
from monitor.authorities.queries import named
from monitor.recommendations.labels import KINDS, PRIORITIES, QUESTIONS, REACHES, ROOT_CAUSES
from monitor.recommendations.models import Kind, Priority, Question, Reach, Recommendation, RootCause
from monitor.recommendations.operations import Draft
from monitor.visits.forms import plain_text
from monitor.web.forms import TickBoxes, choices


class RecommendationForm(FlaskForm):
    """One recommendation; items are ids, standards are `instrument|provision`, `repeated_from` and `owner` ids."""

    base_version = HiddenField()
    kind = RadioField(_("Kind"), choices=choices(KINDS), default=Kind.RECOMMENDATION)
    text = TextAreaField(_("Recommendation"), [InputRequired(_("Write the recommendation.")), plain_text])
    addressee = StringField(_("Addressee"), [Length(max=LONGEST_NAME, message=_("This name is too long.")), plain_text])
    priority = RadioField(_("Priority"), [InputRequired(_("Choose a priority."))], choices=choices(PRIORITIES))
    due_on = DateField(_("To be done by"), [Optional()])
    findings = TickBoxes(_("Based on these findings"))
    """Ids of topics; each stands for answers, which are what is kept."""
    items = TickBoxes(_("Based on these answers"))
    standards = TickBoxes(_("Standards"))
    root_cause = SelectField(_("Why it happens"), choices=choices(ROOT_CAUSES, _("Not said")), default="")
    reach = RadioField(_("How far it reaches"), choices=choices(REACHES), default=Reach.PLACE)
    repeated_from = SelectField(_("Repeats"), default="")
    owner = SelectField(_("Who follows it up"), default="")
    public_text = TextAreaField(_("Text for the public version, where it differs"), [plain_text])
    suits_fund = BooleanField(_("Suitable for the Special Fund (OPCAT Article 26)"))
    questions = TickBoxes(_("Ten questions of a good recommendation"), choices=choices(QUESTIONS))

    def validate_addressee(self, field: StringField) -> None:
        """Refuse a partner: it is written to, and has no duty to act."""
        office = named(g.mechanism.id, (field.data or "").strip())
        if office is not None and office.is_partner:
            raise ValidationError(
                gettext("%(name)s is a partner, without a duty to act. Name the authority that can.", name=office.name)
            )

    def draft(self, repeatable: dict[str, Recommendation], owners: dict[str, Any]) -> Draft:
        """Return what was typed; the arguments give the recommendations and people behind the ids."""
        due: date | None = self.due_on.data
        owner = owners.get(self.owner.data)
        pairs = (value.split("|", maxsplit=1) for value in self.standards.data)
        return Draft(
            text=self.text.data,
            addressee=self.addressee.data,
            priority=Priority(self.priority.data),
            due_on=due,
            items=self.items.data,
            standards=[{"instrument": instrument, "provision": provision} for instrument, provision in pairs],
            kind=Kind(self.kind.data),
            public_text=self.public_text.data or "",
            root_cause=RootCause(self.root_cause.data) if self.root_cause.data else None,
            reach=Reach(self.reach.data),
            questions=[Question(value) for value in self.questions.data],
            suits_fund=self.suits_fund.data,
            repeated_from=repeatable.get(self.repeated_from.data),
            owner_id=owner.id if owner else None,
        )


def standard_key(standard: Any) -> str:
    """Return the value that stands for a citation in the form."""
    return f"{standard['instrument']}|{standard['provision']}"
