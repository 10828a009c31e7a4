"""A small application around monitor.web alone: pages, failures and a pretended session, for this folder's tests."""

from dataclasses import dataclass, field
from datetime import date
from errno import ENOSPC
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, abort, current_app, flash, g, jsonify, redirect, render_template, request
from flask_login import LoginManager
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from monitor.config import ROOT
from monitor.db import db
from monitor.web.body import DOCUMENT_BODY, body_limit
from monitor.web.install import init_web
from monitor.web.locale import choose_language
from monitor.web.pagination import Page, requested_page, requested_sort

CANARY = "canary-7Q2"
views = Blueprint("sample", __name__)
accounts = Blueprint("accounts", __name__)
devices = Blueprint("sync", __name__)


class SampleBase(DeclarativeBase):
    """Keeps the tests' own table out of the product's metadata."""


class Note(SampleBase):
    """One row that the tests write."""

    __tablename__ = "sample_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


@dataclass
class Person:
    """Who is signed in."""

    id: str = "person-1"
    name: str = "Amina Diallo"
    email: str = "amina.diallo@example.org"
    language: str | None = None
    is_authenticated: bool = True


@dataclass
class Mechanism:
    """Whose records these are."""

    time_zone: str = "Europe/Oslo"
    is_training: bool = True

    def name(self, language: str) -> str:
        return "National Preventive Mechanism of Examplia"


@dataclass
class Clock:
    """The pretended session, which browser tests turn."""

    state: str = "open"
    locks_in: float = 900
    used: int = 0
    asked: int = 0
    person: Person | None = field(default_factory=Person)


class PlanForm(FlaskForm):
    """A form with every kind of control."""

    place = SelectField(
        "Place",
        choices={"": "", "1": "Bredtveit prison", "2": "Oslo police arrest"},
        validators=[InputRequired("Choose the place.")],
    )
    starts_on = DateField("First day", validators=[InputRequired("Enter the first day, such as 14 March 2023.")])
    kind = RadioField(
        "Kind of visit",
        choices={"full": "Full", "follow": "Follow-up", "thematic": "Thematic"},
        validators=[InputRequired("Choose the kind of visit.")],
    )
    is_announced = BooleanField("The place knows that we come")
    purpose = TextAreaField(
        "Purpose", validators=[Optional(), Length(max=200, message="Shorten the purpose to 200 characters.")]
    )
    capacity = IntegerField("Capacity", validators=[Optional(), NumberRange(min=0, message="Capacity is 0 or more.")])


def clock() -> Clock:
    found: Clock = current_app.extensions["clock"]
    return found


def make_sample_app(folder: Path, **config: Any) -> Flask:
    """Build the sample application on a database of its own in `folder`."""
    app = Flask("monitor", root_path=str(ROOT / "monitor"), template_folder="../templates", static_folder="../static")
    app.config.update(
        SECRET_KEY="sample",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'sample.db'}",
        VERSION="0.1.0",
        **config,
    )
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "tests/web/templates")]
    )
    app.extensions["clock"] = Clock()
    app.jinja_env.globals["navigation"] = navigation
    app.jinja_env.globals["can"] = lambda _permission, _subject=None: False
    app.jinja_env.globals["session_locks_in"] = lambda: clock().locks_in
    db.init_app(app)
    init_web(app)
    LoginManager(app).request_loader(lambda _request: clock().person)
    app.before_request(set_mechanism)
    app.register_blueprint(views)
    app.register_blueprint(accounts)
    app.register_blueprint(devices)
    with app.app_context():
        SampleBase.metadata.create_all(db.engine)
    return app


def set_mechanism() -> None:
    g.mechanism = Mechanism() if clock().person else None


def navigation() -> list[tuple[str, str, bool]]:
    labels = ["Start", "Places", "Visits", "Recommendations", "Guide", "Administration"]
    return [("sample.places", label, label == "Places") for label in labels]


@dataclass
class Row:
    name: str
    state: str
    tone: str
    rating: str
    word: str
    done: int
    capacity: int


