"""What is said about each kind of refusal and failure: what happened, what was kept, what to do."""

import errno
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask_babel import LazyString, lazy_gettext
from sqlalchemy.exc import OperationalError


@dataclass(frozen=True)
class Failure:
    """One kind of error answer."""

    code: str
    """Its short name in JSON answers and in the log."""
    title: LazyString
    what: LazyString
    """What happened and what was kept; `%(limit)s` and `%(reference)s` are filled in."""
    on_page: LazyString | None = None
    """What to do, for a person who sees the error as a page."""
    in_place: LazyString | None = None
    """What to do, for a person whose page stayed open because a script sent the request."""


TRY_AGAIN_ON_PAGE: Final = lazy_gettext(
    "Wait a moment, then reload this page: your browser offers to send what you typed again."
)
TRY_AGAIN_IN_PLACE: Final = lazy_gettext("What you typed is still on this page. Try again in a moment.")
STILL_HERE: Final = lazy_gettext("What you typed is still on this page.")

NOT_UNDERSTOOD: Final = Failure(
    "not_understood",
    lazy_gettext("This request could not be read"),
    lazy_gettext("Nothing was saved."),
    lazy_gettext("Go back and try again. If it happens again, tell your administrator what you were doing."),
    STILL_HERE,
)
PAGE_TOO_OLD: Final = Failure(
    "page_too_old",
    lazy_gettext("This page was open for a long time"),
    lazy_gettext("Nothing was saved, because you were signed out or signed in again since the page was opened."),
    lazy_gettext("Go back, copy what you typed, reload the page and send it again."),
    STILL_HERE,
)
SIGNED_OUT: Final = Failure(
    "signed_out",
    lazy_gettext("Please sign in"),
    lazy_gettext("You are not signed in, or your session has ended. Nothing was saved."),
    None,
    STILL_HERE,
)
NOT_ALLOWED: Final = Failure(
    "not_allowed",
    lazy_gettext("You may not do this"),
    lazy_gettext("Your role does not allow it, or the visit has moved on to another step. Nothing was changed."),
    lazy_gettext("If you need it for your work, ask your coordinator or administrator."),
)
NOT_FOUND: Final = Failure(
    "not_found",
    lazy_gettext("There is no such page"),
    lazy_gettext("The address may be mistyped, or it belongs to something that is not open to you."),
)
WRONG_METHOD: Final = Failure(
    "wrong_method",
    lazy_gettext("This page cannot be opened like that"),
    lazy_gettext("The address belongs to a button, not to a page. Nothing was changed."),
)
CHANGED_MEANWHILE: Final = Failure(
    "changed_meanwhile",
    lazy_gettext("Somebody changed this at the same time"),
    lazy_gettext("To keep their work, yours was not saved."),
    lazy_gettext("Go back, copy what you typed, reload the page and put it in again."),
    lazy_gettext(
        "What you typed is still on this page. Open it again in a second tab, compare, and put yours in there."
    ),
)
TOO_LARGE: Final = Failure(
    "too_large",
    lazy_gettext("That is too much at once"),
    lazy_gettext("The limit here is %(limit)s. Nothing was saved."),
    lazy_gettext("Go back and send a smaller file, or the text in parts."),
    lazy_gettext("What you typed is still on this page. Send a smaller file, or the text in parts."),
)
LOCKED: Final = Failure(
    "locked",
    lazy_gettext("Your session is locked"),
    lazy_gettext("It locks by itself after a while without use. Nothing was saved."),
    lazy_gettext("Unlock it in another tab, then reload this page: your browser offers to send what you typed again."),
    lazy_gettext("What you typed is still on this page. Enter your password to go on."),
)
STEP_UP: Final = Failure(
    "step_up",
    lazy_gettext("Please enter your password once more"),
    lazy_gettext("This step asks for it when it was not given in the last ten minutes. Nothing was changed."),
    lazy_gettext("Open the page in a browser, enter your password, and do it again."),
    STILL_HERE,
)
TOO_OFTEN: Final = Failure(
    "too_often",
    lazy_gettext("Too many tries"),
    lazy_gettext("To keep out people who guess, this has to wait for a while."),
    lazy_gettext("Try again in a few minutes."),
    lazy_gettext("Try again in a few minutes."),
)
FAULT: Final = Failure(
    "fault",
    lazy_gettext("Something went wrong on our side"),
    lazy_gettext("Nothing of this step was saved; what was saved before is safe. The reference is %(reference)s."),
    lazy_gettext("Go back and try again. If it happens again, tell your administrator the reference."),
    lazy_gettext("What you typed is still on this page. If it happens again, tell your administrator the reference."),
)
BUSY: Final = Failure(
    "busy",
    lazy_gettext("The records are busy"),
    lazy_gettext("Somebody else is writing a lot just now. Nothing was saved yet."),
    TRY_AGAIN_ON_PAGE,
    TRY_AGAIN_IN_PLACE,
)
DISK_FULL: Final = Failure(
    "disk_full",
    lazy_gettext("The disk is full"),
    lazy_gettext("Nothing was saved, and nothing that was saved before is lost. Your administrator has to make room."),
    lazy_gettext("After that, reload this page: your browser offers to send what you typed again."),
    lazy_gettext("What you typed is still on this page: keep it open, and try again after that."),
)
UNAVAILABLE: Final = Failure(
    "unavailable",
    lazy_gettext("Not available just now"),
    lazy_gettext("Nothing was saved yet."),
    TRY_AGAIN_ON_PAGE,
    TRY_AGAIN_IN_PLACE,
)

BY_STATUS: Final = {
    400: NOT_UNDERSTOOD,
    401: SIGNED_OUT,
    403: NOT_ALLOWED,
    404: NOT_FOUND,
    405: WRONG_METHOD,
    409: CHANGED_MEANWHILE,
    413: TOO_LARGE,
    423: LOCKED,
    428: STEP_UP,
    429: TOO_OFTEN,
    500: FAULT,
    503: UNAVAILABLE,
}

DATABASE_FAILURES: Final = {"database is locked": BUSY, "disk is full": DISK_FULL}
"""Words of the SQLite library -> what is said."""
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def failure_of(status: int) -> Failure:
    """Return what is said about an HTTP status from 400 up, in general words for one that has none of its own."""
    return BY_STATUS.get(status, NOT_UNDERSTOOD if status < HTTPStatus.INTERNAL_SERVER_ERROR else FAULT)


def passing_failure_of(error: OperationalError | OSError) -> Failure | None:
    """Return what is said about a locked database or a full disk, None for anything else."""
    if isinstance(error, OSError):
        return DISK_FULL if error.errno in NO_ROOM else None
    return next((said for words, said in DATABASE_FAILURES.items() if words in str(error.orig)), None)
