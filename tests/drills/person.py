"""Somebody at a browser without scripts, in front of a real server."""

import http.client
import json
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from monitor.accounts.models import User
from tests.browser.conftest import fresh_code, set_up_codes
from tests.factories.accounts import PASSWORD
from tests.serving import HOST, Served

PATIENCE = 300
"""Seconds until an answer counts as lost; the machine may be busy."""
TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


class Answer(NamedTuple):
    """What the server said."""

    status: int
    location: str
    text: str


class Person:
    """One connection with its cookies; follows no redirect."""

    def __init__(self, server: Served) -> None:
        self.connection = http.client.HTTPConnection(HOST, server.port, timeout=PATIENCE)
        self.headers: dict[str, str] = {}
        self.cookies: dict[str, str] = {}
        self.token = ""

    def close(self) -> None:
        """Hang up, so that the server need not wait for us when it ends."""
        self.connection.close()

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path)

    def post(self, path: str, values: Mapping[str, str]) -> Answer:
        """Send a form."""
        body = urlencode({"csrf_token": self.token, **values}).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def upload(self, path: str, values: Mapping[str, str], files: Mapping[str, FileStorage]) -> Answer:
        """Send a form with files."""
        boundary, body = encode_multipart(MultiDict({"csrf_token": self.token, **values, **files}))
        return self._ask("POST", path, body, f'multipart/form-data; boundary="{boundary}"')

    def post_json(self, path: str, said: Any) -> Answer:
        """Send what a script would."""
        return self._ask("POST", path, json.dumps(said).encode(), "application/json")

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        headers = self.headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": kind, "X-CSRFToken": self.token}
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        for line in response.headers.get_all("Set-Cookie", ()):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        found = TOKEN.search(text)
        self.token = found[1] if found else self.token
        return Answer(response.status, response.headers.get("Location", ""), text)

    def sign_in(self, user: User) -> None:
        """Sign in by password and one-time code, on the pages for that."""
        email = user.email
        set_up_codes(user)  # commits: nothing of ours is open while the server writes
        self.get("/sign-in")
        self.post("/sign-in", {"email": email, "password": PASSWORD})
        self.get("/sign-in/factor")
        answer = self.post("/sign-in/factor", {"code": fresh_code(email)})
        assert answer.status == http.client.FOUND, answer
        assert self.get("/account").status == http.client.OK
