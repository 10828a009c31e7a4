"""The register of authorities and partners. The page of one shows its recommendations, so it is a view of theirs."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.forms.fields import add_error
from monitor.authorities import labels, operations, queries
from monitor.authorities.forms import AuthorityForm
from monitor.authorities.models import Authority, AuthorityKind
from monitor.authorities.operations import InUse, NameTaken, Overtaken
from monitor.db import db
from monitor.web.pagination import read_page, requested_page
from monitor.web.versions import posted_version

bp = Blueprint("authorities", __name__, url_prefix="/authorities")


@bp.record_once
def words(state: BlueprintSetupState) -> None:
    """Give every template the words for kinds."""
    state.app.jinja_env.globals.update(authority_kinds=labels.KINDS)


@bp.get("/")
@requires(Permission.AUTHORITY_LIST)
def index() -> ResponseReturnValue:
    """Show the register, with a search and a kind."""
    q = request.args.get("q", "")[:200]
    asked = request.args.get("kind", "")
    kind = AuthorityKind(asked) if asked in set(AuthorityKind) else None
    page = read_page(queries.matching(current_user, q, kind), requested_page(), db.session())
    return render_template("authorities/index.html", page=page, q=q, kind=kind)


@bp.route("/add", methods=["GET", "POST"])
@requires(Permission.AUTHORITY_EDIT)
def add() -> ResponseReturnValue:
    """Add an office to the register."""
    form = AuthorityForm()
    if form.is_sent_and_sound():
        try:
            made = operations.add_authority(g.mechanism.id, form.entry(), by=current_user, at=g.now)
        except NameTaken:
            _refuse_name(form)
        else:
            flash(_("%(name)s is in the register now.", name=made.name), "success")
            return redirect(url_for("recommendations.of_authority", authority_id=made.id))
    return render_template("authorities/edit.html", form=form, authority=None, present={})


@bp.route("/<uuid:authority_id>/edit", methods=["GET", "POST"])
@requires(Permission.AUTHORITY_EDIT)
def edit(authority_id: object) -> ResponseReturnValue:
    """Change an office; where somebody was quicker, show what the register says now beside what was typed."""
    authority: Authority = g.subject
    code = authority.place.code if authority.place else ""
    form = AuthorityForm(obj=authority, base_version=authority.version, place_code=code)
    present: dict[str, str] = {}
    if form.is_sent_and_sound():
        try:
            operations.update_authority(
                authority, form.entry(), base_version=posted_version(form.base_version.data), by=current_user, at=g.now
            )
        except NameTaken:
            _refuse_name(form)
        except Overtaken as overtaken:
            form.base_version.data = str(overtaken.version)
            present = {name: _shown(name, value) for name, value in overtaken.present.items() if name in form.data}
            present["place_code"] = code
        else:
            flash(_("The register is saved."), "success")
            return redirect(url_for("recommendations.of_authority", authority_id=authority.id))
    return render_template("authorities/edit.html", form=form, authority=authority, present=present)


@bp.post("/<uuid:authority_id>/remove")
@requires(Permission.AUTHORITY_EDIT)
def remove(authority_id: object) -> ResponseReturnValue:
    """Remove an office that nothing was ever addressed to."""
    authority: Authority = g.subject
    name = authority.name
    try:
        operations.remove_authority(authority, by=current_user, at=g.now)
    except InUse:
        flash(_("%(name)s stays in the register: recommendations or letters are addressed to it.", name=name), "error")
        return redirect(url_for("recommendations.of_authority", authority_id=authority_id))
    flash(_("%(name)s is no longer in the register.", name=name), "success")
    return redirect(url_for(".index"))


def _refuse_name(form: AuthorityForm) -> None:
    add_error(form.name, _("The register has an office of this name already."))


def _shown(name: str, value: Any) -> str:
    return str(labels.KINDS[value]) if name == "kind" else str(value or "")
