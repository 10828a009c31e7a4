"""The roles in words."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext, lazy_gettext, lazy_pgettext

from monitor.accounts.models import Body, Role, User

ROLES: Final = {
    Role.MONITOR: lazy_pgettext("role", "Monitor"),
    Role.HEALTH_MONITOR: lazy_gettext("Health monitor"),
    Role.COORDINATOR: lazy_gettext("Coordinator"),
    Role.REVIEWER: lazy_gettext("Reviewer"),
    Role.OUTSIDE: lazy_gettext("Outside expert or interpreter"),
    Role.DATA_PROTECTION: lazy_gettext("Data protection person"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
}


def roles_in_words(person: User, bodies: Sequence[Body]) -> list[str]:
    """Return a person's roles, each with its body where the mechanism has several."""
    held = [(ROLES[role], body.name) for body in bodies for role in Role if person.has_role(role, body.id)]
    if len(bodies) == 1:
        return [str(word) for word, _ in held]
    return [gettext("%(role)s in %(body)s", role=word, body=name) for word, name in held]
