"""What devices ask and send: taking a visit along, handing in, receipts. JSON in, JSON out."""

from binascii import Error as NotHex
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Response, abort, current_app, g, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_login import current_user

from monitor.access.guard import public, requires
from monitor.access.permissions import Permission
from monitor.accounts.models import User
from monitor.evidence.words import UNFIT
from monitor.files.limits import LARGEST_FILE, Reason
from monitor.sync import operations, queries
from monitor.sync.entries import Batch, Result
from monitor.sync.models import LONGEST_NAME, Device
from monitor.sync.operations import MOST_ENTRIES, Withdrawn
from monitor.sync.package import answers, checks, findings, package
from monitor.sync.views.blueprint import bp
from monitor.sync.words import REFUSALS, UNKNOWN_DEVICE, WITHDRAWN
from monitor.tenancy import across_mechanisms
from monitor.vault import devices as keys
from monitor.vault.operations import KeysRefused
from monitor.vault.session import own_keyring
from monitor.vault.words import REFUSED as KEY_REFUSED
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from monitor.visits.views.answers import results_of
from monitor.visits.views.opening import open_answers
from monitor.web.body import MEGABYTE, body_limit

HANDED_IN_BODY: Final = LARGEST_FILE * 2
"""Bytes: the largest photo in base 64, twice written as JSON, and room for the rest."""
DEVICE_HEADER: Final = "X-Device"
DIGEST_BYTES: Final = 32


@bp.get("/device/state")
@public
def device_state() -> Response:
    """Tell a device, by its secret alone, what has become of it: {is_withdrawn, over}. Nothing of an unknown one.

    `over` are the visits on it that its person may take along no more, by their ids: those that went on to review, and
    those that the person left.
    """
    with across_mechanisms():
        device = queries.device_by_secret(request.headers.get(DEVICE_HEADER, ""))
        if device is None:
            return jsonify(is_withdrawn=False, over=[])
        over = [str(visit.id) for visit in queries.visits_on(device) if not _may_work_on(visit, device.user)]
        return jsonify(is_withdrawn=device.withdrawn_at is not None, over=over)


@bp.post("/devices")
@requires(Permission.DEVICE_OWN)
def add_device() -> ResponseReturnValue:
    """Note this browser as a device of the person: {name} in, {id, secret} out."""
    name = _body().get("name")
    if not isinstance(name, str) or not name.strip() or len(name.strip()) > LONGEST_NAME:
        abort(400)
    made = operations.make_device(name.strip(), by=current_user, at=g.now)
    return jsonify(id=str(made.row.id), secret=made.secret, person=str(current_user.id))


@bp.post("/visits/<uuid:visit_id>/take-along")
@requires(Permission.VISIT_TAKE_ALONG)
def take_along(visit_id: UUID) -> ResponseReturnValue:
    """Give a device a visit: {device} in, the package of package.py out."""
    visit, device = g.subject, _device()
    try:
        operations.take_along(visit, device, by=current_user, at=g.now)
    except Withdrawn:
        return _withdrawn()
    return jsonify(package(read_form(visit), by=current_user, at=g.now, may=_may(current_user, visit)))


@bp.post("/visits/<uuid:visit_id>/hand-in")
@requires(Permission.VISIT_READ)
@body_limit(HANDED_IN_BODY)
def hand_in(visit_id: UUID) -> ResponseReturnValue:
    """Take records in: {device, records: [text]} in; {results, answers, findings, checks} out.

    A result is {id, outcome, revision, problems, present, message} as far as it applies, in the order of the records;
    `answers`, `findings` and `checks` are all that stand now. What a record may write is asked for each kind of record.
    """
    visit, device, texts = g.subject, _device(), _body().get("records")
    if not isinstance(texts, list) or len(texts) > MOST_ENTRIES or not all(isinstance(text, str) for text in texts):
        abort(400)
    form, may = read_form(visit), _may(current_user, visit)
    today = g.now.astimezone(get_timezone()).date()
    batch = Batch(current_user, g.now, form, today, may, partial(open_answers, visit), own_keyring())
    try:
        results = operations.hand_in(visit, device, texts, batch=batch)
    except Withdrawn:
        return _withdrawn()
    saved = [result.saved for result in results if result.saved]
    worded: dict[UUID | None, dict[str, Any]] = {UUID(each["id"]): each for each in results_of(form, saved)}
    for each in worded.values():
        item = form.items.get(each["item"])
        withheld = each.pop("present", None) if item is not None and item.is_protected else None
        if withheld and each["outcome"] == "unchanged":
            del each["revision"]  # what somebody else said there never goes to a device: nothing to base a change on
    return jsonify(
        results=[_worded(result) | (worded[result.id] if result.saved else {}) for result in results],
        answers=answers(form.items, form.heads.values(), current_user),
        findings=findings(visit, may),
        checks=checks(visit, current_user),
    )


