"""A page of paper as its entry screen shows it: what is still asked, in the paper's order, and what no longer is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from monitor.accounts.models import User
from monitor.guide.catalogue import Item
from monitor.guide.loading import get_guide
from monitor.guide.scope import FormPage, by_topic
from monitor.paper import queries
from monitor.paper.codes import PageCode
from monitor.paper.models import SHARED, WHOLE, Mark, PageMark, PageScan, PrintedForm
from monitor.recommendations.models import Recommendation
from monitor.recommendations.queries import to_check
from monitor.reports.blank_form import RECOMMENDATION
from monitor.visits.form_pages import VisitForm


@dataclass(frozen=True)
class EntryPage:
    """One page of a printing beside the form as it is now."""

    printed: PrintedForm
    number: int
    last: int
    shown: FormPage
    """The items of the page that are asked, under their topics, in the paper's order."""
    gone: tuple[Item, ...]
    """Items of the page that the form no longer asks."""
    checks: tuple[Recommendation, ...]
    """Recommendations that stand on the page, to be checked on site."""
    marks: dict[Mark, PageMark]
    scans: Sequence[PageScan]

    @property
    def code(self) -> PageCode:
        """What stands on the paper."""
        return PageCode(self.printed.number, self.number)

    def beside(self, by: int) -> PageCode | None:
        """Return the page so many pages on; None where there is none."""
        number = self.number + by
        return PageCode(self.printed.number, number) if 1 <= number <= self.last else None


def entry_page(printed: PrintedForm, number: int, whole: VisitForm, user: User) -> EntryPage | None:
    """Return a page of a printing; None where it has no such page, or was never drawn."""
    pages = printed.pages or []
    if not 1 <= number <= len(pages):
        return None
    names = pages[number - 1]
    asked = [whole.items[name] for name in names if name in whole.items]
    known = get_guide(printed.guide_version).items
    return EntryPage(
        printed=printed,
        number=number,
        last=len(pages),
        shown=FormPage(number, by_topic(whole.guide, asked)),
        gone=tuple(known[name] for name in names if name in known and name not in whole.items),
        checks=_checks(names, whole, user),
        marks=queries.marks(printed).get(number, {}),
        scans=queries.scans(printed, number),
    )


def _checks(names: Sequence[str], whole: VisitForm, user: User) -> tuple[Recommendation, ...]:
    ids = [UUID(name.removeprefix(RECOMMENDATION)) for name in names if name.startswith(RECOMMENDATION)]
    rows = {row.id: row for row in to_check(user, whole.visit)} if ids else {}
    return tuple(rows[id_] for id_ in ids if id_ in rows)


def not_on_paper(printed: PrintedForm, whole: VisitForm) -> tuple[Item, ...]:
    """Return the items of the form that a printing of all of it does not hold: they were added since."""
    if printed.pages is None or printed.part not in (WHOLE, SHARED):
        return ()
    held = {name for names in printed.pages for name in names}
    return tuple(item for item in whole.items.values() if item.id not in held)
