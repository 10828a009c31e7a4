"""A walk through every page, and through every form with something typed into every field."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

from bs4 import BeautifulSoup, SoupStrainer, Tag
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from monitor.config import ROOT
from monitor.visits.models import VisitState
from tests.factories.accounts import PASSWORD
from tests.guards.addresses import every_address
from tests.guards.entering import signed_in
from tests.guards.sealed import seal
from tests.guards.world import HEADERS, Say, World

QUESTIONS: Final = (
    ("/visits/plan", "place={place}"),
    ("/visits/", "q={said}&state=x&kind=x&since={said}&until={said}&own=1&page={said}&sort={said}"),
    ("/places", "q={said}&type={said}&region={said}&authority={said}&page={said}&sort={said}"),
    ("/recommendations/", "q={said}&priority={said}&wait={said}&page={said}&sort={said}"),
    ("/authorities/", "q={said}&kind={said}&page={said}"),
    ("/search", "q={said}"),
    ("/search", "q={said}&kind=recommendation&before={said}"),
    ("/sign-in", "next={said}"),
)
"""Pages with what a person asked them in the address: `said` is text, `place` a place."""
NEW_PASSWORD: Final = "another walk along the shore"
DOCUMENT: Final = ROOT / "tests" / "data" / "visits" / "se-vasteras-2022.json"
AT_THE_END: Final = (
    "interviews.finish",
    "visits.start", "visits.submit", "visits.send_back", "visits.approve", "visits.reopen", "visits.halt",
    "recommendations.remove", "letters.remove", "recommendations.after_approval", "authorities.remove",
    "sync.withdraw", "place_imports.confirm", "place_imports.begin", "place_imports.discard",
    "accounts.deactivate", "accounts.remove_logo", "accounts.end_session", "accounts.end_other_sessions",
    "accounts.change_password", "accounts.language", "accounts.lock", "accounts.unlock", "accounts.sign_out",
)  # fmt: skip
"""Forms after which others can no longer be sent."""
WAYS: Final = ("all text", "as a browser", "all chosen")
"""Ways to fill a form: text into every field, also of numbers and dates; fitting values and the lists as they stand;
fitting values and a real choice of every list, the second where there is one (the first may stand for none)."""
LEFT_OUT: Final = (VisitState.CANCELLED, VisitState.REFUSED)
"""Their pages are those of a suspended visit without its forms."""


@dataclass
class Seen:
    """One answer of the walk."""

    path: str
    endpoint: str
    status: int
    mimetype: str
    text: str

    def __str__(self) -> str:
        return f"{self.endpoint} {self.status} {self.path}"


@dataclass
class Tour:
    """A walk of one person; `sent` collects the endpoints whose forms were taken."""

    app: Flask
    world: World
    say: Say
    client: FlaskClient
    goes_to: str = ""
    """What the endpoints begin with whose pages this walk opens."""
    left_out: frozenset[str] = frozenset()
    """Endpoints whose forms this walk does not send."""
    sent: set[str] = field(default_factory=set)
    found: list[tuple[str, int, str]] = field(default_factory=list)
    """(page, number of the form on it, endpoint it is sent to)"""

    @classmethod
    def of(cls, app: Flask, world: World, say: Say, person: str, goes_to: str = "", *left_out: str) -> "Tour":
        """Return the walk of a person of the world, or of somebody (`nobody`) who is not signed in."""
        client = app.test_client() if person == "nobody" else signed_in(app, world.people[person])
        return cls(app, world, say, client, goes_to, frozenset(left_out))

    def pages(self) -> Iterator[Seen]:
        """Open every page of every row."""
        for address in every_address(self.app, self.world):
            if (
                address.method == "GET"
                and address.rule.endpoint.startswith(self.goes_to)
                and address.rule.endpoint != "static"
                and address.state not in LEFT_OUT
            ):
                yield self._open(address.path)
        for page, question in QUESTIONS if not self.goes_to else ():
            yield self._open(f"{page}?{question.format(place=self.world.places[0], said=quote(self.say('line')))}")

    def forms(self) -> Iterator[Seen]:
        """Send every form that was found, in each of WAYS until it is taken, and those that come up by that."""
        while self.found:
            self.found.sort(key=lambda form: AT_THE_END.index(form[2]) if form[2] in AT_THE_END else -1)
            page, number, endpoint = self.found.pop(0)
            if endpoint.startswith(self.goes_to) and endpoint not in self.sent | self.left_out:
                yield from self._send(page, number, endpoint)

    def _open(self, path: str) -> Seen:
        with self.client.get(path) as response:
            seen = self._seen(response)
        if seen.mimetype == "text/html" and seen.status == 200:
            self._note_forms(seen)
        return seen

    def _seen(self, response: TestResponse) -> Seen:
        path = response.request.full_path.rstrip("?")
        text = response.get_data().decode("utf-8", "replace")  # a photo is no text
        return Seen(path, self._endpoint(path, response.request.method), response.status_code, response.mimetype, text)

    def _endpoint(self, path: str, method: str) -> str:
        try:
            endpoint, _values = self.app.url_map.bind("localhost").match(path.partition("?")[0], method=method)
        except RequestRedirect:
            return ""
        return str(endpoint)

    def _note_forms(self, seen: Seen) -> None:
        for number, form in enumerate(_forms(seen.text)):
            for action in _actions(form, seen.path):
                self.found.append((seen.path, number, self._endpoint(action, "POST")))

    def _send(self, page: str, number: int, endpoint: str) -> Iterator[Seen]:
        with self.client.get(page) as response:
            forms = _forms(response.text)
        actions = _actions(forms[number], page) if len(forms) > number else []
        action = next((each for each in actions if self._endpoint(each, "POST") == endpoint), None)
        if action is None:
            return  # the page shows other forms by now
        for way in WAYS:
            data = fill(forms[number], self.say, way, endpoint)
            with self.client.post(action, data=data, content_type="multipart/form-data") as response:
                seen = self._seen(response)
                place = response.headers.get("Location")
            yield seen
            if place:
                yield self._open(place)
            if place or (seen.status == 200 and not _has_problems(seen.text)):
                self.sent.add(endpoint)
                return

    def answers(self) -> Iterator[Seen]:
        """Save an answer as the form's script does; none of the forms does that."""
        change = {
            "id": "01890a5d-ac96-774b-bcce-b302099a8057", "item": "final-urgent", "base": 1,
            "fields": {"final-urgent.value": [self.say("text")]}, "comment": self.say("text"), "sources": [],
        }  # fmt: skip
        token = self.client.get("/session/state").get_json()["csrf_token"]
        path = f"/visits/{self.world.visits[VisitState.REVIEW]}/answers"
        with self.client.post(path, json={"changes": [change]}, headers={"X-CSRFToken": token}) as response:
            if response.status_code == 200:
                self.sent.add("visits.answers")
            yield self._seen(response)

    def interrupted(self) -> Iterator[Seen]:
        """Send a form that nobody is signed in for any more, and sign in below it."""
        path = f"/visits/{self.world.visits[VisitState.UNDER_WAY]}/texts"
        token = self.client.get("/session/state").get_json()["csrf_token"]
        with self.client.post(path, data={"purpose": self.say("text"), "csrf_token": token}) as response:
            seen = self._seen(response)
        yield seen
        (form,) = _forms(seen.text)
        data = fill(form, self.say, "as a browser", "accounts.resume")
        with self.client.post(str(form["action"]), data=data) as response:
            if response.status_code == 200:
                self.sent.add(self._endpoint(str(form["action"]), "POST"))
            yield self._seen(response)


