"""The drill of smuggled scripts in small, in Chromium; and that it tells a script which runs."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.drills import scripts
from tests.drills.installation import settled
from tests.guards.hostile import PAYLOADS, hostile

EVERY = 40


def test_no_payload_runs_in_chromium(chromium: Browser, tmp_path: Path) -> None:
    found = scripts.Smuggled()
    with settled(tmp_path, hostile()) as (app, world):
        scripts.look(chromium, app, world, found, EVERY)
        scripts.look_at_a_device(chromium, app, world, found, EVERY)
    assert found.ran == []
    assert found.opened >= 9


def test_a_payload_that_comes_through_is_told(chromium: Browser) -> None:
    found, page = scripts.Smuggled(), chromium.new_page()
    scripts.watch(page, "http://127.0.0.1", found)
    page.goto("data:text/html,<p>x</p>")
    found.ran.clear()
    page.set_content(PAYLOADS[12].replace("src=x", "src=data:,x"), wait_until="load")
    page.wait_for_function("window.ran.length")
    scripts.note_what_ran(page, "page", found)
    page.close()
    assert any(each.startswith("page:") for each in found.ran)
