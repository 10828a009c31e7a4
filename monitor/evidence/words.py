"""What the pages say about files."""

from typing import Final

from flask_babel import lazy_gettext as _

from monitor.evidence.models import FileState, Reach
from monitor.files.limits import Reason

STATES: Final = {
    FileState.UNCHECKED: _("Not checked yet"),
    FileState.CHECKED: _("For reports"),
    FileState.REFUSED: _("Not for reports"),
}
TONES: Final = {
    FileState.UNCHECKED: "waiting",
    FileState.CHECKED: "done",
    FileState.REFUSED: "stopped",
}
REACHES: Final = {
    Reach.INTERNAL: _("The internal report alone"),
    Reach.AUTHORITY: _("The internal report and that for the authority"),
    Reach.PUBLIC: _("All reports, the public one too"),
}
UNFIT: Final = {
    Reason.UNKNOWN_KIND: _("Only photos (JPEG, PNG, WebP) and PDF files are taken. Save it as one of these first."),
    Reason.UNREADABLE: _("This file is damaged, or it is not what its name says. Nothing was kept."),
    Reason.TOO_LARGE: _(
        "This file is too large: at most 16 MB, 24 million pixels, 500 pages. Make it smaller, or split it."
    ),
    Reason.MOVING: _("This picture moves. Send a single picture."),
    Reason.LOCKED: _("This PDF asks for a password. Save it without one first."),
    Reason.UNCLEANABLE: _(
        "This PDF holds parts that cannot be made safe. Print it into a new PDF, or photograph its pages."
    ),
}
EXTENSIONS: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
