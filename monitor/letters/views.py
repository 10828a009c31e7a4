"""The pages of letters: begin one from a visit, edit its blocks, check it, have it made, record that it was sent."""

from datetime import date, datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.forms.fields import add_error
from monitor.jobs.queue import put_after_commit
from monitor.letters import labels, operations, queries
from monitor.letters.assembly import content_of_letter
from monitor.letters.bundles import request_bundle
from monitor.letters.drafting import letter_text
from monitor.letters.forms import PREFIX, PaperForm, SentForm, begin_form, block_fields, letter_form
from monitor.letters.models import BLOCKS, TRANSMISSIONS, Block, Letter, LetterKind
from monitor.letters.operations import AlreadySent, NoAddressee, NotMade, OutOfTime, Overtaken
from monitor.letters.prefill import answered_corrections, is_of_all_findings
from monitor.recommendations.views.blueprint import LONG_TEXTS
from monitor.reports import release_words, releases
from monitor.reports.languages import language_name
from monitor.reports.models import Paper
from monitor.reports.releases import NothingOpened, NotReleased, NotSettled
from monitor.reports.tasks import RENDER
from monitor.reports.views.check_page import Ways, check_page, is_complete, material_of, sent_settlements
from monitor.reports.views.documents import show_document
from monitor.reports.word_files import MEDIA_TYPE
from monitor.vault.reading import note_departure
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY
from monitor.web.body import body_limit
from monitor.web.filters import day
from monitor.web.versions import posted_version

bp = Blueprint("letters", __name__)


@bp.record_once
def words(state: BlueprintSetupState) -> None:
    """Give every template and macro the words for letters."""
    state.app.jinja_env.globals.update(letter_labels=labels)


@bp.get("/visits/<uuid:visit_id>/letters")
@requires(Permission.VISIT_READ)
def of_visit(visit_id: object) -> ResponseReturnValue:
    """List the letters about a visit, and offer to begin one."""
    return _list(g.subject)


@bp.post("/visits/<uuid:visit_id>/letters")
@requires(Permission.VISIT_WRITE_LETTER)
def begin(visit_id: object) -> ResponseReturnValue:
    """Begin a letter that is filled from the visit, to the office that is usually written to."""
    visit: Visit = g.subject
    form = begin_form(_kinds(visit))
    if not form.is_sent_and_sound():
        return _list(visit, form)
    letter = operations.begin_letter(
        visit, LetterKind(form.kind.data), queries.usual_addressee(visit), today=_today(), by=current_user, at=g.now
    )
    _say_what_to_look_at(letter)
    return redirect(url_for(".edit", outgoing_id=letter.id))


def _say_what_to_look_at(letter: Letter) -> None:
    """Say where the first words of a letter hold more, or less, than its writer may think."""
    if letter.kind is LetterKind.URGENT and is_of_all_findings(letter.visit):
        flash(
            _("Nothing is marked as urgent, so the letter begins with all findings. Keep only what cannot wait."),
            "warning",
        )
    if letter.blocks.get(Block.CORRECTIONS.value) == "" and answered_corrections(letter.visit):
        flash(
            _(
                "Corrections of fact were answered and are not filled in: no letter says that the draft went to this "
                "office, and to no other. Copy what is theirs."
            ),
            "warning",
        )


def _list(visit: Visit, form: Any = None) -> ResponseReturnValue:
    return render_template(
        "letters/of_visit.html", visit=visit, rows=queries.of_visit(visit), form=form or begin_form(_kinds(visit))
    )


def _kinds(visit: Visit) -> list[LetterKind]:
    """Return the letters that can be begun: those that go with a report from the approval on."""
    is_approved = visit.state in SEEN_BY_THE_WHOLE_BODY
    return [kind for kind in LetterKind if is_approved or kind not in TRANSMISSIONS]


