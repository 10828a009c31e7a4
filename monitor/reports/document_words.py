"""The words for documents: what each is, how far it is, why it was not made."""

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from monitor.reports.models import Document, DocumentKind, DocumentState, Problem
from monitor.reports.release_words import VERSION_TITLES

STATES: Final = {
    DocumentState.QUEUED: _("Waiting"),
    DocumentState.RUNNING: _("Being made"),
    DocumentState.DONE: _("Ready"),
    DocumentState.FAILED: _("Not made"),
}
STATE_TONES: Final = {
    DocumentState.QUEUED: "waiting",
    DocumentState.RUNNING: "active",
    DocumentState.DONE: "done",
    DocumentState.FAILED: "stopped",
}
KIND_TITLES: Final = {
    DocumentKind.BLANK_FORM: _("Empty form"),
    DocumentKind.PRINTED_FORM: _("Form on paper"),
    DocumentKind.FOLLOW_UP: _("Follow-up table"),
    DocumentKind.LETTER: _("Letter"),
    DocumentKind.BUNDLE: _("Everything about the visit, in one file"),
}
"""What documents are called that are made in one version alone."""
PROBLEMS: Final = {
    Problem.TOO_LARGE: _(
        "The report takes more time or memory than a document may. Nothing was cut and nothing is lost: "
        "shorten the longest topics, or write findings for them, and ask again."
    ),
    Problem.FAULT: _(
        "The document could not be made. Nothing is lost. Ask again; if it fails again, tell your administrator."
    ),
    Problem.NOT_RELEASED: _(
        "Since the release check the content has changed, or something was written about the interviews. "
        "Nothing was made: check again."
    ),
}
EXCHANGED: Final = _(
    "The stored file is not the one that was made: somebody exchanged it in the database. It is not handed over. "
    "Tell the head of the mechanism. A report can be asked for once more."
)


def title_of(document: Document) -> LazyString:
    """Return what a document is, and for whom."""
    return KIND_TITLES.get(document.kind) or VERSION_TITLES[document.audience]


def problem_of(document: Document) -> LazyString:
    """Return why a document could not be made, and what to do."""
    if document.kind is DocumentKind.FOLLOW_UP and document.problem is Problem.TOO_LARGE:
        return _(
            "The table is too long for one document. Nothing is lost: print it place by place, or read it on screen."
        )
    return PROBLEMS[document.problem or Problem.FAULT]
