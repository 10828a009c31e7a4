"""A person's window on the application: every step is taken as a person takes it, found by the words on the page."""

from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

from playwright.sync_api import Locator, Page, expect

from tests.reports.reading import ReadPdf

SHORT = 5_000  # milliseconds
LONGEST_RENDERING = 60_000


class Desk:
    """One person's window, in English, at the start page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto("/")

    def go_to(self, room: str) -> None:
        """Open a room of the main menu, which lies behind a button on a telephone."""
        self.open_fold(self.page.get_by_role("button", name="Menu"))
        self.page.get_by_role("navigation", name="Main menu").get_by_role("link", name=room).click()

    def open_fold(self, fold: Locator) -> None:
        """Open what a narrow page folds away; a wide one has no fold, which is known only once the page is read."""
        self.page.wait_for_load_state()
        if fold.is_visible():
            fold.click()

    def follow(self, link: str) -> None:
        """Follow a link by its whole name."""
        self.page.get_by_role("link", name=link, exact=True).click()

    def press(self, button: str) -> None:
        """Press a button by its whole name."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def reads(self, sentence: str) -> None:
        """Wait until the page says this."""
        expect(self.page.get_by_text(sentence).first).to_be_visible()

    def choose_more(self, step: str) -> None:
        """Choose a step of the menu beside the main one."""
        self.page.get_by_text("More", exact=True).click()
        self.follow(step)

    def tab(self, name: str) -> None:
        """Open one of the pages of the visit at hand."""
        pages = self.page.get_by_role("navigation", name="Pages of this visit")
        self.open_fold(pages.locator("summary"))
        pages.get_by_role("link", name=name).click()

    @property
    def visit_id(self) -> UUID:
        """The id of the visit whose page is open."""
        return UUID(self.page.url.split("/visits/")[1].split("/")[0])

    def plan(self, place: str, *, kind: str, first: date, last: date) -> None:
        """Plan a visit with the core form from the page of a place."""
        self.go_to("Places")
        self.follow(place)
        self.page.get_by_role("link", name="Plan a visit").first.click()
        self.page.get_by_label("Kind of visit").select_option(kind)
        self.page.get_by_label("First day").fill(first.isoformat())
        self.page.get_by_label("Last day").fill(last.isoformat())
        self.page.get_by_label("Core form").check()
        self.press("Plan the visit")
        self.reads("The visit is planned. Now choose the team.")

    def choose_team(self, *, leader: str, outside: tuple[str, str], looks_after: str, nobody: str) -> None:
        """Name the leader, one (name, role) without an account, a section of the leader; take `nobody` off the team."""
        self.page.get_by_role("combobox", name=nobody).select_option("Not on the team")
        self.page.get_by_role("combobox", name=leader).select_option("Team leader")
        self.page.get_by_label("Person without account").first.fill(outside[0])
        self.page.get_by_role("combobox", name="Role").first.select_option(outside[1])
        self.press("Save the team")
        self.reads("The team is saved.")
        self.choose_more("Change the team and its sections")
        self.page.get_by_text("Who looks after which section").click()
        self.page.get_by_role("group", name=looks_after, exact=True).get_by_label(leader).check()
        self.press("Save the team")
        self.reads("The team is saved.")

    def send_for_review(self) -> None:
        """Send the visit whose list of gaps is open."""
        self.press("Send for review")
        self.reads("The visit was sent for review.")

    def write_finding(self, topic: str, found: str) -> None:
        """Write the finding of a topic; the page of findings is open."""
        self.follow(topic)
        self.page.get_by_label("What we found").fill(found)
        self.press("Save the finding")
        self.reads("The finding is saved.")

    def write_recommendation(self, text: str, *, addressee: str, priority: str, question: str) -> None:
        """Write a recommendation that rests on one answer and one standard, from the page of the finding."""
        self.follow("Write a recommendation")
        self.page.get_by_role("textbox", name="Recommendation", exact=True).fill(text)
        self.page.get_by_role("combobox", name="Addressee").fill(addressee)
        self.page.get_by_label(priority).check()
        self.page.get_by_label("To be done by").fill("2027-03-31")
        self.page.get_by_role("checkbox", name=question).check()
        self.page.get_by_role("group", name="Standards").get_by_role("checkbox").first.check()
        self.press("Save the recommendation")
        self.reads("The recommendation is saved.")

    def record_as_sent_on_paper(self) -> None:
        """Record that the final report was sent otherwise than by a release; the approved visit is open."""
        self.follow("Record that the final report was sent")
        self.page.get_by_label("It was sent otherwise, outside Monitor").check()
        self.page.get_by_label("Reason").fill("On paper, by courier.")
        self.press("Record that the final report was sent")

    def make_report(self) -> list[str]:
        """Ask for the report and take it away; return the text of its pages."""
        return self.make_document("Make the report")

    def make_document(self, button: str) -> list[str]:
        """Press a button that asks for a PDF, wait, take it away; return the text of its pages, spaces evened out."""
        self.press(button)
        return ReadPdf(self._download("Download the PDF")).pages

    def make_zip(self) -> dict[str, bytes]:
        """Ask for everything about the visit whose documents are open, take it away; name of a file -> content."""
        self.press("Make the zip")
        with ZipFile(BytesIO(self._download("Download the zip"))) as made:
            return {name: made.read(name) for name in made.namelist()}

    def _download(self, link: str) -> bytes:
        ready = self.page.get_by_role("link", name=link)
        ready.wait_for(timeout=LONGEST_RENDERING)
        with self.page.expect_download() as taken:
            ready.click()
        return Path(taken.value.path()).read_bytes()
