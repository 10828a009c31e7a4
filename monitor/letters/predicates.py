"""Facts about a person and a letter: those of its visit."""

from monitor.accounts.models import User
from monitor.interviews import predicates as interviews
from monitor.letters.models import Letter
from monitor.visits import predicates as visits


def letter_of_coordinated_body(user: User, letter: Letter) -> bool:
    """The person coordinates the body of the letter's visit."""
    return visits.visit_in_coordinated_body(user, letter.visit)


def letter_of_led_visit(user: User, letter: Letter) -> bool:
    """The person leads the letter's visit."""
    return visits.visit_led_by_user(user, letter.visit)


def letter_of_body_read_by_user(user: User, letter: Letter) -> bool:
    """The person can read confidential records of the body of the letter's visit."""
    return interviews.visit_of_body_read_by_user(user, letter.visit)
