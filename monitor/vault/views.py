"""Pages about a body's keys: who can read confidential records, and what happens when keys are lost."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.models import Body
from monitor.accounts.queries import exchanged_keys, list_members
from monitor.sealing.key_pairs import fingerprint
from monitor.vault import operations, queries, words
from monitor.vault.forms import PaperForm, from_paper_form, person_form, set_up_form
from monitor.vault.models import Compartment, CompartmentKey
from monitor.vault.operations import KeysRefused, MadePaper
from monitor.vault.session import own_keyring
from monitor.web.squares import square_of

bp = Blueprint("vault", __name__, url_prefix="/keys")


@bp.get("/")
@requires(Permission.KEYS_LIST)
def index() -> ResponseReturnValue:
    """Lead to the one body whose keys concern the person, or list the bodies."""
    bodies = queries.bodies_concerning(current_user)
    if len(bodies) == 1:
        return redirect(url_for(".show", body_id=bodies[0].id))
    return render_template("vault/index.html", bodies=bodies)


@bp.get("/<uuid:body_id>")
@requires(Permission.KEYS_READ)
def show(body_id: UUID) -> ResponseReturnValue:
    """Say who can read what, and what is to be done."""
    return _page(g.subject)


def _page(body: Body, forms: dict[str, FlaskForm] | None = None) -> str:
    """Render the page of a body's keys; `forms` holds those that were sent and are not sound.

    Those of the paper key are named `from_paper_` with the compartment.
    """
    people = list_members(body.id)
    own_keys = queries.users_keys(person.id for person in people)
    exchanged = exchanged_keys(own_keys.values())
    names = {str(person.id): person.name for person in people if person.id in own_keys}
    compartments = [_compartment(body, compartment, names) for compartment in Compartment]
    health = {id_: name for id_, name in _eligible(body, Compartment.MEDICAL).items() if id_ in names}
    paper = queries.current_paper(body.id)
    blank: dict[str, FlaskForm] = {
        "set_up": set_up_form(health)(formdata=None), "drill": PaperForm(formdata=None),
        **{_from_paper(each): _from_paper_form(body, each, names)(formdata=None) for each in Compartment},
    }  # fmt: skip
    return render_template(
        "vault/show.html", body=body, compartments=compartments, paper=paper, forms=blank | (forms or {}),
        exchanged=[person for person in people if person.id in own_keys and own_keys[person.id].id in exchanged],
        paper_is_due=paper is not None and paper.needs_drill(g.now), has_own_key=own_keyring() is not None,
    )  # fmt: skip


def _eligible(body: Body, compartment: Compartment) -> dict[str, str]:
    """Return id -> name of those who may be given a compartment's key: for medical notes, health monitors alone."""
    return {str(person.id): person.name for person in queries.entitled(body.id, compartment)}


def _from_paper(compartment: Compartment) -> str:
    """Return the name of the form that lets somebody read a compartment with the paper key."""
    return f"from_paper_{compartment}"


def _from_paper_form(body: Body, compartment: Compartment, names: dict[str, str]) -> type[FlaskForm]:
    """Return that form, with those of these people (id -> name) who may read the compartment."""
    eligible = _eligible(body, compartment)
    return from_paper_form({id_: name for id_, name in names.items() if id_ in eligible}, compartment)


def _compartment(body: Body, compartment: Compartment, names: dict[str, str]) -> dict[str, Any]:
    """Return what the page says of one compartment."""
    key = queries.current_key(body.id, compartment)
    readers = queries.readers(key) if key else []
    reading = {str(grant.user_id) for grant in readers}
    eligible = _eligible(body, compartment)
    others = {id_: name for id_, name in names.items() if id_ in eligible and id_ not in reading}
    return {
        "name": compartment, "words": words.COMPARTMENTS[compartment], "key": key, "readers": readers,
        "fingerprint": fingerprint(key.public) if key else "", "is_exchanged": _is_exchanged(key),
        "mine": str(current_user.id) in reading, "entitled": eligible.keys() & reading,
        "grant": person_form(others, f"person-{compartment}")(formdata=None),
        "others": others, "waiting": queries.waiting_to_move(key) if key else 0,
    }  # fmt: skip


def _is_exchanged(key: CompartmentKey | None) -> bool:
    """Say whether another public key is stored than the one that was made, or that the session's reader holds."""
    keyring = own_keyring()
    return key is not None and (
        key.id in queries.exchanged([key]) or (keyring is not None and keyring.is_exchanged(key))
    )


@bp.post("/<uuid:body_id>/set-up")
@requires(Permission.KEYS_SET_UP, steps_up=True)
def set_up(body_id: UUID) -> ResponseReturnValue:
    """Make paper and compartments; the acting coordinator is the first reader."""
    body: Body = g.subject
    people = _eligible(body, Compartment.MEDICAL)
    form = set_up_form(people)()
    keys = queries.users_keys([current_user.id, *map(UUID, people)])
    own = keys.get(current_user.id)
    if not form.validate_on_submit():
        return _page(body, {"set_up": form})
    if own is None or own_keyring() is None:
        flash(str(words.REFUSED["no_own_key"]), "warning")
        return redirect(url_for(".show", body_id=body.id))
    health = [keys[UUID(id_)] for id_ in form["health"].data if UUID(id_) in keys]
    try:
        paper = operations.set_up(body, own, health, by=current_user, at=g.now)
    except KeysRefused as refused:
        return _refused(body, refused)
    return _printed(body, paper)


