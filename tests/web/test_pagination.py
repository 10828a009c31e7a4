"""Lists come fifty at a time, in the order asked for, with every filter kept."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask, get_template_attribute
from flask.testing import FlaskClient
from sqlalchemy import select

from monitor.db import db
from monitor.web import pagination
from monitor.web.pagination import Page, Sort, address_with, read_page, requested_page, requested_sort
from tests.web.sample import Note


@pytest.fixture
def notes(sample: Flask) -> Iterator[None]:
    with sample.app_context():
        db.session.add_all([Note(text=f"note {number:03}") for number in range(1, 121)])
        db.session.commit()
        yield


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize(
    ("asked", "number", "first", "last", "rows"),
    [(1, 1, 1, 50, 50), (2, 2, 51, 100, 50), (3, 3, 101, 120, 20), (9, 3, 101, 120, 20), (0, 1, 1, 50, 50)],
)
def test_a_page_is_read_with_its_place_in_the_list(asked: int, number: int, first: int, last: int, rows: int) -> None:
    page = read_page(select(Note).order_by(Note.text), asked, db.session())
    assert (page.number, page.first, page.last, len(page.items)) == (number, first, last, rows)
    assert (page.total, page.count) == (120, 3)
    assert page.items[0].text == f"note {first:03}"


@pytest.mark.usefixtures("notes")
def test_a_filter_counts_only_what_it_lets_through() -> None:
    page = read_page(select(Note).where(Note.text < "note 011").order_by(Note.text), 1, db.session())
    assert (page.total, page.count, len(page.items)) == (10, 1, 10)


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize(
    ("asked", "total", "is_longer", "said"),
    [
        (1, 100, True, "1 to 50 of more than 100"),
        (2, 120, False, "51 to 100 of 120"),
        (3, 120, False, "101 to 120 of 120"),
    ],
)
def test_a_long_list_is_counted_to_the_next_page_only(
    sample: Flask, monkeypatch: pytest.MonkeyPatch, asked: int, total: int, is_longer: bool, said: str
) -> None:
    monkeypatch.setattr(pagination, "COUNTED", 60)
    page = read_page(select(Note).order_by(Note.text), asked, db.session())
    assert (page.number, page.total, page.is_longer) == (asked, total, is_longer)
    with sample.test_request_context("/notes"):
        shown = get_template_attribute("components/pagination.html", "total")(page, "120 notes")
        links = BeautifulSoup(get_template_attribute("components/pagination.html", "pagination")(page), "html.parser")
    assert shown == ("More than 100" if is_longer else "120 notes")
    assert links.select_one(".pages-where").text == said
    assert bool(links.select_one("a[rel=next]")) is (asked < 3)


def test_an_empty_list_has_one_page_without_rows() -> None:
    page = Page[Note]([], 1, 0)
    assert (page.count, page.first, page.last, page.links) == (1, 0, 0, [1])


@pytest.mark.parametrize(
    ("number", "links"),
    [(1, [1, 2, None, 43]), (2, [1, 2, 3, None, 43]), (20, [1, None, 19, 20, 21, None, 43]), (43, [1, None, 42, 43])],
)
def test_links_show_the_ends_and_the_neighbours(number: int, links: list[int | None]) -> None:
    assert Page[Note]([], number, 2147).links == links


@pytest.mark.parametrize(
    ("query", "number"),
    [("", 1), ("page=3", 3), ("page=0", 1), ("page=-3", 1), ("page=x", 1), ("page=٣", 1), ("page=" + "9" * 5000, 1)],
)
def test_a_page_number_is_read_or_taken_as_one(sample: Flask, query: str, number: int) -> None:
    with sample.test_request_context(f"/?{query}"):
        assert requested_page() == number


@pytest.mark.parametrize(
    ("query", "sort"),
    [
        ("", Sort("name")),
        ("sort=capacity", Sort("capacity")),
        ("sort=-capacity", Sort("capacity", is_descending=True)),
        ("sort=password", Sort("name")),
        ("sort=--name", Sort("name")),
    ],
)
def test_only_allowed_orders_are_taken(sample: Flask, query: str, sort: Sort) -> None:
    with sample.test_request_context(f"/?{query}"):
        assert requested_sort({"name", "capacity"}, "name") == sort


def test_rows_without_a_value_come_last_in_both_directions() -> None:
    assert str(Sort("text").apply(Note.text)) == "sample_note.text ASC NULLS LAST"
    assert str(Sort("text", is_descending=True).apply(Note.text)) == "sample_note.text DESC NULLS LAST"


def test_an_address_keeps_every_filter(sample: Flask) -> None:
    with sample.test_request_context("/places?type=prison&type=police&search=a%26b&page=4&_scheme=x"):
        kept = "/places?type=prison&type=police&search=a%26b&_scheme=x"
        assert address_with(page=5) == f"{kept}&page=5"
        assert address_with(page=None) == kept
    with sample.test_request_context("/places?page=4"):
        assert address_with(page=None) == "/places"


def test_the_links_of_a_list_keep_its_filters_and_say_where_one_is(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/places?type=prison&sort=-capacity&page=2").text, "html.parser")
    links = page.select("nav.pages a")
    assert all("type=prison" in str(link["href"]) and "sort=-capacity" in str(link["href"]) for link in links)
    assert [link.text for link in links if link.get("aria-current")] == ["2"]
    heads = {link.get_text(strip=True): link for link in page.select("thead a")}
    assert heads["Capacity"]["href"] == "/places?type=prison&sort=capacity"
    assert heads["Name"]["href"] == "/places?type=prison&sort=name"
    assert [head["aria-sort"] for head in page.select("th[aria-sort]")] == ["descending"]
