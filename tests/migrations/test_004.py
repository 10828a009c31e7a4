"""Migration 004: people who were there get no mail before they ask for it."""

from flask import Flask
from sqlalchemy import text

from monitor.db import db
from tests.migrations.conftest import fill, kept, upgrade_to


def test_nobody_who_was_there_is_sent_mail(empty_app: Flask) -> None:
    upgrade_to("003")
    with db.engine.connect() as connection:
        before = fill(connection)["user"]
    upgrade_to("004")
    with db.engine.connect() as connection:
        after = kept(connection)["user"]
        mails = connection.execute(text("SELECT count(*) FROM waiting_mail")).scalar_one()
    assert {name: value for name, value in after.items() if name != "wants_mail"} == before
    assert after["wants_mail"] is False
    assert mails == 0
