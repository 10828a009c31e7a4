"""The words on screen for recommendations, replies and assessments."""

from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from monitor.recommendations.hints import Hint
from monitor.recommendations.models import (
    JUDGED,
    Evidence,
    Implementation,
    Kind,
    Position,
    Priority,
    Question,
    Reach,
    RootCause,
)
from monitor.recommendations.waiting import Wait

PRIORITIES: Final = {
    Priority.IMMEDIATE: _("Immediate: life, integrity or liberty at risk"),
    Priority.SHORT: _("Short-term: serious breach or missing safeguard"),
    Priority.MEDIUM: _("Medium: clear gap, change of practice or small cost"),
    Priority.LONG: _("Long-term: law, budget, building, national policy"),
}
SHORT_PRIORITIES: Final = {
    Priority.IMMEDIATE: _("Immediate"),
    Priority.SHORT: _("Short-term"),
    Priority.MEDIUM: _("Medium"),
    Priority.LONG: _("Long-term"),
}
KINDS: Final = {
    Kind.RECOMMENDATION: _("Recommendation"),
    Kind.INFORMATION: _("Request for information"),
    Kind.DUTY: _("Reminder of a legal duty"),
    Kind.SUGGESTION: _("Suggestion"),
}
ROOT_CAUSES: Final = {
    RootCause.LAW: _("Law"),
    RootCause.POLICY: _("Policy"),
    RootCause.RESOURCES: _("Money or staff"),
    RootCause.INFRASTRUCTURE: _("Buildings and equipment"),
    RootCause.TRAINING: _("Training"),
    RootCause.PRACTICE: _("Daily practice"),
    RootCause.CULTURE: _("Attitudes"),
}
REACHES: Final = {
    Reach.PLACE: _("This place"),
    Reach.TYPE: _("All places of this type"),
    Reach.NATIONAL: _("The whole country"),
}
QUESTIONS: Final = {
    Question.SPECIFIC: _("Specific: is it one action, asked of one addressee?"),
    Question.MEASURABLE: _("Measurable: can one see that it is done?"),
    Question.ACHIEVABLE: _("Achievable: can the addressee do it?"),
    Question.RESULTS: _("Aimed at results: does it say what should change?"),
    Question.TIMED: _("Timed: does it say by when?"),
    Question.SOLUTION: _("Helpful: does it show a way to solve the problem?"),
    Question.MINDFUL: _("Mindful: does it say what comes first, and can it do no harm?"),
    Question.ARGUED: _("Argued: does it rest on evidence and standards?"),
    Question.ROOT_CAUSE: _("At the root: does it treat the cause, not only the symptom?"),
    Question.TARGETED: _("Targeted: does it go to the body that can act?"),
}
HINTS: Final = {
    Hint.TWO_ACTIONS: _("A sentence seems to ask for two things: two recommendations are easier to follow up."),
    Hint.NO_ADDRESSEE: _("No addressee is named."),
    Hint.NO_DEADLINE: _("No date is set: it will be set by the priority when the final report is sent."),
    Hint.NO_ANSWER: _("It rests on no answer of the form."),
    Hint.NO_FINDING: _("No finding is written yet on the topics it rests on."),
}
POSITIONS: Final = {
    Position.AWAITING: _("No answer yet"),
    Position.ACCEPTED: lazy_pgettext("recommendation", "Accepted"),
    Position.ACCEPTED_IN_PART: _("Accepted in part"),
    Position.REJECTED: _("Rejected"),
    Position.INFORMATION_GIVEN: _("Answered without a position"),
}
ANSWERS: Final = [word for position, word in POSITIONS.items() if position is not Position.AWAITING]
"""What an authority can say of a recommendation."""
IMPLEMENTATIONS: Final = {
    Implementation.NOT_ASSESSED: _("Not assessed"),
    Implementation.NOT_STARTED: _("Not started"),
    Implementation.IN_PROGRESS: _("In progress"),
    Implementation.PARTLY: _("Partly implemented"),
    Implementation.REPORTED: _("Reported as implemented, not checked"),
    Implementation.VERIFIED: _("Implemented, verified"),
    Implementation.NOT_IMPLEMENTED: _("Not implemented"),
    Implementation.NO_LONGER_RELEVANT: _("No longer relevant"),
}
JUDGEMENTS: Final = {state: IMPLEMENTATIONS[state] for state in JUDGED}
EVIDENCE: Final = {
    Evidence.VISIT: _("Seen on a visit"),
    Evidence.DOCUMENT: _("Proved by a document"),
    Evidence.MEETING: _("Told at a meeting"),
    Evidence.THIRD_SOURCE: _("Heard from a third source"),
    Evidence.REPLY: _("Said in a reply"),
}
WAITS: Final = {
    Wait.OVERDUE: _("Replies overdue"),
    Wait.DUE: _("Replies due within 14 days"),
    Wait.STEP: _("Next steps due"),
}
