"""A browser without JavaScript that is strict about every page it gets."""

from contextvars import Context
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from monitor.accounts import operations, queries
from monitor.accounts.models import User
from monitor.db import db
from monitor.tenancy import across_mechanisms
from tests.factories.accounts import PASSWORD
from tests.page_rules import check_page


class Browser:
    """Follows links and sends forms as a person would; every HTML page is checked when it arrives."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.response: TestResponse | None = None
        self._page: BeautifulSoup | None = BeautifulSoup("", "html.parser")

    @property
    def page(self) -> BeautifulSoup:
        """The page at hand; after signing in, the start page, opened once somebody looks at it."""
        return self.get("/") if self._page is None else self._page

    @page.setter
    def page(self, page: BeautifulSoup) -> None:
        self._page = page

    def get(self, path: str, *, status: int = 200) -> BeautifulSoup:
        """Open an address, following redirects; the page must come with this status."""
        return self._take(self._send("GET", path), status)

    def post(self, path: str, data: dict[str, Any] | None = None, *, status: int = 200) -> BeautifulSoup:
        """Send a form with the CSRF token of the page at hand, following redirects."""
        values = {"csrf_token": self.csrf_token, **(data or {})}
        return self._take(self._send("POST", path, data=values), status)

    def post_json(self, path: str, data: object) -> TestResponse:
        """Send JSON as the page's script would."""
        headers = {"X-CSRFToken": self.csrf_token, "Accept": "application/json"}
        return self._send("POST", path, json=data, headers=headers, follow_redirects=False)

    def ask(self, path: str, headers: dict[str, str] | None = None) -> TestResponse:
        """Open an address as a script would; what comes is no page."""
        return self._send("GET", path, headers=headers or {}, follow_redirects=False)

    def submit(
        self, form: str, values: dict[str, Any] | None = None, *, button: str = "", status: int = 200
    ) -> BeautifulSoup:
        """Send the form with this id (or the only one in main) as it stands, `values` typed into it."""
        found = self.page.find("form", id=form)
        assert found is not None, f"no form {form!r}"
        data = _fields(found) | (values or {})
        if button:
            name, _, value = button.partition("=")
            data[name] = value
        path = str(found.get("action") or self._here)
        return self._take(self._send("POST", path, data=data), status)

    def sign_in(self, user: User) -> None:
        """Sign in as this person, by the password; the second factor counts as passed (its own tests pass it).

        Where the password does not open anything, the page that says so is at hand.
        """
        self.get("/sign-in")
        values = {"csrf_token": self.csrf_token, "email": user.email, "password": PASSWORD}
        response = self._send("POST", "/sign-in", data=values, follow_redirects=False)
        if response.status_code == HTTPStatus.FOUND:
            self.pass_factor()
            self._page = None
        else:
            self._take(response, HTTPStatus.OK)

    def pass_factor(self) -> None:
        """Open the half-open session of this browser, as a second factor would."""
        db.session.commit()
        secret = Context().run(self._cookie_secret)
        with across_mechanisms():
            found = queries.get_session(secret)
            assert found is not None
            secret = operations.pass_factor(found, secret, at=datetime.now(UTC))
            db.session.commit()
        Context().run(self._cookie_secret, secret)

    def _cookie_secret(self, new: str | None = None) -> str:
        """Return the secret in the cookie, after putting a new one there; the end of a request clears its context."""
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = new or cookie["_user_id"]
            return str(cookie["_user_id"])

    @property
    def csrf_token(self) -> str:
        """The token of the page at hand."""
        found = self.page.find("meta", attrs={"name": "csrf-token"}) or self.page.find(
            "input", attrs={"name": "csrf_token"}
        )
        assert found is not None, "the page at hand has no CSRF token"
        return str(found.get("content") or found.get("value"))

    @property
    def main(self) -> str:
        """The text of the page's main part."""
        return self.page.main.get_text(" ", strip=True) if self.page.main else ""

    @property
    def _here(self) -> str:
        assert self.response is not None
        return self.response.request.full_path.rstrip("?")

    def _send(self, method: str, path: str, **values: Any) -> TestResponse:
        """Send a request as a server gets it: in a context of its own, the test's own transaction closed."""
        db.session.commit()
        values.setdefault("follow_redirects", True)
        return Context().run(self.client.open, path, method=method, **values)

    def _take(self, response: TestResponse, status: int) -> BeautifulSoup:
        assert response.status_code == status, (
            f"{response.request.path}: {response.status_code}\n{response.text[:2000]}"
        )
        self.response = response
        if response.mimetype == "text/html":
            self.page = BeautifulSoup(response.text, "html.parser")
            check_page(response.text, self.page)
        return self.page


def _fields(form: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = field.get("name"), field.get("type")
        if not name or kind in ("submit", "button", "file") or field.has_attr("disabled"):
            continue
        if kind in ("checkbox", "radio"):
            if field.has_attr("checked"):
                data.setdefault(name, []).append(field.get("value", "on"))
        elif field.name == "select":
            options = field.find_all("option")
            chosen = [option for option in options if option.has_attr("selected")]
            data[name] = [
                option.get("value", "") for option in chosen or ([] if field.has_attr("multiple") else options[:1])
            ]
        elif field.name == "textarea":
            data[name] = field.get_text().removeprefix("\r").removeprefix("\n")
        else:
            data[name] = field.get("value", "")
    return data
