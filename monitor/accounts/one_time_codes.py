"""One-time codes of an authenticator (TOTP, RFC 6238): six digits, a new code every 30 seconds.

A code is good for its own 30 seconds and for those before and after; each once. Codes of other moments are only looked
at to tell a person that the clock of their device is wrong.
"""

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyotp

from monitor.web.squares import Square, square_of

SECONDS: Final = 30
DIGITS: Final = 6
WINDOW: Final = 1
"""Steps before and after the present one whose codes are good too: clocks differ, and typing takes a while."""
FARTHEST: Final = timedelta(days=3)
"""How wrong a clock may be for us to find it out."""
ISSUER: Final = "Monitor"
SEPARATORS: Final = str.maketrans("", "", " -\u00a0\u202f")


@dataclass(frozen=True)
class Finding:
    """What a typed code turned out to be: that of `step`, which is `off` from now (zero: good); None where of none."""

    step: int | None
    off: timedelta = timedelta(0)


def step_at(moment: datetime) -> int:
    """Return the number of the 30 seconds that a moment lies in."""
    return int(moment.timestamp()) // SECONDS


def new_secret() -> str:
    """Return a secret of 160 bits in base 32, as authenticators take it."""
    return pyotp.random_base32()


def code_at(secret: str, step: int) -> str:
    """Return the code of a step."""
    return pyotp.TOTP(secret).generate_otp(step)


def digits_of(typed: str) -> str:
    """Return what was typed as plain digits: people copy spaces along, and type the digits of their own script."""
    plain = typed.strip().translate(SEPARATORS)
    return "".join(str(unicodedata.decimal(letter, "x")) for letter in plain)


def find(secret: str, typed: str, now: datetime, *, after: int) -> Finding:
    """Say which step a typed code belongs to: the first good one later than `after`, else the nearest of all.

    Looking at all takes a fifth of a second: never ask while holding the database's write lock.
    """
    digits, present = digits_of(typed), step_at(now)
    if len(digits) != DIGITS:
        return Finding(None)
    near = range(present - WINDOW, present + WINDOW + 1)
    fitting = [step for step in near if hmac.compare_digest(code_at(secret, step), digits)]
    if fitting:
        return Finding(next((step for step in fitting if step > after), fitting[-1]))
    far = int(FARTHEST.total_seconds()) // SECONDS
    for distance in range(WINDOW + 1, far + 1):
        for step in (present - distance, present + distance):
            if hmac.compare_digest(code_at(secret, step), digits):
                return Finding(step, timedelta(seconds=(step - present) * SECONDS))
    return Finding(None)


def next_good(secret: str, now: datetime, *, after: int) -> str | None:
    """Return the first code later than `after` that would be taken now; None when one has to wait for the next."""
    present = step_at(now)
    step = max(present - WINDOW, after + 1)
    return code_at(secret, step) if step <= present + WINDOW else None


def authenticator_square(secret: str, account: str) -> Square:
    """Return the QR code with which an authenticator takes over a secret."""
    return square_of(pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER))


def in_groups(secret: str) -> str:
    """Return a secret in groups of four, as people type it off."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
