"""A sheet to write on."""

import pytest

from monitor.accounts.models import Mechanism
from monitor.answers.models import Sheet
from monitor.answers.operations import make_sheet
from monitor.guide.scope import Scope


@pytest.fixture
def sheet(mechanism: Mechanism) -> Sheet:
    """The empty form of a prison."""
    return make_sheet(mechanism.id, Scope("prison"))
