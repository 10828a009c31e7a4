"""What the blocks of a letter say to begin with: sentences in the letter's language, and what the visit's report says.

Only the version for the authority is read: what it leaves out (notes, protected answers) is offered in no letter. What
an authority said of the draft, and our answers, are offered to that authority alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask_babel import gettext

from monitor.authorities.models import Authority
from monitor.letters.models import BLOCKS, Block, LetterKind
from monitor.letters.queries import next_attempt, sent_of, to_answer
from monitor.recommendations.models import Kind, Priority
from monitor.reports.collection import collect_visit_report
from monitor.reports.content import Line, Recommendation, Version, VisitReport
from monitor.reports.languages import spoken_language
from monitor.reports.placement import Part
from monitor.reports.rendering import speaking
from monitor.visits import corrections
from monitor.visits.labels import OUTCOMES
from monitor.visits.models import Announcement, Correction, CorrectionOutcome, Visit, VisitState
from monitor.visits.queries import steps
from monitor.web.filters import colon, comma, day, day_range, number

URGENT_ITEM: Final = "final-urgent"
HALTS: Final = ("refuse", "suspend")
"""Steps of a visit whose reason tells what kept the team from working."""
ANSWERED_WITHIN: Final = {
    LetterKind.URGENT: Priority.IMMEDIATE,
    LetterKind.REFUSAL: Priority.IMMEDIATE,
    LetterKind.PRELIMINARY: Priority.SHORT,
    LetterKind.TRANSMISSION_OF_DRAFT: Priority.SHORT,
    LetterKind.TRANSMISSION_OF_REPORT: Priority.MEDIUM,
}
"""The time to answer of which priority, in the settings of the mechanism, a letter gives."""


@dataclass(frozen=True)
class Frame:
    """What a letter is written with, apart from its blocks."""

    visit: Visit
    kind: LetterKind
    authority: Authority | None
    language: str
    dated: date
    reply_by: date | None


def language_for(visit: Visit, authority: Authority | None) -> str:
    """Return the language to write to an office in: its own, else that of the visit, else English."""
    return spoken_language((authority.language if authority else "") or visit.language)


def usual_reply_day(visit: Visit, kind: LetterKind, authority: Authority | None, dated: date) -> date:
    """Return the day by which a reply is usually asked for; the law of the addressee counts for the final report."""
    mechanism = visit.body.mechanism
    if kind is LetterKind.TRANSMISSION_OF_DRAFT and visit.comments_due_on:
        return visit.comments_due_on
    by_law = authority.days_to_answer if authority and kind is LetterKind.TRANSMISSION_OF_REPORT else None
    return dated + timedelta(days=by_law or int(mechanism.reply_days[ANSWERED_WITHIN[kind]]))


def prefill(frame: Frame) -> dict[str, str]:
    """Return block -> text for a letter, in its language; what there is nothing to say about is empty."""
    report = collect_visit_report(frame.visit, frame.language, Version.AUTHORITY)
    with speaking(frame.language):
        return {block.value: WRITERS[block](frame, report) for block in BLOCKS[frame.kind]}


def _opening(_frame: Frame, _report: VisitReport) -> str:
    return gettext("Dear Sir or Madam,")


def _mandate(_frame: Frame, report: VisitReport) -> str:
    said = gettext(
        "We are the national preventive mechanism under the Optional Protocol to the Convention against Torture "
        "(OPCAT). We visit every place where people are deprived of their liberty, and examine how they are treated "
        "(OPCAT, Articles 4 and 19)."
    )
    return "\n".join(filter(None, [said, report.letterhead.legal_basis]))


def _place(frame: Frame, report: VisitReport) -> str:
    name = comma().join(dict.fromkeys(filter(None, [report.place.name, report.place.city])))
    days = day_range(report.visit.started_on, report.visit.ended_on)
    if frame.visit.state is VisitState.PLANNED or not days:
        return name
    return gettext("%(place)s; our visit of %(days)s.", place=name, days=days)


def _thanks(_frame: Frame, report: VisitReport) -> str:
    days = day_range(report.visit.started_on, report.visit.ended_on)
    return gettext(
        "Our team visited %(place)s (%(days)s). We thank the management and the staff for their cooperation.",
        place=report.place.name, days=days,
    )  # fmt: skip


def _facts(frame: Frame, report: VisitReport) -> str:
    if frame.kind is LetterKind.REFUSAL:
        return next((step.reason for step in reversed(steps(frame.visit)) if step.step in HALTS), "")
    return _paragraphs(_urgent_facts(report) or _all_facts(report))


def is_of_all_findings(visit: Visit) -> bool:
    """Say whether an urgent letter would begin with every finding, since nothing is marked as urgent."""
    report = collect_visit_report(visit, None, Version.AUTHORITY)
    return not _urgent_facts(report) and bool(_all_facts(report))


def _urgent_facts(report: VisitReport) -> list[str]:
    """Return what the team called urgent: in the form, and by its marks on answers, with the findings about these."""
    said = [line.words for line in report.lines[Part.IMMEDIATE] if line.item == URGENT_ITEM]
    for topic in report.urgent_topics:
        found = topic.finding.found if topic.finding else ""
        said += [found] if found else [_answered(line, report) for line in topic.lines if line.urgent]
    return [text for text in said if text]


def _all_facts(report: VisitReport) -> list[str]:
    topics = (topic for theme in report.themes for topic in theme.topics)
    return [topic.finding.found for topic in topics if topic.finding and topic.finding.found]


def _answered(line: Line, report: VisitReport) -> str:
    """Return a question and its answer in one sentence."""
    codes = {**report.ratings, "yes": gettext("Yes"), "no": gettext("No")}
    if line.code:
        answer = str(codes[line.code])
    elif line.figure is not None:
        answer = f"{number(line.figure)} {line.unit}".strip()
    else:
        answer = line.words or comma().join(line.choices)
    return f"{line.question}{colon()}{answer}" if answer else str(line.question)


def _why(_frame: Frame, _report: VisitReport) -> str:
    return gettext(
        "People are at risk now, and waiting for our report would put them at further risk. The state answers for "
        "everybody whom it holds, and must prevent torture and ill-treatment at all times (Convention against "
        "Torture, Articles 2 and 16)."
    )


def _impressions(_frame: Frame, report: VisitReport) -> str:
    return report.visit.summary


def _good(_frame: Frame, report: VisitReport) -> str:
    return _paragraphs(line.words for line in report.lines[Part.GOOD_PRACTICES])


def _now(_frame: Frame, report: VisitReport) -> str:
    soon = (Priority.IMMEDIATE, Priority.SHORT)
    return _listed(one for one in _actions(report) if one.priority in soon)


def _asked(frame: Frame, report: VisitReport) -> str:
    if frame.kind is LetterKind.REFUSAL:
        return gettext(
            "We ask you to make sure that everybody who decides about access knows our mandate, and to tell us what "
            "you have done so that this does not happen again."
        )
    return _listed(one for one in _actions(report) if one.priority == Priority.IMMEDIATE)


def _duty(_frame: Frame, _report: VisitReport) -> str:
    return gettext(
        "The state has to let us visit every place of detention, announced or not, and to give us access to all parts "
        "of it, to all information about the people held and their treatment, and to private interviews with persons "
        "of our choice (OPCAT, Articles 4 and 20). No permission is needed for a visit."
    )


def _attempt(frame: Frame, _report: VisitReport) -> str:
    planned = next_attempt(frame.visit)
    if planned and planned.started_on and planned.announcement is Announcement.ANNOUNCED:
        return gettext("We will come again on %(day)s.", day=day(planned.started_on))
    return gettext("We will come again soon, at a time of our choice and without further notice.")


def _to_follow(_frame: Frame, _report: VisitReport) -> str:
    return gettext("These observations are preliminary. Our report with all findings and recommendations will follow.")


def _questions(_frame: Frame, report: VisitReport) -> str:
    return _listed(one for one in report.all_recommendations if one.kind == Kind.INFORMATION)


def _purpose(frame: Frame, report: VisitReport) -> str:
    place, days = report.place.name, day_range(report.visit.started_on, report.visit.ended_on)
    if frame.kind is LetterKind.TRANSMISSION_OF_DRAFT:
        return gettext(
            "With this letter goes the draft of our report on the visit to %(place)s (%(days)s). Please tell us which "
            "facts in it are wrong, with the passage and what is right. Findings and recommendations are ours alone. "
            "The draft is confidential.",
            place=place, days=days,
        )  # fmt: skip
    return gettext(
        "With this letter goes our report on the visit to %(place)s (%(days)s). Please tell us for each recommendation "
        "whether you accept it, what you will do, and by when. The reply form at the end of this letter may help.",
        place=place, days=days,
    )  # fmt: skip


def _corrections(frame: Frame, _report: VisitReport) -> str:
    """Return each correction that was answered: the passage, what the authority said, what we did with it and why.

    Only to who was sent the draft, and where that was one office: what another says of it is not theirs to read.
    """
    answered = answered_corrections(frame.visit)
    asked = {letter.authority_id for letter in sent_of(frame.visit) if letter.kind is LetterKind.TRANSMISSION_OF_DRAFT}
    if not answered or frame.authority is None or asked != {frame.authority.id}:
        return ""
    said = gettext("We thank you for your comments on the draft. Our answer to each fact that you called wrong:")
    return _paragraphs([said, *(_answered_correction(place, row) for place, row in enumerate(answered, start=1))])


def answered_corrections(visit: Visit) -> list[Correction]:
    """Return the corrections of a visit that the mechanism has answered."""
    return [row for row in corrections.of_visit(visit) if row.outcome is not CorrectionOutcome.OPEN]


def _answered_correction(place: int, row: Correction) -> str:
    outcome = gettext("Our answer: %(outcome)s.", outcome=OUTCOMES[row.outcome])
    lines = [f"{place}. {row.passage}", gettext("You wrote: %(asked)s", asked=row.asked), outcome, row.answer]
    return "\n".join(filter(None, lines))


def _reply(frame: Frame, _report: VisitReport) -> str:
    names_days = frame.kind is LetterKind.TRANSMISSION_OF_REPORT and bool(to_answer(frame.visit, frame.authority))
    if frame.reply_by is None:
        return gettext("Please answer each recommendation by the day that the reply form names.") if names_days else ""
    if names_days:
        return gettext(
            "Please answer in writing by %(day)s. Where the reply form names another day for a recommendation, that "
            "day counts.",
            day=day(frame.reply_by),
        )
    return gettext("Please answer in writing by %(day)s.", day=day(frame.reply_by))


def _publication(_frame: Frame, _report: VisitReport) -> str:
    return gettext(
        "We intend to publish the report without any personal data, together with your reply. Please tell us what in "
        "your reply is not meant for publication."
    )


def _meeting(_frame: Frame, _report: VisitReport) -> str:
    return gettext(
        "We are ready to meet you to speak about how the recommendations can be carried out (OPCAT, Article 22)."
    )


def _reminder(_frame: Frame, _report: VisitReport) -> str:
    return gettext(
        "Nobody may be punished or harmed in any way for having given us information, whether it was true or false "
        "(OPCAT, Article 21(1)). Please see to it that nobody at the place is asked who spoke with us."
    )


def _contact(_frame: Frame, report: VisitReport) -> str:
    return _paragraphs([gettext("Please write to:"), report.letterhead.address]) if report.letterhead.address else ""


def _closing(_frame: Frame, _report: VisitReport) -> str:
    return gettext("Yours faithfully,")


def _actions(report: VisitReport) -> Iterable[Recommendation]:
    """Return what asks for an action; requests for information stand by themselves."""
    return (one for one in report.all_recommendations if one.kind != Kind.INFORMATION)


def _listed(rows: Iterable[Recommendation]) -> str:
    return _paragraphs(f"{place}. {one.text}" for place, one in enumerate(rows, start=1))


def _paragraphs(texts: Iterable[str]) -> str:
    return "\n\n".join(text.strip() for text in texts if text.strip())


WRITERS: Final[dict[Block, Callable[[Frame, VisitReport], str]]] = {
    Block.OPENING: _opening,
    Block.MANDATE: _mandate,
    Block.PLACE: _place,
    Block.THANKS: _thanks,
    Block.PURPOSE: _purpose,
    Block.CORRECTIONS: _corrections,
    Block.FACTS: _facts,
    Block.WHY: _why,
    Block.IMPRESSIONS: _impressions,
    Block.GOOD: _good,
    Block.NOW: _now,
    Block.DUTY: _duty,
    Block.ATTEMPT: _attempt,
    Block.ASKED: _asked,
    Block.TO_FOLLOW: _to_follow,
    Block.QUESTIONS: _questions,
    Block.REPLY: _reply,
    Block.PUBLICATION: _publication,
    Block.MEETING: _meeting,
    Block.REMINDER: _reminder,
    Block.CONTACT: _contact,
    Block.CLOSING: _closing,
}
"""Who writes which block."""
STANDING: Final = frozenset({
    Block.OPENING, Block.MANDATE, Block.WHY, Block.DUTY, Block.REPLY, Block.PUBLICATION, Block.MEETING, Block.REMINDER,
    Block.CONTACT, Block.CLOSING, Block.TO_FOLLOW,
})  # fmt: skip
"""Blocks that say nothing of the visit while they stand as they were offered."""
