"""A wrong setting stops the start with a sentence that names it, and says no secret."""

import os
from pathlib import Path

import pytest

from monitor.config import MailServer, UnusableSettings, load_settings

SENDER = "monitor@npm.example"
PUBLIC = "https://monitor.example"


def mail_server_of(url: str, folder: Path, *, sender: str = SENDER, public_url: str = PUBLIC) -> MailServer | None:
    return load_settings(instance=folder, mail_url=url, mail_from=sender, public_url=public_url).mail_server


def test_without_settings_no_mail_is_sent(tmp_path: Path) -> None:
    assert load_settings(instance=tmp_path).mail_server is None


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp+starttls://monitor%40npm.example:p%3Aw%2F@mail.example:2525",
            MailServer("smtp+starttls", "mail.example", 2525, "monitor@npm.example", "p:w/", SENDER),
        ),
        ("smtps://mail.example", MailServer("smtps", "mail.example", 465, "", "", SENDER)),
        ("smtp+starttls://mail.example/", MailServer("smtp+starttls", "mail.example", 587, "", "", SENDER)),
        ("smtp://[::1]", MailServer("smtp", "::1", 25, "", "", SENDER)),
    ],
)
def test_the_address_of_a_mail_server_is_read(tmp_path: Path, url: str, server: MailServer) -> None:
    assert mail_server_of(url, tmp_path) == server


@pytest.mark.parametrize(
    ("url", "given", "said"),
    [
        ("smtp+starttls://bo:hidden@mail.example:port", {}, "write it like smtp+starttls://"),
        ("mail.example", {}, "write it like smtp+starttls://"),
        ("https://bo:hidden@mail.example", {}, "smtps:// has TLS from the start"),
        ("smtps://bo:hidden@mail.example/inbox", {}, "write it like"),
        ("smtps://bo@mail.example", {}, "a name and a password go together"),
        ("smtp://bo:hidden@mail.example", {}, "without encryption"),
        ("smtps://bo:hidden@mail.example", {"sender": ""}, "go together"),
        ("", {"sender": SENDER}, "go together"),
        ("smtps://bo:hidden@mail.example", {"sender": "Monitor"}, "mail_from: must be an address"),
        ("smtps://bo:hidden@mail.example", {"sender": "a@b.example\nBcc: c@d.example"}, "must be an address"),
        ("smtps://bo:hidden@mail.example", {"public_url": ""}, "public_url"),
    ],
)
def test_a_mail_server_that_cannot_be_used_stops_the_start(
    tmp_path: Path, url: str, given: dict[str, str], said: str
) -> None:
    with pytest.raises(UnusableSettings) as stopped:
        mail_server_of(url, tmp_path, **given)
    assert said in str(stopped.value)
    assert "hidden" not in str(stopped.value)


def test_the_password_of_the_mail_server_is_printed_nowhere(tmp_path: Path) -> None:
    settings = load_settings(
        instance=tmp_path, mail_url="smtps://bo:hidden@mail.example", mail_from=SENDER, public_url=PUBLIC
    )
    assert "hidden" not in repr(settings) + repr(settings.mail_server) + settings.model_dump_json()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_key_that_a_full_disk_cannot_hold_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(instance=tmp_path)
    made = os.open
    monkeypatch.setattr(
        os, "open", lambda path, flags, mode: (made(path, flags, mode), made("/dev/full", os.O_WRONLY))[1]
    )
    with pytest.raises(UnusableSettings, match=r"secret\.key: this key file cannot be written: No space left"):
        settings.key("secret")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert len(settings.key("secret")) == 32


def test_a_key_that_is_missing_beside_its_database_stops_the_start(tmp_path: Path) -> None:
    settings = load_settings(instance=tmp_path)
    kept = settings.key("audit")
    settings.database_file.write_bytes(b"rows")
    assert settings.key("audit") == kept
    (tmp_path / "audit.key").unlink()
    with pytest.raises(UnusableSettings, match=r"audit\.key: this key file is missing, and monitor\.db was written"):
        settings.key("audit")
    assert len(settings.key("cookies", outlives_rows=True)) == 32
    settings.database_file.unlink()
    assert settings.key("audit") != kept
