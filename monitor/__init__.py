"""Monitor, a visit tracker for national preventive mechanisms: the whole application on one page."""

from functools import partial
from typing import Final

from flask import Flask
from flask_migrate import Migrate

from monitor.access.guard import Guard, SubjectLoader, init_guard
from monitor.accounts import factors, passwords
from monitor.accounts.interruptions import init_interruptions
from monitor.accounts.queries import get_body, get_own_session, get_user
from monitor.accounts.session import init_sessions
from monitor.accounts.tasks import DROP_IDLE_KEYS
from monitor.accounts.views import bp as account_pages
from monitor.answers import server_key
from monitor.audit.operations import use_key
from monitor.authorities.queries import get_authority
from monitor.authorities.views import bp as authority_pages
from monitor.cli import audit as audit_commands
from monitor.cli import demo as demo_commands
from monitor.cli import jobs as job_commands
from monitor.cli import mechanisms as mechanism_commands
from monitor.cli import places as place_commands
from monitor.cli import reports as report_commands
from monitor.cli import search as search_commands
from monitor.cli import users as user_commands
from monitor.cli import visits as visit_commands
from monitor.config import ROOT, Settings, load_settings
from monitor.db import db, engine_options, optimize, prepare_sqlite, reading, verify_sqlite
from monitor.evidence.operations import let_go_of_files
from monitor.evidence.queries import get_file
from monitor.evidence.queries import sealed_of_visit as sealed_files
from monitor.evidence.views import bp as evidence_pages
from monitor.exchange.leaving import content_of_export
from monitor.exchange.views import bp as exchange_pages
from monitor.guide import texts as guide_texts
from monitor.guide.views import bp as guide_pages
from monitor.insight.tasks import mail_what_waits
from monitor.insight.views import bp as home_page
from monitor.interviews.operations import fitting_line, let_go_at_approval
from monitor.interviews.queries import get_talk
from monitor.interviews.queries import sealed_of_visit as sealed_talks
from monitor.interviews.views import bp as interview_pages
from monitor.jobs.queue import init_jobs
from monitor.letters import drawing as letter_drawing
from monitor.letters import zipping
from monitor.letters.queries import get_outgoing, report_left_on, urgent_sent
from monitor.letters.views import bp as letter_pages
from monitor.navigation import init_navigation
from monitor.oversight.views import bp as oversight_pages
from monitor.paper import printing
from monitor.paper.views import bp as paper_pages
from monitor.permission_map import RULES
from monitor.places.operations import drop_stale_uploads
from monitor.places.queries import get_place, get_waiting_import
from monitor.places.views.editing import bp as place_pages
from monitor.places.views.importing import bp as place_import_pages
from monitor.recommendations import queries as recommendation_queries
from monitor.recommendations.operations import number_for_good
from monitor.recommendations.sending import letter_left, was_released
from monitor.recommendations.views import bp as recommendation_pages
from monitor.reports import collection, releases
from monitor.reports.content import Version
from monitor.reports.models import DocumentKind, Outgoing
from monitor.reports.queries import get_document
from monitor.reports.tasks import RENDER, drawers
from monitor.reports.views.documents import bp as report_pages
from monitor.reports.views.follow_up import bp as follow_up_pages
from monitor.reports.views.release import bp as release_pages
from monitor.search.models import Subject
from monitor.search.queries import ids_holding
from monitor.search.views import bp as search_page
from monitor.sync.queries import get_device
from monitor.sync.views import bp as device_pages
from monitor.vault import from_devices
from monitor.vault.operations import on_first_reader
from monitor.vault.reading import init_readings
from monitor.vault.views import bp as key_pages
from monitor.visits.from_devices import fitting_answer
from monitor.visits.operations import after_step
from monitor.visits.queries import get_visit
from monitor.visits.sealing import also_sealed, seal_visits_of
from monitor.visits.views import bp as visit_pages
from monitor.web.install import init_web

VERSION: Final = "0.1.0"

migrate = Migrate()