@bp.post("/visits/<uuid:visit_id>/receipt")
@requires(Permission.VISIT_READ)
@body_limit(MEGABYTE)
def receipt(visit_id: UUID) -> ResponseReturnValue:
    """Say whether everything arrived: {device, digests: {id: SHA-256 in hex}} in, {missing: [id]} out."""
    visit, device = g.subject, _device()
    missing = operations.receipt(visit, device, _digests(), by=current_user, at=g.now)
    return jsonify(missing=[str(id_) for id_ in missing])


@bp.post("/visits/<uuid:visit_id>/confirm-key")
@requires(Permission.VISIT_READ)
def confirm_key(visit_id: UUID) -> ResponseReturnValue:
    """Note that the person compared the body's new key before the device seals to it: {device, key, typed} in.

    400 with a sentence where the letters are those of another key, or the body has yet another one by now.
    """
    said, device = _body(), _device()
    try:
        keys.confirm_key(g.subject.body, UUID(said["key"]), str(said["typed"]), by=current_user, at=g.now)
    except (KeyError, ValueError, AttributeError, TypeError):
        abort(400)
    except KeysRefused as refused:
        return jsonify(message=str(KEY_REFUSED[refused.code])), HTTPStatus.BAD_REQUEST
    return jsonify(device=str(device.id))


@bp.post("/visits/<uuid:visit_id>/refuse-key")
@requires(Permission.VISIT_READ)
def refuse_key(visit_id: UUID) -> ResponseReturnValue:
    """Note that a device was offered another key of the body than it seals to, and has not taken it: {device} in."""
    device = _device()
    keys.refuse_key(g.subject.body, by=current_user, at=g.now)
    return jsonify(device=str(device.id))


@bp.post("/visits/<uuid:visit_id>/let-go")
@requires(Permission.VISIT_READ)
def let_go(visit_id: UUID) -> ResponseReturnValue:
    """Note that a device holds the visit no more: {device} in."""
    operations.let_go(g.subject, _device(), by=current_user, at=g.now)
    return jsonify({})


def _body() -> dict[str, Any]:
    body = request.get_json()
    return body if isinstance(body, dict) else abort(400)


def _device() -> Device:
    """Return the person's own device that the request names; 403 with a sentence for any other."""
    try:
        device = queries.own_device(current_user, UUID(_body().get("device", "")))
    except (ValueError, AttributeError, TypeError):
        abort(400)
    if device is None:
        abort(make_response(jsonify(message=str(UNKNOWN_DEVICE)), HTTPStatus.FORBIDDEN))
    return device


def _digests() -> dict[UUID, bytes]:
    given = _body().get("digests")
    if not isinstance(given, dict):
        abort(400)
    try:
        found = {UUID(id_): bytes.fromhex(digest) for id_, digest in given.items()}
    except (ValueError, TypeError, NotHex):
        abort(400)
    return found if all(len(digest) == DIGEST_BYTES for digest in found.values()) else abort(400)


def _may(user: User, visit: object) -> Callable[[Permission], bool]:
    permits = current_app.extensions["guard"].permits
    return lambda permission: bool(permits(user, permission, visit))


def _may_work_on(visit: Visit, user: User) -> bool:
    return user.is_enabled and _may(user, visit)(Permission.VISIT_TAKE_ALONG)


def _withdrawn() -> ResponseReturnValue:
    return jsonify(is_withdrawn=True, message=str(WITHDRAWN)), HTTPStatus.GONE


def _worded(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = {"id": str(result.id) if result.id else None, "outcome": result.outcome}
    if result.revision is not None:
        found["revision"] = result.revision
    if result.reason:
        reason = result.reason.removeprefix("file_")
        words = UNFIT[Reason(reason)] if reason != result.reason else REFUSALS[result.reason]
        found["message"] = str(words)
    return found
