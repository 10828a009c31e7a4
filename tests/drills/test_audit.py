"""The drill of the audit chain in small; and that a chain which nobody touched is not suspected."""

from monitor.accounts.models import Mechanism
from monitor.audit.queries import chain_head
from tests.audit.tampering import TAMPERINGS, is_noticed, unnoticed
from tests.drills.audit import lengthen


def test_every_alteration_is_noticed(mechanism: Mechanism) -> None:
    lengthen(mechanism.id, 12)
    assert unnoticed(mechanism.id, 2 * len(TAMPERINGS)) == []


def test_an_untouched_chain_is_not_suspected(mechanism: Mechanism) -> None:
    lengthen(mechanism.id, 12)
    assert not is_noticed(mechanism.id, chain_head(mechanism.id))
