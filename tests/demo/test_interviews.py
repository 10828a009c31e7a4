"""The private talks of the training visits: every name in their file means something, and all of it is loaded."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import func, select

from monitor.accounts.models import Mechanism
from monitor.accounts.queries import get_mechanism
from monitor.db import db
from monitor.demo.loading import CODE, DATA
from monitor.interviews.models import Kind, ProtectionMeasure, Talk, TalkRecord
from monitor.tenancy import across_mechanisms, acting_for
from monitor.vault.models import CompartmentKey

OF_A_TALK = {
    "author", "partner", "sex", "age", "people", "where", "note", "agreed_to_talk", "agreed_to_notes", "said",
    "requests", "groups", "topics", "act", "publish", "name", "medical", "is_finished", "supplement",
}  # fmt: skip
OF_A_VISIT = {"risk", "reasons", "call_after", "return_after", "measures", "talks"}


@pytest.fixture(scope="module")
def content() -> Any:
    return yaml.safe_load((DATA / "interviews.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def training(training_app: Flask) -> Iterator[Mechanism]:
    with across_mechanisms():
        mechanism = get_mechanism(CODE)
    assert mechanism is not None
    with acting_for(mechanism.id):
        yield mechanism


def test_every_name_in_the_file_is_known(content: Any) -> None:
    for name, visit in content["visits"].items():
        assert (DATA / "visits" / f"{name}.yaml").is_file()
        assert set(visit) <= OF_A_VISIT
        assert all(set(talk) <= OF_A_TALK for talk in visit["talks"])
        assert all(set(measure) == {"text", "due_after"} for measure in visit.get("measures", ()))


def test_all_of_it_is_loaded(training: Mechanism, content: Any) -> None:
    visits = content["visits"].values()
    talks = [talk for visit in visits for talk in visit["talks"]]
    assert db.session.scalar(select(func.count(Talk.id))) == len(talks)
    measures = sum(len(visit.get("measures", ())) for visit in visits)
    assert db.session.scalar(select(func.count(ProtectionMeasure.id))) == measures
    counted = db.session.execute(select(TalkRecord.kind, func.count()).group_by(TalkRecord.kind))
    kinds = {kind: number for kind, number in counted}  # noqa: C416 - rows are no pairs to mypy
    assert kinds == {
        Kind.LINE: len(talks),
        **{kind: sum(kind.value in talk for talk in talks) for kind in Kind if kind not in (Kind.LINE, Kind.RECORD)},
        Kind.RECORD: sum("said" in talk for talk in talks),
    }


def test_each_body_has_keys_for_both_compartments(training: Mechanism, content: Any) -> None:
    assert db.session.scalar(select(func.count(CompartmentKey.id))) == 2 * len(content["medical"])
