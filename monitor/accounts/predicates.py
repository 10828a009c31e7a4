"""Facts about a person that the rules of permission_map.py are made of."""

from monitor.accounts.models import Role, User


def is_monitor(user: User, _subject: object) -> bool:
    """The person is a monitor in some body."""
    return user.has_role(Role.MONITOR)


def is_coordinator(user: User, _subject: object) -> bool:
    """The person coordinates some body."""
    return user.has_role(Role.COORDINATOR)


def is_administrator(user: User, _subject: object) -> bool:
    """The person looks after people and settings of the mechanism."""
    return user.has_role(Role.ADMINISTRATOR)


def is_anybody(_user: User, _subject: object) -> bool:
    """Everybody who is signed in."""
    return True
