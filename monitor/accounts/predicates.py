"""Facts about a person that the rules of permission_map.py are made of."""

from monitor.accounts.models import MONITORS, Role, User


def is_monitor(user: User, _subject: object) -> bool:
    """The person is a monitor in some body."""
    return bool(user.bodies_as(*MONITORS))


def is_coordinator(user: User, _subject: object) -> bool:
    """The person coordinates some body."""
    return user.has_role(Role.COORDINATOR)


def is_reviewer(user: User, _subject: object) -> bool:
    """The person reviews drafts of some body."""
    return user.has_role(Role.REVIEWER)


def is_outside(user: User, _subject: object) -> bool:
    """The person takes part in single visits as outside expert or interpreter."""
    return user.has_role(Role.OUTSIDE)


def is_data_protection_person(user: User, _subject: object) -> bool:
    """The person watches over data protection in the mechanism."""
    return user.has_role(Role.DATA_PROTECTION)


def is_administrator(user: User, _subject: object) -> bool:
    """The person looks after people and settings of the mechanism."""
    return user.has_role(Role.ADMINISTRATOR)


def is_anybody(_user: User, _subject: object) -> bool:
    """Everybody who is signed in."""
    return True
