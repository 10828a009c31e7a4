"""Signing in and out of the browser: the only place that touches Flask-Login and the cookie."""

from datetime import UTC, datetime, timedelta

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import update
from werkzeug.wrappers import Response as BaseResponse

from monitor.access.guard import mark_of
from monitor.accounts import operations, queries
from monitor.accounts.models import User, UserSession
from monitor.db import begin_as_reader, db, writing
from monitor.tenancy import act_for, across_mechanisms

NOTED_AT_MOST_EVERY = timedelta(minutes=1)
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOCKED = 423


def init_sessions(app: Flask) -> None:
    """Let the cookie's secret name a session row, and the row the person; a locked session opens nothing."""
    manager = LoginManager(app)
    manager.session_protection = None  # the row decides, not the address or the browser's name
    manager.user_loader(load_user)

    @app.before_request
    def establish() -> BaseResponse | None:
        act_for(None)
        g.now = datetime.now(UTC)
        g.user_session = None
        g.mechanism = None
        begin_as_reader(request.method in READING_METHODS)
        if request.endpoint == "static":
            return None
        if not current_user.is_authenticated:
            return None
        g.mechanism = current_user.mechanism
        act_for(current_user.mechanism_id)
        return _refuse_while_locked() or _note_use()

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        act_for(None)
        begin_as_reader(False)


def load_user(secret: str) -> User | None:
    """Return the person behind the cookie's secret while the session is open, for Flask-Login."""
    with across_mechanisms():
        found = queries.get_session(secret)
    if found is None or found.is_over(g.now) or not found.user.is_enabled:
        return None
    g.user_session = found
    found.user.session_token = secret
    return found.user


def _refuse_while_locked() -> BaseResponse | None:
    mark = mark_of(current_app, request.endpoint)
    if not g.user_session.is_locked(g.now) or mark is None or mark.works_while_locked:
        return None
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        response: Response = jsonify(error="locked")
        response.status_code = LOCKED
        return response
    if request.method in READING_METHODS:
        return redirect(url_for("accounts.locked", next=request.full_path.rstrip("?")))
    abort(LOCKED)


def _note_use() -> None:
    """Write the moment of use at most once a minute, in a short transaction of its own."""
    mark = mark_of(current_app, request.endpoint)
    found: UserSession = g.user_session
    counts = mark is not None and mark.counts_as_use
    if not counts or found.is_locked(g.now) or g.now - found.last_used_at < NOTED_AT_MOST_EVERY:
        return
    if request.method not in READING_METHODS:
        found.last_used_at = g.now  # part of the request's own transaction, which holds the write lock already
        return
    db.session.rollback()  # where there is no WAL, our own open read would keep the writer out
    with writing(), db.engine.begin() as connection:
        connection.execute(update(UserSession).where(UserSession.id == found.id).values(last_used_at=g.now))


def sign_in(user: User) -> None:
    """Begin a new session in this browser; whatever cookie it had before is dropped."""
    session.clear()
    user.session_token = operations.open_session(user, at=g.now)
    login_user(user)


def sign_out() -> None:
    """End this browser's session, in the database and in the cookie."""
    if g.user_session is not None:
        operations.end_session(g.user_session, at=g.now)
    logout_user()
    session.clear()