def _has_problems(text: str) -> bool:
    main = BeautifulSoup(text, "lxml").main
    return main is not None and main.select_one(".field-error, .error-summary") is not None


def _forms(text: str) -> list[Tag]:
    page = BeautifulSoup(text, "lxml", parse_only=SoupStrainer("form"))
    return [form for form in page.find_all("form") if str(form.get("method", "")).lower() == "post"]


def _actions(form: Tag, page: str) -> list[str]:
    """Return where a form can be sent: its own address, and those that its buttons name."""
    buttons = form.find_all("button", attrs={"formaction": True})
    return [str(form.get("action") or page), *(str(button["formaction"]) for button in buttons)]


def fill(form: Tag, say: Say, way: str, endpoint: str) -> dict[str, Any]:
    """Return what somebody sends who types into every field of the form."""
    data: dict[str, Any] = {}
    for tag in form.find_all(["input", "textarea", "select", "button"]):
        name, kind = str(tag.get("name") or ""), str(tag.get("type") or "")
        if not name or tag.has_attr("disabled"):
            continue
        if tag.name == "button":
            if name not in data or tag.has_attr("aria-current"):
                data[name] = str(tag.get("value") or "")
        elif tag.name == "textarea":
            data[name] = say("text")
        elif tag.name == "select":
            data[name] = _chosen(tag, "all chosen" if endpoint == "place_imports.types" else way)
        elif kind in ("checkbox", "radio"):
            if tag.has_attr("checked") or (way == "all chosen" and tag.get("value") != "none"):
                data.setdefault(name, str(tag.get("value") or "on"))
        else:
            data[name] = _typed(tag, name, kind, say, way, endpoint)
    return data


