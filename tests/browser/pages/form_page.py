"""The form of a visit as a person sees it: questions by their words, answers by their labels."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from monitor.guide.catalogue import Item
from monitor.guide.loading import get_guide
from monitor.guide.texts import texts

WORDS = texts(get_guide(), "en")
SAVED_WITHIN = 20_000  # milliseconds


class FormPage:
    """One page of the form, in English."""

    def __init__(self, page: Page, visit_id: object) -> None:
        self.page = page
        self.address = f"/visits/{visit_id}/form"

    def open(self, number: int = 1) -> None:
        """Open a page of the form."""
        self.page.goto(f"{self.address}/{number}")

    def open_at(self, item: Item) -> None:
        """Open the form at a question."""
        self.page.goto(f"{self.address}/item/{item.id}")
        expect(self.question(item).locator(":focus")).to_have_count(1)

    def question(self, item: Item) -> Locator:
        """The question with everything that belongs to it."""
        return self.page.get_by_role("group", name=f"{item.number} {WORDS.question(item)}").first

    def comment(self, item: Item) -> Locator:
        """The comment of a question."""
        return self.question(item).get_by_role("textbox", name="Comment")

    @property
    def status(self) -> Locator:
        """The line that says what is saved."""
        return self.page.locator("[data-status]")

    def is_saved(self) -> None:
        """Wait until the page says that everything is saved."""
        expect(self.status).to_contain_text("Saved", timeout=SAVED_WITHIN)
        expect(self.page.get_by_text("being saved")).to_have_count(0, timeout=SAVED_WITHIN)

    def type_answer(self, item: Item, answer: Mapping[str, Any]) -> None:
        """Answer a question by keyboard alone, from the moment it has the focus."""
        self._type_value(item, answer["value"])
        if answer["comment"]:
            self.comment(item).focus()
            self.page.keyboard.type(answer["comment"])
        for source in answer["sources"]:
            self._tick(item, "Sources used", WORDS.source(source))
        if answer["urgent"]:
            self._tick(item, None, "Urgent")

    def _type_value(self, item: Item, value: Any) -> None:
        question = self.question(item)
        keys = self.page.keyboard
        if isinstance(value, dict):
            for row, cells in value.items():
                for column, figure in cells.items():
                    name = f"{WORDS.row(item, row)} {WORDS.column(item, column)}"
                    question.get_by_role("textbox", name=name, exact=True).focus()
                    keys.type(str(figure))
        elif item.answer in ("number", "text") and value not in ("not_examined", "not_applicable"):
            question.get_by_role("textbox").first.focus()
            keys.type(str(value))
        else:
            question.get_by_role("radio").or_(question.get_by_role("checkbox")).first.focus()
            for each in value if isinstance(value, list) else [value]:
                self._choose(item, question, each)

    def _choose(self, item: Item, question: Locator, value: str) -> None:
        """Press the number key of an option; beyond nine, walk to it and press space."""
        codes = ["not_examined", "not_applicable"]
        own = {"yes_no": ["yes", "no"], "rating": [rating.code for rating in item.ratings]}
        ids = own.get(item.answer, [choice.id for choice in item.choices])
        place = [*ids, *(code for code in codes if code not in ids)].index(value) + 1
        if place <= 9:
            self.page.keyboard.press(str(place))
        else:
            question.get_by_role("checkbox", name=WORDS.choice(item, value), exact=True).press("Space")

    def _tick(self, item: Item, group: str | None, label: str) -> None:
        within = self.question(item).get_by_role("group", name=group) if group else self.question(item)
        box = within.get_by_role("checkbox", name=label, exact=True)
        if not box.is_visible():
            within.get_by_text("Other sources").press("Enter")
        box.press("Space")