# in the order of the domains
BLUEPRINTS: Final = (
    account_pages,
    key_pages,
    guide_pages,
    place_pages,
    place_import_pages,
    visit_pages,
    interview_pages,
    evidence_pages,
    authority_pages,
    recommendation_pages,
    search_page,
    report_pages,
    follow_up_pages,
    release_pages,
    paper_pages,
    letter_pages,
    exchange_pages,
    device_pages,
    home_page,
    oversight_pages,
)
JOBS: Final = (RENDER, DROP_IDLE_KEYS)
UPKEEP: Final = (drop_stale_uploads, optimize, mail_what_waits)
COMMANDS: Final = (
    audit_commands.group,
    mechanism_commands.group,
    user_commands.group,
    demo_commands.group,
    place_commands.group,
    visit_commands.group,
    report_commands.group,
    search_commands.group,
    job_commands.group,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; raises UnusableSettings, BrokenGuide, UnsafeDatabase or Unguarded, never starts unsafe."""
    settings = settings or load_settings()
    app = Flask(
        __name__, template_folder="../templates", static_folder="../static", instance_path=str(settings.instance)
    )
    configure(app, settings)
    guide_texts.verify()
    on_first_reader[:] = [seal_visits_of]
    also_sealed[:] = [sealed_talks, sealed_files]
    from_devices.checks |= {"answer": fitting_answer, "talk": fitting_line}
    releases.makers[Outgoing.EXPORT] = content_of_export
    drawers[DocumentKind.PRINTED_FORM] = printing.drawing_of
    drawers[DocumentKind.LETTER] = letter_drawing.drawing_of
    drawers[DocumentKind.BUNDLE] = zipping.drawing_of
    recommendation_queries.ids_holding[:] = [partial(ids_holding, subject=Subject.RECOMMENDATION)]
    was_released["send_draft"] = partial(releases.was_released, version=Version.AUTHORITY)
    was_released["send_final"] = partial(releases.was_released, version=Version.AUTHORITY)
    was_released["publish"] = partial(releases.was_released, version=Version.PUBLIC)
    letter_left[:] = [report_left_on]
    collection.urgent_letters[:] = [urgent_sent]
    after_step["approve"] = [let_go_at_approval, let_go_of_files, number_for_good]
    init_database(app)
    init_jobs(app, settings.instance / "jobs.db", JOBS, UPKEEP)
    init_web(app)
    init_sessions(app)
    init_interruptions(app)
    init_readings(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for group in COMMANDS:
        app.cli.add_command(group)
    guard = Guard(RULES, subjects())
    init_guard(app, guard)
    init_navigation(app, guard)
    guard.verify(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Put the settings where Flask and its extensions look for them."""
    app.extensions["settings"] = settings
    app.config.update(
        VERSION=VERSION,
        TESTING=settings.environment == "testing",
        SECRET_KEY=settings.key("cookies", outlives_rows=True),
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.sqlalchemy_url),
        SESSION_COOKIE_NAME="__Host-monitor" if settings.is_secure else "monitor",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
    )
    use_key(settings.key("audit"))
    factors.use_key(settings.key("factors"))
    server_key.use_key(settings.key("answers"))
    releases.use_key(settings.key("releases"))
    passwords.use_work(settings.password_work)


def init_database(app: Flask) -> None:
    """Connect the database with the settings that its safety rests on, and the wall between mechanisms."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "monitor" / "migrations"), render_as_batch=True)
    with app.app_context():
        prepare_sqlite(db.engine)
        if db.engine.dialect.name == "sqlite":
            with reading(), db.engine.connect() as connection:
                verify_sqlite(connection)


def subjects() -> dict[str, SubjectLoader]:
    """Return how the guard finds the subject behind each kind of id in an address, as far as the person may see it."""
    return {
        "authority_id": get_authority,
        "body_id": get_body,
        "device_id": get_device,
        "document_id": get_document,
        "file_id": get_file,
        "import_id": get_waiting_import,
        "letter_id": recommendation_queries.get_letter,
        "outgoing_id": get_outgoing,
        "passkey_id": factors.get_own_passkey,
        "place_id": get_place,
        "recommendation_id": recommendation_queries.get_recommendation,
        "session_id": get_own_session,
        "talk_id": get_talk,
        "user_id": get_user,
        "visit_id": get_visit,
    }