def _chosen(tag: Tag, way: str) -> str | list[str]:
    options = tag.find_all("option")
    chosen = [str(option.get("value", "")) for option in options if option.has_attr("selected")]
    if tag.has_attr("multiple"):
        return chosen
    real = [str(option.get("value", "")) for option in options if option.get("value")]
    first = real[:2][-1:] if way == "all chosen" else [str(option.get("value", "")) for option in options[:1]]
    return ([value for value in chosen if value] or first or [""])[0]


def _typed(tag: Tag, name: str, kind: str, say: Say, way: str, endpoint: str) -> Any:
    value = str(tag.get("value") or "")
    if kind == "hidden":
        return value
    if kind == "file":
        return _file(endpoint, say)
    if kind == "password":
        return PASSWORD if name == "password" else NEW_PASSWORD
    is_new_office = endpoint == "authorities.add" and name == "name"  # the register has one of the first name
    said = f"{say('line')} 2" if is_new_office else say("line")
    if way == "all text":
        return said
    if kind == "date":
        return value or "2026-03-20"
    if kind == "number" or tag.get("inputmode") in ("numeric", "decimal") or name in ("latitude", "longitude"):
        return value or "3"
    if kind == "email" or name == "email":
        return value or f"{say('email')}@invited.example"
    return said if name not in KEPT_AS_THEY_ARE else value


KEPT_AS_THEY_ARE: Final = ("reference_scheme", "country", "time_zone", "code", "place_code", "items")
"""Fields whose text has a grammar of its own."""


def _file(endpoint: str, say: Say) -> tuple[BytesIO, str]:
    if endpoint == "recommendations.reply_to_many":
        return BytesIO(), ""  # it takes either a file or what is pasted
    if endpoint == "accounts.logo":
        picture = BytesIO()
        Image.new("RGB", (40, 20), "teal").save(picture, "PNG")
        return BytesIO(picture.getvalue()), f"{say('line')}.png"
    if endpoint == "recommendations.reply":
        return BytesIO(b"%PDF-1.7"), f"{say('line')}.pdf"
    if endpoint == "exchange.import_document":
        return BytesIO(
            json.dumps(_said_again(json.loads(DOCUMENT.read_text(encoding="utf-8")), say)).encode()
        ), "v.json"
    rows = [",".join(HEADERS[:2]), *(f'"{_quoted(say)}","{_quoted(say)}"' for _ in range(2))]
    return BytesIO("\n".join(rows).encode()), f"{say('line')}.csv"


