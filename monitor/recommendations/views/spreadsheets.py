"""Taking reply forms and lists of recommendations away; each leaves an event in the log.

A reply form holds what the office it goes to was asked, and nothing else: only the list asks who is there once more.
Nothing is in a form that has not left, or passed the release check of the version for the authority.
"""

from datetime import datetime
from typing import Final

from flask import Response, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.authorities.models import Authority
from monitor.db import db
from monitor.recommendations import queries, tables
from monitor.recommendations.sending import may_reach_authority
from monitor.recommendations.spreadsheets import (
    LONGEST_FORM,
    FormPart,
    forms_for,
    list_xlsx,
    reply_form_csv,
    reply_form_xlsx,
)
from monitor.recommendations.views.blueprint import bp
from monitor.recommendations.views.register import listed
from monitor.vault.reading import note_departure
from monitor.visits.models import Visit
from monitor.web.filters import number as written
from monitor.web.locale import available_languages, page_language
from monitor.web.pagination import requested_page

MOST_EXPORTED: Final = 5000
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: Final = {"xlsx": (reply_form_xlsx, XLSX), "csv": (reply_form_csv, "text/csv")}


@bp.get("/authorities/<uuid:authority_id>/reply-form")
@requires(Permission.AUTHORITY_READ)
def reply_form_of_authority(authority_id: object) -> ResponseReturnValue:
    """Hand over the form for everything that is open with an office, in its language; one of several of a long list."""
    authority: Authority = g.subject
    query = queries.open_with_authority(current_user, authority)
    forms = forms_for(queries.count(query))
    number = min(requested_page(), forms)
    rows = db.session.scalars(query.limit(LONGEST_FORM).offset((number - 1) * LONGEST_FORM)).all()
    note_departure("authority:form-downloaded", subject_id=authority.id, rows=len(rows))
    return _form(FormPart(rows, number, forms), authority.language or page_language())


@bp.get("/visits/<uuid:visit_id>/reply-form")
@requires(Permission.VISIT_SEND)
def reply_form_of_visit(visit_id: object) -> ResponseReturnValue:
    """Hand over the form for the recommendations of an approved visit that are open, in its language."""
    visit: Visit = g.subject
    if not may_reach_authority(visit):
        flash(_("A reply form can be taken once the version for the authority passed its release check."), "warning")
        return redirect(url_for(".of_visit", visit_id=visit.id))
    rows = [row for row in queries.of_visit(visit) if row.reference and row.is_open]
    note_departure("visit:form-downloaded", subject_id=visit.id, rows=len(rows))
    return _form(FormPart(rows), visit.language)


@bp.get("/recommendations/list.xlsx")
@requires(Permission.RECOMMENDATION_LIST, steps_up=True)
def export() -> ResponseReturnValue:
    """Hand over the list as it is filtered and sorted; nothing is cut, a longer one is refused."""
    rows = db.session.scalars(listed().limit(MOST_EXPORTED + 1)).all()
    if len(rows) > MOST_EXPORTED:
        sentence = _("At most %(most)s recommendations fit one file. Narrow the filters.", most=written(MOST_EXPORTED))
        flash(sentence, "error")
        return redirect(url_for(".index"))
    note_departure("mechanism:recommendations-downloaded", subject_id=g.mechanism.id, rows=len(rows))
    lines = tables.table_rows(rows, datetime.now(get_timezone()).date())
    content = list_xlsx(lines, is_training=g.mechanism.is_training)
    return _file(content, "recommendations.xlsx", XLSX)


def _form(part: FormPart, language: str) -> Response:
    ending = request.args.get("as", "xlsx")
    if ending not in FORMS:
        abort(404)
    write, media_type = FORMS[ending]
    code = language.replace("-", "_")
    spoken = code if code in available_languages() else page_language().replace("-", "_")
    name = f"reply-form-{part.number}" if part.of > 1 else "reply-form"
    return _file(write(part, spoken), f"{name}.{ending}", media_type)


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=media_type, headers=headers)
