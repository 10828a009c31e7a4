"""The words for kinds, states and blocks of letters, on screen and in print."""

from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from monitor.letters.models import Block, LetterKind, LetterState

KINDS: Final = {
    LetterKind.URGENT: _("Urgent letter"),
    LetterKind.PRELIMINARY: _("Preliminary observations"),
    LetterKind.TRANSMISSION_OF_DRAFT: _("Letter that goes with the draft report"),
    LetterKind.TRANSMISSION_OF_REPORT: _("Letter that goes with the final report"),
    LetterKind.REFUSAL: _("Letter about refused or obstructed access"),
}
SUBJECTS: Final = {
    LetterKind.URGENT: _("Urgent letter: action is needed at once"),
    LetterKind.PRELIMINARY: _("Preliminary observations after our visit"),
    LetterKind.TRANSMISSION_OF_DRAFT: _("Draft report, for correction of facts"),
    LetterKind.TRANSMISSION_OF_REPORT: _("Report on our visit, for your reply"),
    LetterKind.REFUSAL: _("Access refused or obstructed"),
}
"""The title of a letter in print."""
HINTS: Final = {
    LetterKind.URGENT: _("Risk to life, serious ill-treatment, unlawful detention, reprisals: at once."),
    LetterKind.PRELIMINARY: _("First impressions and what can be solved before the report comes."),
    LetterKind.TRANSMISSION_OF_DRAFT: _("Asks the authority to name wrong facts, by a day."),
    LetterKind.TRANSMISSION_OF_REPORT: _("Asks for a reply to each recommendation; the reply form goes with it."),
    LetterKind.REFUSAL: _("What happened, what the law asks, and that you will come again."),
}
"""When a letter of a kind is written, in one sentence."""
STATES: Final = {
    LetterState.DRAFT: lazy_pgettext("letter", "Draft"),
    LetterState.SENT: lazy_pgettext("letter", "Sent"),
}
STATE_TONES: Final = {LetterState.DRAFT: "active", LetterState.SENT: "done"}
BLOCKS: Final = {
    Block.OPENING: _("Salutation"),
    Block.MANDATE: _("Our mandate"),
    Block.PLACE: _("Place and date"),
    Block.THANKS: _("Thanks and access"),
    Block.PURPOSE: _("Why we send you this report"),
    Block.CORRECTIONS: _("Your comments on the draft"),
    Block.FACTS: _("The facts"),
    Block.WHY: _("Why it is urgent"),
    Block.IMPRESSIONS: _("Main impressions"),
    Block.GOOD: _("Good practice"),
    Block.NOW: _("What can be solved now"),
    Block.DUTY: _("What the law asks"),
    Block.ATTEMPT: _("The next attempt"),
    Block.ASKED: _("What we ask of you"),
    Block.TO_FOLLOW: _("Report to follow"),
    Block.QUESTIONS: _("Questions and documents"),
    Block.REPLY: _("Your reply"),
    Block.PUBLICATION: _("Publication"),
    Block.MEETING: _("Offer of a meeting"),
    Block.REMINDER: _("Protection of those who spoke with us"),
    Block.CONTACT: _("Contact"),
    Block.CLOSING: _("Closing words"),
}
"""The names of blocks in the form, and their headings in print."""