@bp.get("/letters/<uuid:outgoing_id>")
@requires(Permission.LETTER_READ)
def show(outgoing_id: object) -> ResponseReturnValue:
    """Show a letter and its next step."""
    return _page(g.subject)


def _page(letter: Letter, form: SentForm | None = None) -> str:
    content = content_of_letter(letter) if letter.is_draft else None
    return render_template(
        "letters/show.html", letter=letter, visit=letter.visit, blocks=BLOCKS[letter.kind],
        is_checked=content is not None and is_complete(content), ready=operations.ready_document(letter),
        paper=PaperForm(), form=form or SentForm(sent_on=_today()),
    )  # fmt: skip


@bp.get("/letters/<uuid:outgoing_id>/text")
@requires(Permission.LETTER_READ, steps_up=True)
def text(outgoing_id: object) -> ResponseReturnValue:
    """Hand over the text of a letter for drafting; without a release check it is marked as a draft of ours."""
    letter: Letter = g.subject
    content = content_of_letter(letter)
    note_departure("letter:text-taken", subject_id=letter.id, content=content.fingerprint)
    made = letter_text(letter, is_released=is_complete(content), on=_today())
    headers = {"Content-Disposition": f'attachment; filename="letter-{letter.id.hex[-8:]}.docx"'}
    return Response(made, mimetype=MEDIA_TYPE, headers=headers)


@bp.route("/letters/<uuid:outgoing_id>/edit", methods=["GET", "POST"])
@requires(Permission.LETTER_WRITE)
@body_limit(LONG_TEXTS)
def edit(outgoing_id: object) -> ResponseReturnValue:
    """Change a letter; where somebody was quicker, show what stands now beside what was typed."""
    letter: Letter = g.subject
    offices = {str(one.id): one for one in queries.writable_to(current_user)}
    form, present = letter_form(letter, offices.values()), {}
    if form.is_sent_and_sound():
        base = posted_version(form.base_version.data)
        try:
            operations.update_letter(letter, form.draft(offices), base_version=base, by=current_user, at=g.now)
        except Overtaken as overtaken:
            form.base_version.data = str(overtaken.version)
            present = {name: _shown(name, value) for name, value in overtaken.present.items()}
        except AlreadySent:
            flash(_("The letter was sent: it is kept as it is."), "warning")
            return redirect(url_for(".show", outgoing_id=letter.id))
        else:
            flash(_("The letter is saved."), "success")
            return redirect(url_for(".show", outgoing_id=letter.id))
    elif not letter.is_draft:
        return redirect(url_for(".show", outgoing_id=letter.id))
    return render_template(
        "letters/edit.html", letter=letter, visit=letter.visit, form=form, blocks=block_fields(form), present=present,
        words={field.name.removeprefix(PREFIX): field.label.text for field in form},
    )  # fmt: skip


def _shown(name: str, value: Any) -> str:
    match name:
        case "authority":
            return str(value.name) if value else ""
        case "language":
            return language_name(value)
        case "dated" | "reply_by":
            return day(value)
    return str(value)


@bp.post("/letters/<uuid:outgoing_id>/again")
@requires(Permission.LETTER_WRITE)
def begin_from(outgoing_id: object) -> ResponseReturnValue:
    """Begin a new letter with the texts of this one."""
    made = operations.begin_from(g.subject, today=_today(), by=current_user, at=g.now)
    return redirect(url_for(".edit", outgoing_id=made.id))


@bp.post("/letters/<uuid:outgoing_id>/remove")
@requires(Permission.LETTER_WRITE)
def remove(outgoing_id: object) -> ResponseReturnValue:
    """Remove a letter that was never sent."""
    letter: Letter = g.subject
    visit_id = letter.visit_id
    try:
        operations.remove_letter(letter, by=current_user, at=g.now)
    except AlreadySent:
        flash(_("The letter was sent: it is kept as it is."), "warning")
    else:
        flash(_("The letter is removed."), "success")
    return redirect(url_for(".of_visit", visit_id=visit_id))


