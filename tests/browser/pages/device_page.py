"""Monitor without a network as a person sees it: the passphrase, the visits on the device, their form."""

from playwright.sync_api import Locator, Page, expect

from monitor.guide.catalogue import Item
from monitor.guide.loading import get_guide
from tests.browser.pages.form_page import FormPage

PASSPHRASE = "four words are good"
SHELL = f"/offline/en/{get_guide().version}"
HANDED_IN_WITHIN = 60_000  # milliseconds


class DevicePage(FormPage):
    """The page that works without a network, in English, for one visit."""

    def __init__(self, page: Page, visit_id: object) -> None:
        super().__init__(page, visit_id)
        self.visit_id = visit_id

    def take_along(self) -> None:
        """Set the device up and take the visit along; the person is signed in at the office."""
        self._set_up(f"take/{self.visit_id}")
        expect(self.page.get_by_text("It works without a network")).to_be_visible(timeout=HANDED_IN_WITHIN)

    def set_up(self) -> None:
        """Set the device up, with no visit on it yet; the person is signed in at the office."""
        self._set_up("visits")
        expect(self.page.get_by_role("heading", name="Transfer file")).to_be_visible(timeout=HANDED_IN_WITHIN)

    def _set_up(self, address: str) -> None:
        self.page.goto(f"{SHELL}#{address}")
        self.page.get_by_label("Name of this device").fill("Laptop of the office")
        self.page.get_by_label("Passphrase of this device").and_(self.page.locator(":visible")).fill(PASSPHRASE)
        self.page.get_by_label("The passphrase once more").fill(PASSPHRASE)
        self.page.get_by_role("button", name="Set up and take the visit along").click()

    def take_again(self) -> None:
        """Take the visit along once more, or another one, on a device that is set up."""
        self.page.goto("about:blank")
        self.page.goto(f"{SHELL}#take/{self.visit_id}")
        self.unlock()
        expect(self.page.get_by_text("It works without a network")).to_be_visible(timeout=HANDED_IN_WITHIN)

    def start(self) -> None:
        """Open the page as if the browser had just been started, and unlock it."""
        self.page.goto("about:blank")
        self.page.goto(f"{SHELL}#visits")
        self.unlock()
        expect(self.page.get_by_role("heading", name="Transfer file")).to_be_visible()

    def unlock(self, passphrase: str = PASSPHRASE) -> None:
        """Type the passphrase."""
        self.page.get_by_label("Passphrase of this device").and_(self.page.locator(":visible")).fill(passphrase)
        self.page.locator("[data-unlock]").get_by_role("button", name="Open", exact=True).click()

    def open(self, number: int = 1) -> None:
        """Open a page of the form."""
        self.go(f"visit/{self.visit_id}/form/{number}")
        expect(self.page.locator("fieldset[data-item]").first).to_be_visible()

    def open_at(self, item: Item) -> None:
        """Open the form at a question."""
        self.go(f"visit/{self.visit_id}/item/{item.id}")
        expect(self.question(item).locator(":focus")).to_have_count(1)

    def go(self, address: str) -> None:
        """Go to a view as a link of the page would."""
        self.page.evaluate("(to) => { window.location.hash = to; }", address)

    def is_saved(self) -> None:
        """Wait until the page says that everything is kept."""
        expect(self.status).to_contain_text("Kept on this device", timeout=HANDED_IN_WITHIN)

    def visits(self) -> None:
        """Go to the list of visits."""
        self.go("visits")
        expect(self.page.get_by_role("heading", name="Transfer file")).to_be_visible()

    def hand_in(self) -> None:
        """Hand everything in and wait for the receipt."""
        self.visits()
        self.page.get_by_role("button", name="Hand in now").click()
        expect(self.done).to_contain_text("Everything arrived and was checked", timeout=HANDED_IN_WITHIN)

    def keep_here(self, is_kept: bool) -> None:
        """Choose whether the visit stays here after handing in, and wait until the disk has it."""
        self.box_to_keep.set_checked(is_kept)
        expect(self.box_to_keep).not_to_have_attribute("aria-busy", "true")

    @property
    def box_to_keep(self) -> Locator:
        """The box that keeps a visit on this device."""
        return self.page.get_by_label("Keep it here after handing in")

    @property
    def done(self) -> Locator:
        """What the page says was done."""
        return self.page.locator("[data-told]")

    @property
    def problem(self) -> Locator:
        """What the page says is wrong."""
        return self.page.locator("[data-trouble]")

    @property
    def list(self) -> Locator:
        """The visits on the device."""
        return self.page.locator("[data-list]")
