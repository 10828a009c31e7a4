"""The pages of forms on paper: print them, find a loose page by its code, enter it, check it, keep its scan."""

from uuid import UUID

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.evidence.operations import Sent
from monitor.evidence.views import LARGEST_BODY, LONGEST_NAME
from monitor.evidence.words import UNFIT
from monitor.files.limits import UnfitFile
from monitor.paper import operations, queries
from monitor.paper.codes import Mistyped, NotACode, PageCode, read_code
from monitor.paper.entry import EntryPage, entry_page, not_on_paper
from monitor.paper.forms import CodeForm, PrintForm, ScanForm, print_form
from monitor.paper.models import Mark, PrintedForm
from monitor.paper.operations import ScanNotKept
from monitor.recommendations.check_forms import check_form
from monitor.recommendations.queries import seen_on
from monitor.reports import labels
from monitor.reports.models import Paper
from monitor.reports.views.documents import show_document
from monitor.vault.operations import KeysRefused
from monitor.vault.words import REFUSED
from monitor.visits.form_pages import VisitForm, read_form
from monitor.visits.models import Visit
from monitor.visits.queries import get_visit
from monitor.visits.views.blueprint import guide_texts
from monitor.visits.views.form import form_context, save_page, uuid_or_new
from monitor.web.body import TOPIC_FORM_BODY, body_limit

bp = Blueprint("paper", __name__)


@bp.get("/paper")
@requires(Permission.VISIT_LIST)
def find() -> ResponseReturnValue:
    """Lead from a typed or scanned code to its page; `visit` names the visit on whose page it was typed."""
    form = CodeForm(request.args)
    if not form.code.data:
        return render_template("paper/find.html", form=form, other=None, page=None)
    try:
        code = read_code(form.code.data)
    except NotACode:
        return _not_found(form, _("A page's code has 11 or 12 digits: they stand beside the square on the page."))
    except Mistyped:
        return _not_found(form, _("This code does not fit together: a digit is wrong, or two are exchanged."))
    printed = queries.get_printed(current_user, code.number)
    if printed is None or not 1 <= code.page <= len(printed.pages or []):
        return _not_found(form, _("There is no such page, or it belongs to a visit that you cannot see."))
    here = get_visit(current_user, uuid_or_new(request.args.get("visit")))
    if here is not None and here.id != printed.visit_id:
        return render_template("paper/find.html", form=form, other=printed, page=code)
    return redirect(url_for(".entry", visit_id=printed.visit_id, page_code=str(code)))


def _not_found(form: CodeForm, why: str) -> str:
    form.code.errors = (why,)
    return render_template("paper/find.html", form=form, other=None, page=None)


@bp.get("/visits/<uuid:visit_id>/paper")
@requires(Permission.VISIT_READ)
def of_visit(visit_id: UUID) -> ResponseReturnValue:
    """Offer the form for printing, and list what was printed with what became of each page."""
    whole = read_form(g.subject)
    return _of_visit(whole, print_form(whole))


@bp.post("/visits/<uuid:visit_id>/paper")
@requires(Permission.DOCUMENT_REQUEST)
def request_print(visit_id: UUID) -> ResponseReturnValue:
    """Have the form of a visit, or a part of it, printed."""
    whole = read_form(g.subject)
    form = print_form(whole)
    if not form.validate_on_submit():
        return _of_visit(whole, form)
    document = operations.request_print(
        whole.visit,
        form.part.data,
        language=form.language.data,
        paper=Paper(form.paper.data),
        by=current_user,
        at=g.now,
    )
    return show_document(document)


def _of_visit(whole: VisitForm, form: PrintForm) -> str:
    visit = whole.visit
    printings = queries.of_visit(visit)
    return render_template(
        "paper/of_visit.html", visit=visit, form=form, printings=printings, code_form=CodeForm(formdata=None),
        marks={printed.id: queries.marks(printed) for printed in printings},
        added={printed.id: not_on_paper(printed, whole) for printed in printings},
        scanned={printed.id: {scan.page for scan in queries.scans(printed)} for printed in printings},
        words=guide_texts(whole.guide.version), page_code=PageCode,
    )  # fmt: skip


@bp.get("/visits/<uuid:visit_id>/paper/<string:page_code>")
@requires(Permission.VISIT_READ)
def entry(visit_id: UUID, page_code: str) -> ResponseReturnValue:
    """Show the entry screen of a page: its items in the paper's order."""
    printed, number = _page_named(page_code)
    if printed.visit_id != g.subject.id:
        return redirect(url_for(".find", code=page_code, visit=g.subject.id))
    whole = read_form(g.subject)
    return _entry(whole, _page_of(printed, number, whole), ScanForm(formdata=None))


