"""Facts about a person and a body's keys that the rules of permission_map.py are made of."""

from monitor.accounts.models import Body, Role, User
from monitor.vault import queries


def body_coordinated_by_user(user: User, body: Body) -> bool:
    """The person coordinates the body."""
    return user.has_role(Role.COORDINATOR, body.id)


def body_read_by_user(user: User, body: Body) -> bool:
    """The person is of the body and holds a key of one of its compartments."""
    return queries.reads_in(body.id, user)