ROWS = [
    Row(
        "Bredtveit prison and detention centre for women",
        "Under way",
        "active",
        "partly",
        "Partly meets standards",
        7,
        64,
    ),
    Row("Oslo police arrest", "Planned", "waiting", "meets", "Meets standards", 0, 1120),
    Row("Trandum", "Approved", "done", "does_not_meet", "Does not meet standards", 37, 160),
    Row("Dikemark", "Cancelled", "stopped", "not_examined", "Not examined", 12, 24),
    Row("Ila", "Reply overdue", "attention", "not_applicable", "Not applicable", 3, 124),
]


@views.get("/")
@views.get("/places", endpoint="places")
def start() -> str:
    page = Page(ROWS, requested_page(), 2147)
    return render_template(
        "list.html",
        page=page,
        sort=requested_sort({"name", "capacity"}, "name"),
        day_of_visit=date(2023, 3, 13),
        last_day=date(2023, 3, 16),
        today=date(2023, 3, 10),
    )


@views.route("/form", methods=["GET", "POST"])
def plan() -> Any:
    form = PlanForm()
    if form.validate_on_submit():
        db.session.add(Note(text=form.purpose.data or ""))
        flash("The plan was saved.", "success")
        return redirect("/places?page=2#top")
    return render_template("form.html", form=form)


@views.get("/status/<int:status>")
@views.post("/status/<int:status>")
def status(status: int) -> Any:
    if status == 302:
        return redirect("/")
    abort(status, description=CANARY) if status != 200 else None
    return "done"


@views.route("/fault", methods=["GET", "POST"])
def fault() -> str:
    raise ValueError(CANARY)


@views.post("/busy")
def busy() -> str:
    raise OperationalError(f"insert {CANARY}", {"text": CANARY}, Exception("database is locked"))


@views.post("/full")
def full() -> str:
    raise OperationalError(f"insert {CANARY}", {"text": CANARY}, Exception("database or disk is full"))


@views.post("/broken-table")
def broken_table() -> str:
    raise OperationalError(f"insert {CANARY}", {"text": CANARY}, Exception("no such table"))


@views.post("/full-disk-file")
def full_disk_file() -> str:
    raise OSError(ENOSPC, CANARY)


@views.post("/stale")
def stale() -> str:
    raise StaleDataError(CANARY)


@views.post("/notes")
def write_note() -> Any:
    db.session.add(Note(text=request.form["text"]))
    flash("The note was saved.")
    wanted = int(request.args.get("then", 302))
    return redirect("/") if wanted == 302 else ("shown", wanted)


@views.get("/notes/count")
def count_notes() -> str:
    return str(len(db.session.scalars(select(Note)).all()))


@views.get("/notes/by-reading")
def write_by_reading() -> str:
    db.session.add(Note(text="by reading"))
    if "flush" in request.args:
        db.session.flush()
    return "read"


@views.post("/documents")
@body_limit(DOCUMENT_BODY)
def documents() -> str:
    return str(sum(len(value) for value in request.form.values()))


@accounts.get("/sign-in")
def sign_in() -> str:
    return "sign in"


@accounts.post("/sign-out")
def sign_out() -> Any:
    clock().state = "ended"
    return redirect("/")


@accounts.post("/language")
def language() -> Any:
    choose_language(request.form["language"])
    return redirect("/")


@accounts.get("/session")
def session_state() -> Any:
    clock().asked += 1
    person = clock().person
    return jsonify(
        state=clock().state, person=person and person.id, locks_in=clock().locks_in, csrf_token=generate_csrf()
    )


@accounts.post("/session/use")
def use() -> Any:
    if clock().state != "open":
        abort(423 if clock().state == "locked" else 401)
    clock().used += 1
    clock().locks_in = 900
    return jsonify(locks_in=900)


@accounts.post("/session/lock")
def lock() -> Any:
    clock().state = "locked"
    return jsonify(state="locked")


@accounts.post("/session/unlock")
def unlock() -> Any:
    if clock().state == "ended":
        abort(401)
    if request.get_json()["password"] != "right password":
        return jsonify(error="wrong_password", message="This is not your password."), 403
    clock().state, clock().locks_in = "open", 900
    return jsonify(locks_in=900, csrf_token=generate_csrf())


@devices.get("/offline")
def newest_shell() -> Any:
    return "kept on this device"
