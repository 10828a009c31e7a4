"""Opening the sealed answers that a page is about to show; what was opened is audited as read."""

from collections.abc import Iterable

from monitor.answers.models import Answer, AnswerChange
from monitor.answers.sealing import sealed, show
from monitor.vault.reading import read
from monitor.visits.models import Visit


def open_answers(visit: Visit, rows: Iterable[Answer | AnswerChange]) -> None:
    """Let the sealed ones among these rows say what they hold, as far as the person signed in can open them."""
    closed = [row for row in rows if row.is_closed]
    if closed:
        show(closed, read(sealed(closed), subject_id=visit.id))
