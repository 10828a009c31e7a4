"""Reference schemes: what is taken, what is refused and why."""

import pytest

from monitor.accounts import operations
from monitor.accounts.queries import get_mechanism
from monitor.accounts.reference_schemes import DEFAULT_SCHEME, REASONS, UnfitScheme, check_scheme, preview
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("scheme", "first"),
    [
        ("{place}-{year}-{number:02}", "NORTHGATE-2026-01"),
        ("{number}", "1"),
        ("NPM/{year}/{number:04}", "NPM/2026/0001"),
        ("زيارة {place} {number:03}", "زيارة NORTHGATE 001"),
    ],
)
def test_scheme_of_the_known_parts_is_taken(scheme, first):
    check_scheme(scheme)
    assert preview(scheme, year=2026) == first


@pytest.mark.parametrize(
    ("scheme", "reason"),
    [
        ("{place}-{year}", "no_number"),
        ("PLACE-YEAR-NN", "no_number"),
        ("", "no_number"),
        ("{place", "unreadable"),
        ("number}", "unreadable"),
        ("{number}{visit}", "unknown"),
        ("{number}{}", "unknown"),
        ("{number}{0}", "unknown"),
        ("{number.__class__}", "unknown"),
        ("{place[0]}{number}", "unknown"),
        ("{number!r}", "unknown"),
        ("{number:x}", "unknown"),
        ("{number:0999999}", "unknown"),
        ("{place:09}{number}", "unknown"),
        ("{number:{year}}", "unknown"),
        ("{{{number}}}", "characters"),
        ("<b>{number}", "characters"),
        ("{number}\n", "characters"),
    ],
)
def test_scheme_is_refused_with_its_reason(scheme, reason):
    with pytest.raises(UnfitScheme) as refused:
        check_scheme(scheme)
    assert refused.value.reason == reason
    assert REASONS[reason] in str(refused.value)


def test_mechanism_is_neither_made_nor_changed_with_a_scheme_that_cannot_be(mechanism, administrator):
    with pytest.raises(UnfitScheme):
        operations.add_mechanism(code="NEW", name="New", country="XA", at=NOW, reference_scheme="{place}")
    with pytest.raises(UnfitScheme):
        operations.update_mechanism(mechanism, {"reference_scheme": "{place}"}, by=administrator, at=NOW)
    assert get_mechanism("NEW") is None
    assert mechanism.reference_scheme == DEFAULT_SCHEME