@bp.post("/<uuid:body_id>/new-paper")
@requires(Permission.KEYS_GRANT, steps_up=True)
def new_paper(body_id: UUID) -> ResponseReturnValue:
    """Make another paper key in place of a lost or seen one."""
    keyring = own_keyring()
    if keyring is None:
        return _refused(g.subject, KeysRefused("not_a_reader", "no key in this session"))
    try:
        paper = operations.replace_paper(g.subject, keyring, by=current_user, at=g.now)
    except KeysRefused as refused:
        return _refused(g.subject, refused)
    return _printed(g.subject, paper)


def _printed(body: Body, paper: MadePaper) -> str:
    """Show what is to be printed; the page is made once and kept nowhere."""
    return render_template(
        "vault/paper.html", body=body, text=paper.text, square=square_of(paper.text), form=PaperForm(formdata=None)
    )


@bp.post("/<uuid:body_id>/drill")
@requires(Permission.KEYS_DRILL)
def drill(body_id: UUID) -> ResponseReturnValue:
    """Try the paper key: typed from the print, it must open every compartment."""
    body, form = g.subject, PaperForm()
    paper = queries.current_paper(body.id)
    if not form.validate_on_submit() or paper is None:
        return _page(body, {"drill": form})
    try:
        operations.drill(paper, form["typed"].data, by=current_user, at=g.now)
    except KeysRefused as refused:
        form["typed"].errors = (words.REFUSED[refused.code],)
        return _page(body, {"drill": form})
    flash(_("The paper key fits. Put it back into its envelope; try it again in a year."), "success")
    return redirect(url_for(".show", body_id=body.id))


@bp.post("/<uuid:body_id>/<any(interviews, medical):compartment>/grant")
@requires(Permission.KEYS_GRANT, steps_up=True)
def grant(body_id: UUID, compartment: str) -> ResponseReturnValue:
    """Let a further person read a compartment."""
    body, keyring = g.subject, own_keyring()
    key = queries.current_key(body.id, Compartment(compartment))
    people = _eligible(body, Compartment(compartment))
    form = person_form(people)()
    if key is None or keyring is None:
        return _refused(body, KeysRefused("not_a_reader", "no key in this session"))
    if not form.validate_on_submit():
        return _refused(body, KeysRefused("nobody_chosen", "no person, or none of this body, was chosen"))
    try:
        to = operations.key_to_grant_to(UUID(form["person"].data))
        operations.grant(key, to, keyring, by=current_user, at=g.now)
    except KeysRefused as refused:
        return _refused(body, refused)
    return _reads_now(body, people[form["person"].data])


@bp.post("/<uuid:body_id>/<any(interviews, medical):compartment>/from-paper")
@requires(Permission.KEYS_SET_UP, steps_up=True)
def from_paper(body_id: UUID, compartment: str) -> ResponseReturnValue:
    """Let a person read a compartment again with the paper key, where no reader is left."""
    body, asked = g.subject, Compartment(compartment)
    people = _eligible(body, asked)
    form = _from_paper_form(body, asked, people)()
    if not form.validate_on_submit():
        return _page(body, {_from_paper(asked): form})
    key = queries.current_key(body.id, asked)
    if key is None:
        return _refused(body, KeysRefused("no_key", "this body has no key yet"))
    try:
        to = operations.key_to_grant_to(UUID(form["person"].data))
        operations.grant_from_paper(key, to, form["typed"].data, by=current_user, at=g.now)
    except KeysRefused as refused:
        form["typed"].errors = (words.REFUSED[refused.code],)
        return _page(body, {_from_paper(asked): form})
    return _reads_now(body, people[form["person"].data])


def _reads_now(body: Body, name: str) -> ResponseReturnValue:
    flash(_("%(name)s can read these records now. Every reader sees this.", name=name), "success")
    return redirect(url_for(".show", body_id=body.id))


@bp.post("/<uuid:body_id>/<any(interviews, medical):compartment>/remove")
@requires(Permission.KEYS_GRANT, steps_up=True)
def remove(body_id: UUID, compartment: str) -> ResponseReturnValue:
    """Take a compartment away from a person; then seal its records anew."""
    body, keyring = g.subject, own_keyring()
    key = queries.current_key(body.id, Compartment(compartment))
    readers = {str(held.user_id): held.user.name for held in queries.readers(key)} if key else {}
    form = person_form(readers)()
    if key is None or keyring is None:
        return _refused(body, KeysRefused("not_a_reader", "no key in this session"))
    if not form.validate_on_submit():
        return _refused(body, KeysRefused("nobody_chosen", "no person, or none of this body, was chosen"))
    try:
        operations.remove_reader(key, UUID(form["person"].data), keyring, by=current_user, at=g.now)
    except KeysRefused as refused:
        return _refused(body, refused)
    flash(_("%(name)s can no longer read these records.", name=readers[form["person"].data]), "success")
    return redirect(url_for(".show", body_id=body.id))


@bp.post("/<uuid:body_id>/<any(interviews, medical):compartment>/move")
@requires(Permission.KEYS_GRANT, steps_up=True)
def move(body_id: UUID, compartment: str) -> ResponseReturnValue:
    """Seal some records of replaced keys to the newest one; the page says how many are left."""
    body, keyring = g.subject, own_keyring()
    key: CompartmentKey | None = queries.current_key(body.id, Compartment(compartment))
    if key is not None and keyring is not None and keyring.compartment(key.id):
        operations.rewrap_some(key, keyring, by=current_user, at=g.now)
    return redirect(url_for(".show", body_id=body.id))


def _refused(body: Body, refused: KeysRefused) -> ResponseReturnValue:
    flash(str(words.REFUSED[refused.code]), "warning")
    return redirect(url_for(".show", body_id=body.id))
