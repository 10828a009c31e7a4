"""Facts about a person and a file that the rules of permission_map.py are made of."""

from monitor.accounts.models import INSIDE, Role, User
from monitor.evidence.models import FileState, StoredFile
from monitor.vault import queries as vault
from monitor.visits.predicates import (
    visit_approved_in_own_body,
    visit_in_coordinated_body,
    visit_on_own_team,
    visit_reviewed_by_user,
)

READ_A_VISIT = (visit_on_own_team, visit_in_coordinated_body, visit_approved_in_own_body, visit_reviewed_by_user)


def file_on_own_team(user: User, file: StoredFile) -> bool:
    """The person is on the team of the file's visit."""
    return file.visit is not None and visit_on_own_team(user, file.visit)


def file_in_coordinated_body(user: User, file: StoredFile) -> bool:
    """The person coordinates the body of the file."""
    return user.has_role(Role.COORDINATOR, file.body_id)


def file_of_body_read_by_user(user: User, file: StoredFile) -> bool:
    """The person holds a key of the confidential records of the body."""
    return vault.reads_in(file.body_id, user)


def file_of_readable_subject(user: User, file: StoredFile) -> bool:
    """The person may read the file's visit; of a file of a place: belongs to the body that added it."""
    if file.visit is None:
        return file.body_id in user.bodies_as(*INSIDE)
    return any(fact(user, file.visit) for fact in READ_A_VISIT)


def file_is_checked(_user: User, file: StoredFile) -> bool:
    """Somebody checked the file, and a copy for reports was made."""
    return file.state is FileState.CHECKED


def file_is_unchecked(_user: User, file: StoredFile) -> bool:
    """Nobody has checked the file yet."""
    return file.state is FileState.UNCHECKED


def file_added_by_user(user: User, file: StoredFile) -> bool:
    """The person added the file and is still on the team, or in the body where it belongs to a place."""
    is_still_there = file.body_id in user.bodies_as(*INSIDE) if file.visit is None else file_on_own_team(user, file)
    return file.added_by_id == user.id and is_still_there
