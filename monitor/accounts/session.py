"""Signing in and out of the browser: the only place that touches Flask-Login and the cookie."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from math import ceil
from secrets import token_urlsafe
from typing import Any, Final, TypeVar

from flask import Flask, Response, abort, after_this_request, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as BaseResponse

from monitor.access.guard import mark_of
from monitor.accounts import factors, operations, own_keys, queries
from monitor.accounts.models import User, UserSession
from monitor.config import Settings
from monitor.db import begin_as_reader, db, writing
from monitor.tenancy import across_mechanisms, act_for, acting_for
from monitor.web.addresses import this_address
from monitor.web.errors import wants_json
from monitor.web.locale import CHOICE

View = TypeVar("View", bound=Callable[..., Any])

KNOWN_FOR: Final = timedelta(days=400)
"""As long as browsers keep a cookie."""
NOTED_AT_MOST_EVERY: Final = timedelta(minutes=1)
READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOCKED: Final = 423
FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
"""Headers with which a proxy on this machine says that the person is elsewhere."""


def init_sessions(app: Flask) -> None:
    """Let the cookie's secret name a session row, and the row the person; a locked session opens nothing."""
    manager = LoginManager(app)
    manager.session_protection = None  # the row decides, not the address or the browser's name
    manager.user_loader(load_user)
    app.url_value_preprocessor(begin)  # before the checks of monitor.web, whose refusals ask for the person's language
    app.before_request(establish)
    app.teardown_request(forget)
    app.jinja_env.globals["session_locks_in"] = session_locks_in


def counts_tries(view: View) -> View:
    """Mark a view that derives a password or counts a try: it begins as a reader, until `without_database()`."""
    view.__dict__["counts_tries"] = True
    return view


