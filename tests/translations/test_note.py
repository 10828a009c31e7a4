"""A page says in its foot when nobody has checked its language yet."""

import pytest

from monitor.accounts.models import User
from tests.client import Browser

NOTE = "This translation was made by a machine and is to be checked by a speaker."


@pytest.mark.parametrize(("machine_made", "is_noted"), [({"en"}, True), ({"fr"}, False)])
def test_the_note_stands_while_the_language_is_machine_made(
    web: Browser, coordinator: User, machine_made: set[str], is_noted: bool
) -> None:
    web.client.application.extensions["machine_made_languages"] = machine_made
    web.sign_in(coordinator)
    assert (NOTE in web.page.footer.get_text(" ", strip=True)) == is_noted