def _quoted(say: Say) -> str:
    return say("line").replace('"', '""')


def _said_again(data: Any, say: Say) -> Any:
    """Return a visit document with every text in it replaced by what is said."""
    for part, names in TEXTS_OF_DOCUMENT.items():
        rows = data[part] if isinstance(data[part], list) else [data[part]]
        for row in rows:
            row |= {name: say("line") for name in names if row.get(name)}
    data["visit"]["team"] = [{"role": "lead", "label": say("line")}]
    for answer in data["answers"]:
        if isinstance(answer["value"], str) and " " in answer["value"]:
            answer["value"] = say("line")
    return data


TEXTS_OF_DOCUMENT: Final = {
    "source": ("title", "publisher", "note"),
    "place": ("name", "authority", "city", "region"),
    "visit": ("reference", "purpose", "summary"),
    "answers": ("comment",),
    "recommendations": ("text", "addressee"),
}


def walk(app: Flask, world: World, say: Say) -> Iterator[Seen]:
    """Yield every answer of the walks of those who together can open every page and send every form.

    Raises AssertionError when a form could not be sent.
    """
    seal(app, world, say)
    importer = Tour.of(app, world, say, "coordinator", "place_imports.", "place_imports.confirm")
    leaver = Tour.of(app, world, say, "member", "accounts.", *LEFT_BY_LEAVER)
    Tour.of(app, world, say, "everything")  # a second browser, to be signed out from the first
    together = Tour.of(app, world, say, "everything", "", *NOT_TOGETHER)
    stranger = Tour.of(app, world, say, "nobody", "accounts.")
    for tour in (importer, leaver, together, stranger):
        yield from tour.pages()
        if tour is together:
            yield from tour.answers()
        yield from tour.forms()
    yield from stranger.interrupted()
    sent = {endpoint for tour in (importer, leaver, together, stranger) for endpoint in tour.sent}
    writing = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    unsent = writing - sent - SENT_BY_SCRIPTS - SENT_BY_DEVICES - NEVER_TAKEN
    assert unsent == set(), unsent


LEFT_BY_LEAVER: Final = ("accounts.link", "accounts.sign_in", "accounts.sign_out", "accounts.lock", "accounts.unlock")
NOT_TOGETHER: Final = ("accounts.link", "accounts.sign_in", "accounts.end_session", "place_imports.discard")
"""What a walk leaves to others: it would be signed out, or lose the file that it imports."""
SENT_BY_SCRIPTS: Final = {"accounts.use"}
"""Holds nothing that a person types."""
SENT_BY_DEVICES: Final = {
    "sync.add_device", "sync.confirm_key", "sync.hand_in", "sync.let_go", "sync.receipt", "sync.refuse_key",
    "sync.take_along",
}  # fmt: skip
"""JSON of a page without any form of the server's: the tests of devices send it, and its texts to the same pages."""
NEVER_TAKEN: Final = {
    "accounts.factor", "accounts.passkey", "accounts.passkey_options", "accounts.recovery_key", "accounts.step_up",
    "accounts.step_up_by_passkey", "visits.hand_over_records",
    "accounts.add_passkey", "accounts.new_passkey_options", "accounts.remove_passkey", "accounts.remove_codes",
    "vault.set_up", "vault.drill", "vault.from_paper", "vault.grant", "vault.remove", "vault.move",
    "evidence.add", "evidence.add_to_place", "evidence.check", "releases.check", "releases.release",
    "paper.add_scan", "letters.bundle", "letters.check", "letters.make", "letters.send", "recommendations.record_many",
}  # fmt: skip
"""What is typed there is refused: it needs an authenticator, the paper key, a second reader, a photo, settled hits, or
real numbers. The tests of their own pages take them."""