def _entry(whole: VisitForm, page: EntryPage, scan_form: ScanForm) -> str:
    context = form_context(whole, page.shown) | {"from_paper": True}
    return render_template(
        "paper/entry.html", entry=page, scan_form=scan_form, code_form=CodeForm(formdata=None),
        printed_words=guide_texts(page.printed.guide_version), evidence=labels.evidence,
        checks=check_form(page.checks)(formdata=None), seen=seen_on(whole.visit), **context,
    )  # fmt: skip


def _page_named(page_code: str) -> tuple[PrintedForm, int]:
    try:
        code = read_code(page_code)
    except (NotACode, Mistyped):
        abort(404)
    printed = queries.get_printed(current_user, code.number)
    if printed is None:
        abort(404)
    return printed, code.page


def _page_of(printed: PrintedForm, number: int, whole: VisitForm) -> EntryPage:
    return entry_page(printed, number, whole, current_user) or abort(404)


def _page_here(page_code: str, visit: Visit) -> tuple[VisitForm, EntryPage]:
    """Return the form of a visit and the page of it that is named; 404 for a page of another visit."""
    printed, number = _page_named(page_code)
    if printed.visit_id != visit.id:
        abort(404)
    whole = read_form(visit)
    return whole, _page_of(printed, number, whole)


@bp.post("/visits/<uuid:visit_id>/paper/<string:page_code>")
@requires(Permission.VISIT_FILL)
@body_limit(TOPIC_FORM_BODY)
def save_entry(visit_id: UUID, page_code: str) -> ResponseReturnValue:
    """Save a page of paper sent by its button; the button that ends it notes that the page is entered."""
    whole, page = _page_here(page_code, g.subject)
    if not save_page(whole, page.shown):
        return _entry(whole, page, ScanForm(formdata=None))
    if request.form.get("go") != "entered":
        return redirect(_address(page.code))
    operations.mark_entered(page.printed, page.number, by=current_user, at=g.now)
    following = page.beside(1)
    return redirect(_address(following) if following else url_for(".of_visit", visit_id=g.subject.id))


@bp.post("/visits/<uuid:visit_id>/paper/<string:page_code>/checked")
@requires(Permission.VISIT_FILL)
def check(visit_id: UUID, page_code: str) -> ResponseReturnValue:
    """Note that the entry of a page was held against the paper; by the mechanism's rule that destroys its scans."""
    _whole, page = _page_here(page_code, g.subject)
    if Mark.ENTERED not in page.marks:
        flash(_("This page is not marked as entered yet: enter it first."), "warning")
        return redirect(_address(page.code))
    destroyed = operations.mark_checked(page.printed, page.number, by=current_user, at=g.now)
    flash(_("Page %(page)s is checked.", page=page.number), "success")
    if destroyed:
        flash(ngettext("One scan of it was destroyed.", "%(num)s scans of it were destroyed.", destroyed), "success")
    return redirect(_address(page.code))


@bp.post("/visits/<uuid:visit_id>/paper/<string:page_code>/scans")
@requires(Permission.FILE_ADD)
@body_limit(LARGEST_BODY)
def add_scan(visit_id: UUID, page_code: str) -> ResponseReturnValue:
    """Take a scan of a page and seal it."""
    whole, page = _page_here(page_code, g.subject)
    form = ScanForm()
    if not form.validate_on_submit() or not _kept(form, page):
        return _entry(whole, page, form)
    flash(_("The scan is sealed."), "success")
    return redirect(_address(page.code))


def _kept(form: ScanForm, page: EntryPage) -> bool:
    """Keep a sent scan; where it cannot be kept, say why beside the field."""
    upload = form.file.data
    note = _("Scan of page %(code)s", code=page.code.shown)
    sent = Sent(upload.read(), (upload.filename or "")[:LONGEST_NAME], note)
    try:
        operations.attach_scan(page.printed, page.number, sent, by=current_user, at=g.now)
    except UnfitFile as unfit:
        form.file.errors = (UNFIT[unfit.reason],)
    except KeysRefused as refused:
        form.file.errors = (REFUSED[refused.code],)
    except ScanNotKept:
        form.file.errors = (_("This page is checked, and your mechanism keeps no scans of checked pages."),)
    else:
        return True
    return False


def _address(code: PageCode) -> str:
    return url_for(".entry", visit_id=g.subject.id, page_code=str(code))
