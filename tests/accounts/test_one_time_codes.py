"""One-time codes: the vectors of RFC 6238, the window, wrong clocks, what people type."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.accounts import one_time_codes as codes

NOW = datetime(2026, 3, 14, 9, 30, 5, tzinfo=UTC)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of RFC 6238, appendix B, for SHA-1."""
STEP = timedelta(seconds=codes.SECONDS)


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(second, code):
    moment = datetime.fromtimestamp(second, UTC)
    assert codes.code_at(SECRET, codes.step_at(moment)) == code
    assert codes.find(SECRET, code, moment, after=0).step == codes.step_at(moment)


def test_code_of_the_half_minute_before_and_after_is_good_and_no_other():
    present = codes.step_at(NOW)
    found = {off: codes.find(SECRET, codes.code_at(SECRET, present + off), NOW, after=0) for off in range(-3, 4)}
    assert {off for off, finding in found.items() if finding.step is not None and not finding.off} == {-1, 0, 1}


@pytest.mark.parametrize("days", [-3, -1, 1, 3])
def test_wrong_clock_is_told_by_how_much(days):
    typed = codes.code_at(SECRET, codes.step_at(NOW + timedelta(days=days)))
    assert codes.find(SECRET, typed, NOW, after=0).off == timedelta(days=days)


def test_code_farther_off_than_three_days_is_none():
    typed = codes.code_at(SECRET, codes.step_at(NOW + timedelta(days=9)))
    assert codes.find(SECRET, typed, NOW, after=0).step is None


@pytest.mark.parametrize("write", ["{0} {1}", "{0}-{1}", " {0}\u00a0{1} ", "{0}{1}"])
@pytest.mark.parametrize("digits", ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"])
def test_spaces_and_digits_of_other_scripts_are_read(write, digits):
    code = codes.code_at(SECRET, codes.step_at(NOW)).translate(str.maketrans("0123456789", digits))
    assert codes.find(SECRET, write.format(code[:3], code[3:]), NOW, after=0).step == codes.step_at(NOW)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "½½½½½½", "\ud800", "1" * 9999])
def test_anything_else_is_no_code(typed):
    assert codes.find(SECRET, typed, NOW, after=0).step is None


@given(st.text())
def test_whatever_is_typed_is_an_answer(typed):
    assert isinstance(codes.digits_of(typed), str)


def test_next_good_code_is_one_that_would_be_taken_until_the_window_is_used_up():
    present, last, shown = codes.step_at(NOW), 0, []
    while (code := codes.next_good(SECRET, NOW, after=last)) is not None:
        finding = codes.find(SECRET, code, NOW, after=last)
        assert finding.step > last
        last = finding.step
        shown.append(last)
    assert shown == [present - 1, present, present + 1]
    assert codes.next_good(SECRET, NOW + STEP, after=last) is not None


def test_secrets_have_160_bits_and_differ():
    made = {codes.new_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(secret) for secret in made} == {32}


def test_square_is_a_path_of_modules_within_a_quiet_zone():
    square = codes.authenticator_square(SECRET, "amina@npm.example")
    assert square.size > 40
    assert set(square.path) <= set("Mhvz -0123456789")
    uri = pyotp.TOTP(SECRET).provisioning_uri(name="amina@npm.example", issuer_name="Monitor")
    assert unquote(uri) == f"otpauth://totp/Monitor:amina@npm.example?secret={SECRET}&issuer=Monitor"
    assert codes.in_groups(SECRET).replace(" ", "") == SECRET
