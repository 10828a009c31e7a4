"""Settings of the mechanism, its logo and its bodies, in the browser."""

from io import BytesIO

import pytest
from PIL import Image

from monitor.accounts import operations, queries
from monitor.accounts.models import Body
from monitor.db import db
from monitor.tenancy import across_mechanisms
from tests.accounts.test_logo import CANARY, png_claiming, with_metadata
from tests.factories import accounts

SETTINGS = "/administration/mechanism"


def test_administrator_changes_every_setting(signed_in, mechanism):
    signed_in.get(SETTINGS)
    signed_in.submit(
        "mechanism",
        {
            "name_en": "Mechanism of Nerevia", "name_fr": "Mécanisme de Nérévie", "signatory_title_en": "Head",
            "legal_basis_en": "Act 12\r\nsection 4", "address": "14 Lantern Square\r\nVelmorra",
            "signatory_name": "Amara Vellisant",
            "reference_scheme": "N/{year}/{number:03}", "time_zone": "Europe/Oslo", "main_language": "fr",
            "languages": ["en"], "immediate": "3", "short": "20", "medium": "60", "long": "120", "codes_suffice": "y",
            "due_immediate": "2", "due_short": "25", "due_medium": "150", "due_long": "700",
        },
    )  # fmt: skip
    assert "The settings were saved." in signed_in.page.get_text()
    assert "N/2026/001" in signed_in.main
    db.session.refresh(mechanism)
    assert mechanism.codes_suffice
    assert mechanism.names == {"en": "Mechanism of Nerevia", "fr": "Mécanisme de Nérévie"}
    assert mechanism.legal_basis == {"en": "Act 12\nsection 4"}
    assert mechanism.address == "14 Lantern Square\nVelmorra"
    assert mechanism.languages == ["fr", "en"]
    assert mechanism.reply_days == {"immediate": 3, "short": 20, "medium": 60, "long": 120}
    assert mechanism.due_days == {"immediate": 2, "short": 25, "medium": 150, "long": 700}
    assert (mechanism.time_zone, mechanism.reference_scheme) == ("Europe/Oslo", "N/{year}/{number:03}")
    assert (mechanism.signatory_name, mechanism.signatory_title) == ("Amara Vellisant", {"en": "Head"})


def test_form_sent_as_it_came_changes_nothing(signed_in, mechanism):
    version = mechanism.version
    signed_in.get(SETTINGS)
    signed_in.submit("mechanism")
    db.session.refresh(mechanism)
    assert mechanism.version == version


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"reference_scheme": "{place}-{year}"}, "Put {number} in"),
        ({"reference_scheme": "{visit}{number}"}, "Use only {place}, {year} and {number}"),
        ({"reference_scheme": ""}, "Enter a scheme."),
        ({"short": "0"}, "Enter a number of days from 1 to 1000."),
        ({"short": "soon"}, "Enter a number of days"),
        ({"short": ""}, "Enter a number of days"),
        ({"time_zone": "Mars/Olympus"}, "Not a valid choice"),
        ({"main_language": "fr"}, "Enter the name in this language too"),
        ({"main_language": "xx"}, "Not a valid choice"),
        ({"name_en": ""}, "Enter the name in this language too"),
        ({"address": "x" * 2001}, "Shorten this to 2000 characters."),
        ({"signatory_name": "a\nb"}, "Remove the line breaks"),
    ],
)
def test_unfit_setting_is_said_and_nothing_saved(signed_in, mechanism, values, said):
    version = mechanism.version
    signed_in.get(SETTINGS)
    signed_in.submit("mechanism", values)
    assert said in signed_in.main
    db.session.refresh(mechanism)
    assert mechanism.version == version


def test_settings_changed_by_somebody_else_meanwhile_are_not_overwritten(signed_in, mechanism, administrator):
    signed_in.get(SETTINGS)
    operations.update_mechanism(mechanism, {"address": "Other"}, by=administrator, at=accounts.AT)
    db.session.commit()
    signed_in.submit("mechanism", {"address": "Mine"}, status=409)
    db.session.refresh(mechanism)
    assert mechanism.address == "Other"


def test_logo_is_redrawn_shown_and_removed(signed_in, mechanism):
    signed_in.get(f"{SETTINGS}/logo")
    assert "There is no logo" in signed_in.main
    assert signed_in._send("GET", f"{SETTINGS}/logo.png").status_code == 404
    signed_in.submit("logo-form", {"logo": (BytesIO(with_metadata("JPEG")), "../../logo.php")})
    assert "The logo was saved." in signed_in.page.get_text()
    response = signed_in._send("GET", f"{SETTINGS}/logo.png")
    assert response.mimetype == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert CANARY not in response.data
    with Image.open(BytesIO(response.data)) as logo:
        assert logo.format == "PNG"
    signed_in.get(f"{SETTINGS}/logo")
    signed_in.post(f"{SETTINGS}/logo/remove")
    assert signed_in._send("GET", f"{SETTINGS}/logo.png").status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"<svg/>", "no JPEG, PNG or WebP"), (png_claiming(9000, 9000), "more than 24 million pixels")],
)
def test_unfit_logo_is_said(signed_in, data, said):
    signed_in.get(f"{SETTINGS}/logo")
    signed_in.submit("logo-form", {"logo": (BytesIO(data), "logo.png")})
    assert said in signed_in.main


def test_missing_and_huge_files_are_said(signed_in):
    signed_in.get(f"{SETTINGS}/logo")
    signed_in.submit("logo-form")
    assert "Choose a picture file." in signed_in.main
    signed_in.submit("logo-form", {"logo": (BytesIO(bytes(6_000_000)), "logo.png")}, status=413)
    assert "5 MB" in signed_in.main
    signed_in.response.request.input_stream.close()  # the client leaves its temporary file open


def test_body_is_added_and_renamed(signed_in, mechanism):
    signed_in.get("/administration/bodies")
    signed_in.submit("add-body", {"name": "Health commission"})
    assert "Health commission was added" in signed_in.page.get_text()
    body = queries.list_bodies(mechanism.id)[1]
    signed_in.get(f"/administration/bodies/{body.id}")
    signed_in.submit("rename-body", {"name": ""})
    assert "Enter the body" in signed_in.main
    signed_in.submit("rename-body", {"name": "Commission for health"})
    db.session.refresh(body)
    assert body.name == "Commission for health"


def test_body_of_another_mechanism_is_not_there(signed_in):
    with across_mechanisms():
        foreign_id = accounts.only_body(accounts.mechanism()).id
    signed_in.get(f"/administration/bodies/{foreign_id}", status=404)
    signed_in._send(
        "POST", f"/administration/bodies/{foreign_id}", data={"csrf_token": signed_in.csrf_token, "name": "x"}
    )
    with across_mechanisms():
        assert db.session.get_one(Body, foreign_id).name != "x"