@bp.get("/letters/<uuid:outgoing_id>/release")
@requires(Permission.LETTER_RELEASE, steps_up=True)
def release(outgoing_id: object) -> ResponseReturnValue:
    """Show what is to be settled before the letter leaves, or the check that stands."""
    letter: Letter = g.subject
    content = content_of_letter(letter)
    return check_page(content, _ways(letter), None if is_complete(content) else material_of(letter.visit))


@bp.post("/letters/<uuid:outgoing_id>/release")
@requires(Permission.LETTER_RELEASE, steps_up=True)
def check(outgoing_id: object) -> ResponseReturnValue:
    """Keep the check when every hit is settled; else say which are not."""
    letter: Letter = g.subject
    content, material = content_of_letter(letter), material_of(letter.visit)
    try:
        releases.check(content, material, sent_settlements(), by=current_user, at=g.now)
    except NotSettled as left:
        return check_page(content, _ways(letter), material, left.hits)
    except NothingOpened:
        flash(_("Nothing that was said in confidence opens for you, so nothing was compared."), "warning")
        return redirect(url_for(".release", outgoing_id=letter.id))
    flash(_("Your check is kept. It holds for exactly this content."), "success")
    return redirect(url_for(".show" if is_complete(content) else ".release", outgoing_id=letter.id))


def _ways(letter: Letter) -> Ways:
    return Ways(
        check=url_for(".check", outgoing_id=letter.id),
        release="",
        back=url_for(".show", outgoing_id=letter.id),
        sent_along={},
    )


@bp.post("/letters/<uuid:outgoing_id>/document")
@requires(Permission.LETTER_RELEASE, steps_up=True)
def make(outgoing_id: object) -> ResponseReturnValue:
    """Have the PDF of a checked letter made."""
    letter: Letter = g.subject
    form = PaperForm()
    paper = Paper(form.paper.data) if form.is_sent_and_sound() else Paper.A4
    try:
        document = operations.request_letter(letter, paper=paper, by=current_user, at=g.now)
    except NoAddressee:
        flash(_("Choose an addressee first."), "warning")
    except AlreadySent:
        flash(_("The letter was sent: it is kept as it is."), "warning")
    except NotReleased as refused:
        flash(str(release_words.REFUSALS[refused.refusal]), "warning")
    else:
        if document.is_open:
            put_after_commit(RENDER.name, document.id)
    return redirect(url_for(".show", outgoing_id=letter.id))


@bp.post("/letters/<uuid:outgoing_id>/sent")
@requires(Permission.LETTER_SEND)
def send(outgoing_id: object) -> ResponseReturnValue:
    """Record that the letter was sent as its PDF says; from then on it is kept as it is."""
    letter: Letter = g.subject
    form = SentForm()
    if not form.is_sent_and_sound():
        return _page(letter, form)
    try:
        operations.send_letter(letter, on=form.sent_on.data, today=_today(), by=current_user, at=g.now)
    except OutOfTime:
        add_error(form.sent_on, _("Give a day from the date of the letter to today."))
        return _page(letter, form)
    except NotMade:
        flash(_("The PDF of what the letter says now is not there yet: check the letter and have it made."), "warning")
    except AlreadySent:
        flash(_("The letter was sent: it is kept as it is."), "warning")
    else:
        flash(_("The letter is kept as it was sent."), "success")
    return redirect(url_for(".show", outgoing_id=letter.id))


@bp.post("/visits/<uuid:visit_id>/documents/bundle")
@requires(Permission.DOCUMENT_REQUEST, steps_up=True)
def bundle(visit_id: object) -> ResponseReturnValue:
    """Have everything about a visit that this person may open put into one zip."""
    visit: Visit = g.subject
    may = partial(current_app.extensions["guard"].permits, current_user)
    return show_document(request_bundle(visit, may, by=current_user, at=g.now))


def _today() -> date:
    now: datetime = g.now
    return now.astimezone(get_timezone()).date()
