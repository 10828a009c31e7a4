"""Leads visits of the training mechanism on after their approval, with replies, corrections and checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitor.accounts.models import User
from monitor.recommendations import following_up, queries, sending
from monitor.recommendations.following_up import Judgement, ReplyDraft
from monitor.recommendations.models import Evidence, Implementation, Position
from monitor.visits import corrections
from monitor.visits import operations as visits
from monitor.visits.models import CorrectionOutcome, Visit

Data = Mapping[str, Any]
SENT_AFTER: Final = timedelta(days=28)
"""From the last day on site to the day on which the report is sent."""
LEFT_BEFORE: Final = "It left on paper, before Monitor was in use."
WAYS: Final = {
    "sent_draft": (),
    "sent_final": (),
    "published": ("publish",),
    "follow_up": ("follow_up",),
    "closed": ("close",),
}
"""State to reach -> the steps from the final report on."""


def lead_on(data: Mapping[str, Data], found: Mapping[str, Visit], by: Mapping[str, User], now: datetime) -> None:
    """Lead each visit named in `data` on; `found` has all visits by name, `by` who coordinates each."""
    for name, one in data.items():
        visit = found[name]
        after = _Afterwards(visit, by[name], ZoneInfo(visit.body.mechanism.time_zone), now.date())
        if one["state"] == "sent_draft":
            after.send_draft(one)
        else:
            after.send_final(WAYS[one["state"]])
            after.follow_up(one, found)


@dataclass(frozen=True)
class _Afterwards:
    """What a coordinator does with one visit after its approval."""

    visit: Visit
    by: User
    zone: ZoneInfo
    today: date

    def day(self, days: int) -> date:
        """Return the day this long after the sending."""
        return (self.visit.ended_on or self.today) + SENT_AFTER + timedelta(days=days)

    def noon(self, day: date) -> datetime:
        return datetime.combine(day, time(12), self.zone)

    def send_draft(self, data: Data) -> None:
        """Send the draft; record and answer what the authority calls wrong in it."""
        sent, due = self.day(0), self.day(data["comments_within"])
        at = self.noon(sent)
        sending.send_draft(
            self.visit, on=sent, comments_due_on=due, otherwise=LEFT_BEFORE, today=self.today, by=self.by, at=at
        )
        for one in data["corrections"]:
            row = corrections.receive(
                self.visit, one["passage"], one["asked"], received_on=due, by=self.by, at=self.noon(due)
            )
            if one["outcome"] != CorrectionOutcome.OPEN:
                outcome = CorrectionOutcome(one["outcome"])
                corrections.answer(row, outcome, one["answer"], by=self.by, at=self.noon(due))

    def send_final(self, steps: Sequence[str]) -> None:
        """Send the final report, then take these steps."""
        sent = self.day(0)
        at = self.noon(sent)
        sending.send_final(
            self.visit, on=sent, keeps_passed=True, otherwise=LEFT_BEFORE, today=self.today, by=self.by, at=at
        )
        for step in steps:
            if step == "publish":
                sending.publish(self.visit, otherwise=LEFT_BEFORE, by=self.by, at=at)
            else:
                visits.move_on(self.visit, step, by=self.by, at=at)

    def follow_up(self, data: Data, found: Mapping[str, Visit]) -> None:
        """Record what the authorities answered and what was found out."""
        rows = {row.number: row for row in queries.of_visit(self.visit)}
        for one in data["replies"]:
            day = self.day(one["after"])
            draft = ReplyDraft(day, Position(one["position"]), one["text"], one["claims_done"])
            following_up.record_reply(rows[one["number"]], draft, today=self.today, by=self.by, at=self.noon(day))
        for one in data["assessments"]:
            day = self.day(one["after"])
            judged = Judgement(
                Implementation(one["implementation"]), Evidence(one["evidence"]), day, one["note"],
                found.get(one["seen_on"]), one["next_step"],
                self.day(one["next_after"]) if one["next_after"] else None,
            )  # fmt: skip
            following_up.assess(rows[one["number"]], judged, today=self.today, by=self.by, at=self.noon(day))
