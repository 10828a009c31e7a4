"""The register of authorities and partners: names once, nobody overwritten, nothing removed that is in use."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from monitor.accounts.models import Mechanism, User
from monitor.audit.models import AuditEvent
from monitor.authorities import operations, queries
from monitor.authorities.models import Authority, AuthorityKind
from monitor.authorities.operations import Entry, InUse, NameTaken, Overtaken
from monitor.db import db
from tests.factories import places, visits
from tests.factories.recommendations import recommendation

ENTRY = Entry("Ministry of Justice", AuthorityKind.MINISTRY, address="1 Long Street", days_to_answer=60)


@pytest.fixture
def ministry(mechanism: Mechanism, coordinator: User, now: datetime) -> Authority:
    """An authority of the register."""
    made = operations.add_authority(mechanism.id, ENTRY, by=coordinator, at=now)
    db.session.commit()
    return made


def tags() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.startswith("authority:"))))


def test_an_office_is_kept_as_it_was_entered(ministry: Authority) -> None:
    assert (ministry.name, ministry.kind, ministry.address, ministry.days_to_answer) == (
        "Ministry of Justice", AuthorityKind.MINISTRY, "1 Long Street", 60,
    )  # fmt: skip
    assert not ministry.is_partner
    assert tags() == ["authority:added"]


def test_a_name_stands_once(mechanism: Mechanism, ministry: Authority, coordinator: User, now: datetime) -> None:
    with pytest.raises(NameTaken):
        operations.add_authority(mechanism.id, ENTRY, by=coordinator, at=now)
    other = operations.add_authority(mechanism.id, replace(ENTRY, name="Parliament"), by=coordinator, at=now)
    with pytest.raises(NameTaken):
        operations.update_authority(other, ENTRY, base_version=other.version, by=coordinator, at=now)


def test_a_recommendation_adds_its_addressee_once(
    mechanism: Mechanism, monitor: User, coordinator: User, ministry: Authority
) -> None:
    visit = visits.under_way(places.place(mechanism), lead=monitor)
    first, second = (recommendation(visit, by=monitor, addressee=" Night Office ") for _ in range(2))
    known = recommendation(visit, by=monitor, addressee=ministry.name)
    assert first.authority is second.authority
    assert first.authority
    assert (first.authority.name, first.authority.kind) == ("Night Office", AuthorityKind.OTHER)
    assert known.authority is ministry
    assert recommendation(visit, by=monitor, addressee="  ").authority is None


def test_what_somebody_else_changed_is_not_overwritten(ministry: Authority, coordinator: User, now: datetime) -> None:
    seen = ministry.version
    operations.update_authority(
        ministry, replace(ENTRY, address="2 Short Street"), base_version=seen, by=coordinator, at=now
    )
    with pytest.raises(Overtaken) as overtaken:
        operations.update_authority(
            ministry, replace(ENTRY, days_to_answer=30), base_version=seen, by=coordinator, at=now
        )
    assert overtaken.value.present["address"] == "2 Short Street"
    assert ministry.days_to_answer == 60


def test_an_office_in_use_stays(mechanism: Mechanism, monitor: User, ministry: Authority, now: datetime) -> None:
    visit = visits.under_way(places.place(mechanism), lead=monitor)
    row = recommendation(visit, by=monitor, addressee=ministry.name)
    with pytest.raises(InUse):
        operations.remove_authority(ministry, by=monitor, at=now)
    assert row.authority is ministry
    assert "authority:removed" not in tags()


def test_an_office_without_use_can_go(ministry: Authority, coordinator: User, now: datetime) -> None:
    operations.remove_authority(ministry, by=coordinator, at=now)
    db.session.commit()
    assert queries.get_authority(coordinator, ministry.id) is None
    assert tags() == ["authority:added", "authority:removed"]


def test_it_is_found_by_name_and_address_without_accents(
    mechanism: Mechanism, coordinator: User, ministry: Authority, now: datetime
) -> None:
    entry = Entry("Défenseur des détenus", AuthorityKind.NGO, address="Rue de l’Évêché")
    partner = operations.add_authority(mechanism.id, entry, by=coordinator, at=now)

    def found(text: str, kind: AuthorityKind | None = None) -> list[Authority]:
        return list(db.session.scalars(queries.matching(coordinator, text, kind)))

    assert found("DETENUS") == found("eveche") == [partner]
    assert found("") == [partner, ministry]
    assert found("", AuthorityKind.MINISTRY) == [ministry]
    assert list(queries.addressees(coordinator)) == [ministry]
