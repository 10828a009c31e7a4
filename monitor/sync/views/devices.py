"""The page of devices: which hold visits, and withdrawing one."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.sync import operations, queries
from monitor.sync.views.blueprint import bp


@bp.get("/devices")
@requires(Permission.DEVICE_LIST)
def devices() -> str:
    """List the devices that the person may see, with the visits that lie on them."""
    return render_template("sync/devices.html", devices=queries.devices(current_user))


@bp.get("/devices/<uuid:device_id>/withdraw")
@requires(Permission.DEVICE_WITHDRAW)
def withdrawing(device_id: UUID) -> str:
    """Say what is lost when the device is withdrawn, and ask once."""
    return render_template("sync/withdraw.html", device=g.subject)


@bp.post("/devices/<uuid:device_id>/withdraw")
@requires(Permission.DEVICE_WITHDRAW)
def withdraw(device_id: UUID) -> ResponseReturnValue:
    """Let a device wipe itself at its next contact."""
    operations.withdraw(g.subject, by=current_user, at=g.now)
    flash(_("The device is withdrawn. It wipes what it holds as soon as it reaches the server."), "success")
    return redirect(url_for(".devices"))
