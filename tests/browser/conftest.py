"""A real server on the loopback address and a real Chromium, for the tests of this folder."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect, sync_playwright
from werkzeug.serving import make_server

from monitor.accounts.models import User
from monitor.db import begin_as_reader, db
from tests.factories.accounts import PASSWORD

CHROMIUM = "/usr/bin/chromium"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PATIENCE = 15_000
"""Milliseconds until a step counts as failed; the machine may be busy."""
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The machine's Chromium."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application on the loopback address while the block lasts, with threads of its own; its address."""
    made = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def enter(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in by the form of the sign-in page, in English."""
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The address of a server of the test's application."""
    with serving(app) as address:
        yield address


@pytest.fixture
def open_window(chromium: Chromium, server: str) -> Iterator[Callable[..., Page]]:
    """Opens a window with a person signed in: `open_window(user, viewport=PHONE)`; script errors fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_for(user: User, *, viewport: ViewportSize = DESKTOP, **wishes: object) -> Page:
        db.session.commit()
        begin_as_reader(True)  # what the test reads from here on must not keep the server from writing
        context = chromium.new_context(base_url=server, viewport=viewport, **wishes)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        enter(page, user.email)
        return page

    yield open_for
    begin_as_reader(False)
    for context in contexts:
        context.close()
    assert errors == []