def begin(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Start every request with nobody signed in, nothing chosen and one moment that all of it happens at."""
    act_for(None)
    g.now = datetime.now(UTC)
    g.user_session = None
    g.half_open_session = None
    g.mechanism = None
    view = current_app.view_functions.get(endpoint or "")
    begin_as_reader(request.method in READING_METHODS or hasattr(view, "counts_tries"))


def establish() -> BaseResponse | None:
    """Find out who is there and act for their mechanism."""
    if request.endpoint == "static" or not current_user.is_authenticated:
        return None
    g.mechanism = current_user.mechanism
    act_for(current_user.mechanism_id)
    response = _refuse_while_locked()
    if response is None:
        _note_use()
    return response


def forget(_error: BaseException | None) -> None:
    """Leave nothing of this request to the next one in the same thread."""
    act_for(None)
    begin_as_reader(False)


def load_user(secret: str) -> User | None:
    """Return the person behind the cookie's secret while the session is open, for Flask-Login.

    Before the second factor nobody is signed in, but for the views that take it.
    """
    with across_mechanisms():
        found = queries.get_session(secret)
    if found is None or found.is_over(g.now) or not found.user.is_enabled or not may_sign_in_here(found.user):
        return None
    mark = mark_of(current_app, request.endpoint)
    if found.is_half_open and not (mark and mark.works_before_factor):
        g.half_open_session = found
        return None
    g.user_session = found
    found.user.session_token = secret
    return found.user


def may_sign_in_here(user: User) -> bool:
    """Say whether this person may be signed in from where the request comes.

    The passwords of the training mechanism are known to everybody, so it opens on the machine itself alone: never
    where the installation has a public address, and never through a proxy.
    """
    if not user.mechanism.is_training:
        return True
    settings: Settings = current_app.extensions["settings"]
    if settings.public_url or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _refuse_while_locked() -> BaseResponse | None:
    mark = mark_of(current_app, request.endpoint)
    if not g.user_session.is_locked(g.now) or mark is None or mark.works_while_locked:
        return None
    if request.method in READING_METHODS and not wants_json():
        return redirect(url_for("accounts.locked", next=this_address()))
    return abort(LOCKED)


def _note_use() -> None:
    """Write the moment of use at most once a minute; for a request that must only read, in a transaction of its own."""
    mark = mark_of(current_app, request.endpoint)
    found: UserSession = g.user_session
    counts = mark is not None and mark.counts_as_use
    if not counts or found.is_locked(g.now) or g.now - found.last_used_at < NOTED_AT_MOST_EVERY:
        return
    view = current_app.view_functions[request.endpoint or ""]
    if request.method not in READING_METHODS and not hasattr(view, "counts_tries"):
        found.last_used_at = g.now  # part of the request's own transaction, which holds the write lock already
        return
    noted = update(UserSession).where(UserSession.id == found.id).values(last_used_at=g.now)
    db.session.rollback()  # where there is no WAL, our own open read would keep the writer out
    with suppress(OperationalError), writing(), db.engine.begin() as connection:
        connection.execute(noted)  # a page can be read while the records are busy or the disk is full


def session_locks_in() -> int:
    """Return in how many seconds the session of this request locks without further use; 0 when it is not open."""
    found: UserSession | None = g.user_session
    return ceil(found.locks_in(g.now).total_seconds()) if found else 0


@contextmanager
def without_database() -> Iterator[None]:
    """Inside, a password is derived, which takes long, or a try is counted for good: no transaction is open.

    Those after it take the write lock. Rows read before are read anew after it, so what was decided by them must be
    checked again.
    """
    db.session.rollback()
    try:
        yield
    finally:
        begin_as_reader(False)


def sign_in(user: User, private_key: bytes | None) -> None:
    """Begin a half-open session in this browser; of whatever it had before, only a chosen language stays."""
    act_for(user.mechanism_id)
    _clear_cookie()
    user.session_token = operations.open_session(user, private_key=private_key, at=g.now)
    login_user(user)
    g.mechanism = user.mechanism
    g.user_session = queries.get_session(user.session_token)


def pass_factor() -> None:
    """Open this browser's half-open session, under a new secret; tell of a browser that the person never used."""
    person = own_account()
    person.session_token = operations.pass_factor(g.user_session, person.session_token, at=g.now)
    login_user(person)
    secret = request.cookies.get(_browser_cookie()) or token_urlsafe(32)
    if not factors.is_known_browser(person, secret):
        factors.know_browser(person, secret, session=g.user_session, at=g.now)
    after_this_request(partial(_keep_browser_cookie, secret))


def _browser_cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-browser"


def _keep_browser_cookie(secret: str, response: Response) -> Response:
    """Let the browser be known again; the cookie opens nothing and says nothing of the person."""
    response.set_cookie(
        _browser_cookie(), secret, max_age=KNOWN_FOR, httponly=True, samesite="Strict",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response


def renew(private_key: bytes | None) -> None:
    """Open the session of this browser, locked or not, under a new secret, after the right password."""
    person = own_account()
    person.session_token = operations.renew_session(g.user_session, private_key=private_key, at=g.now)
    login_user(person)


@contextmanager
def acting_for_session(found: UserSession) -> Iterator[None]:
    """Inside, rows of the mechanism of this session's person can be read, though nobody may be signed in yet."""
    with acting_for(found.mechanism_id):
        yield


def own_private_key() -> bytes | None:
    """Return the private key of the person who is signed in, from cookie and session; None where there is none."""
    found: UserSession | None = g.user_session
    if found is None or found.is_half_open or found.is_over(g.now) or found.is_locked(g.now):
        return None
    return own_keys.borrow(found, current_user.session_token)


def own_account() -> User:
    """Return the person who is signed in, as a row that stays when the sign-in ends."""
    person: User = current_user._get_current_object()  # noqa: SLF001 - the way that Werkzeug documents
    return person


def sign_out() -> None:
    """End this browser's session, in the database and in the cookie."""
    if g.user_session is not None:
        operations.end_session(g.user_session, at=g.now)
    logout_user()
    _clear_cookie()
    g.user_session = None


def forget_ended_session() -> bool:
    """Drop the secret of a session that is over from the cookie; say whether there was one."""
    return session.pop("_user_id", None) is not None


def _clear_cookie() -> None:
    language = session.get(CHOICE)
    session.clear()
    g.pop("csrf_token", None)  # made for the session that is over; the page of this answer needs one of the new
    if language:
        session[CHOICE] = language
