"""A real server on the loopback address and a real Chromium, for the tests of this folder."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize, expect
from playwright.sync_api import TimeoutError as NotThere
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from monitor.accounts import factors, one_time_codes
from monitor.accounts.models import User
from monitor.db import begin_as_reader, db, writing
from tests.browser.worker import background_worker
from tests.client import Browser as Client
from tests.factories.accounts import PASSWORD

ANSWER = "tests.answer"
"""Where a request keeps what is being sent."""
CHROMIUM = "/usr/bin/chromium"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PATIENCE = 15_000
"""Milliseconds until a step counts as failed; the machine may be busy."""
LEFT_OUT = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip
"""Features that Chromium starts without: two pages of the address bar, drawn by a process of their own for each window
though nobody sees them; and what Playwright leaves out, whose list ours takes the place of."""
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", f"--disable-features={','.join(LEFT_OUT)}")  # fmt: skip


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Chromium]:
    """The machine's Chromium."""
    expect.set_options(timeout=PATIENCE)
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
    yield launched
    launched.close()


@pytest.fixture
def worker(app: Flask) -> Iterator[None]:
    """Renders documents in the background while the test lasts."""
    with background_worker(app):
        yield


class Handler(WSGIRequestHandler):
    """Closes what was being sent when the browser hung up.

    Werkzeug first reads what else came on the dead connection, fails at that, and leaves the file open.
    """

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Close the answer of this request, if there was one."""
        answer = (environ or {}).get(ANSWER)
        if answer is not None:
            answer.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application on the loopback address while the block lasts, with threads of its own; its address."""

    def answering(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[ANSWER] = answer = app(environ, start_response)
        return answer

    made = make_server("127.0.0.1", 0, answering, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def enter(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in by the forms of the sign-in pages, in English, and go to the start page."""
    page.goto("/sign-in")
    give_password(page, email, password)
    pass_factor(page, email)
    page.goto("/")


def give_password(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in page."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def pass_factor(page: Page, email: str) -> None:
    """Type the code that the second step asks for: the one that the page of a training person shows, or their own."""
    page.locator("#code").wait_for()
    type_code(page, email)
    try:
        page.wait_for_url(lambda address: "sign-in" not in address)
    except NotThere:  # on a busy machine the half minute of a code can be over before it is sent: type the next one
        page.reload()
        type_code(page, email)
        page.wait_for_url(lambda address: "sign-in" not in address)


def type_code(page: Page, email: str) -> None:
    """Type the code of this half minute and send it."""
    shown = page.locator(".training-code strong")
    page.locator("#code").fill(shown.inner_text() if shown.count() else fresh_code(email))
    page.locator("form:has(#code) button[type=submit]").first.click()  # the page speaks the person's language by now


def session_cookie(app: Flask, user: User, address: str) -> dict[str, Any]:
    """Return the cookie of somebody who signed in at this address; the pages for that have tests of their own."""
    signing_in = Client(app)
    with writing():
        signing_in.sign_in(user)
    cookie = signing_in.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return {"name": cookie.key, "value": cookie.value, "url": address, "httpOnly": True, "sameSite": "Strict"}


def set_up_codes(user: User) -> None:
    """Give a person one-time codes, and let them do whatever the person's role."""
    with writing():
        user.mechanism.codes_suffice = True
        if factors.factors_of(user).codes is None:
            factors.give_codes(user, at=datetime.now(UTC))
        db.session.commit()


def fresh_code(email: str) -> str:
    """Return the code of this half minute, good even if the person signed in with it a moment ago."""
    db.session.rollback()  # a transaction that began as a reader cannot write
    with writing():
        user = db.session.scalars(select(User).where(User.email == email)).one()
        codes = factors.factors_of(user).codes
        assert codes is not None
        codes.last_step = 0
        db.session.commit()
        code = one_time_codes.code_at(factors.secret_of(codes), one_time_codes.step_at(datetime.now(UTC)))
        db.session.commit()
    return code


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The address of a server of the test's application."""
    with serving(app) as address:
        yield address


@contextmanager
def windows(app: Flask, chromium: Chromium, address: str) -> Iterator[Callable[..., Page]]:
    """Open windows of people who are signed in while the block lasts; script errors fail at its end."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_for(
        user: User, *, viewport: ViewportSize = DESKTOP, browser: Chromium = chromium, **wishes: object
    ) -> Page:
        db.session.commit()
        set_up_codes(user)
        begin_as_reader(True)  # what the test reads from here on must not keep the server from writing
        context = browser.new_context(base_url=address, viewport=viewport, **wishes)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        context.add_cookies([session_cookie(app, user, address)])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    try:
        yield open_for
    finally:
        begin_as_reader(False)
        for context in contexts:
            context.close()
    assert errors == []


@pytest.fixture
def open_window(app: Flask, chromium: Chromium, server: str) -> Iterator[Callable[..., Page]]:
    """Opens an empty window with a person signed in: `open_window(user, viewport=PHONE)`; script errors fail the test.

    `browser` is another Chromium than the one that all tests share.
    """
    with windows(app, chromium, server) as open_for:
        yield open_for
