"""Forms about other people: inviting them, and their roles in each body."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from monitor.accounts.forms.fields import LONGEST_ADDRESS, PageForm, add_error, line
from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.web.locale import available_languages

ROLES: Final = {
    Role.MONITOR: lazy_gettext("Monitor: fills the forms of visits"),
    Role.HEALTH_MONITOR: lazy_gettext("Health monitor: a monitor who can be given the key of medical notes"),
    Role.COORDINATOR: lazy_gettext("Coordinator: plans and reviews visits, keeps the places"),
    Role.REVIEWER: lazy_gettext("Reviewer: reads visits in review and comments on them, sees no protected answer"),
    Role.OUTSIDE: lazy_gettext(
        "Outside expert or interpreter: sees the visits whose team they are on, until these close"
    ),
    Role.DATA_PROTECTION: lazy_gettext("Data protection person: reads the log and the settings, sees no visit"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator: looks after people and settings, sees no visit"),
}


class RolesForm(PageForm):
    """Tick boxes of the roles, one group for each body; made for certain bodies by `invitation` and `roles_of`."""

    def chosen(self) -> list[tuple[UUID, Role]]:
        """Return the (body id, role) pairs that are ticked."""
        return [(UUID(hex=field.name[-32:]), Role(role)) for field in self.groups() for role in field.data]

    def groups(self) -> list[SelectMultipleField]:
        """Return the fields of the roles, in order of the bodies."""
        return [field for field in self if isinstance(field, SelectMultipleField)]

    def is_sound(self) -> bool:
        """Validate; a person without any role could sign in but do nothing."""
        if not self.is_sent_and_sound():
            return False
        if not self.chosen():
            add_error(self.groups()[0], lazy_gettext("Give at least one role."))
        return bool(self.chosen())


class PersonRolesForm(RolesForm):
    """The roles of a person there is, as of one version of them."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class InviteForm(RolesForm):
    """A new person."""

    email = line(lazy_gettext("E-mail"), missing=lazy_gettext("Enter the e-mail address."), most=LONGEST_ADDRESS)
    name = line(lazy_gettext("Name"), missing=lazy_gettext("Enter the name."))
    language = SelectField(lazy_gettext("Language of the pages"))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.language.choices = available_languages()


def invitation(mechanism: Mechanism, bodies: Sequence[Body]) -> InviteForm:
    """Return an empty form for a new person, with a group of tick boxes for each body."""
    form: InviteForm = type("InviteForm", (InviteForm,), _groups(bodies))(data={"language": mechanism.languages[0]})
    return form


def roles_of(person: User, bodies: Sequence[Body]) -> PersonRolesForm:
    """Return a form with a group of tick boxes for each body, ticked as the person's roles are."""
    held = {_field_name(body): [role.value for role in Role if person.has_role(role, body.id)] for body in bodies}
    form: PersonRolesForm = type("PersonRolesForm", (PersonRolesForm,), _groups(bodies))(
        data={"version": person.version, **held}
    )
    return form


def _groups(bodies: Sequence[Body]) -> dict[str, Any]:
    return {_field_name(body): _group(body) for body in bodies}


def _field_name(body: Body) -> str:
    return f"roles_{body.id.hex}"


def _group(body: Body) -> SelectMultipleField:
    return SelectMultipleField(
        lazy_gettext("Roles in %(body)s", body=body.name),
        choices=[SelectChoice(role.value, str(label)) for role, label in ROLES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
