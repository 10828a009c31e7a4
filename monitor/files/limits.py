"""Taking a stranger's file apart where it can do no harm, and the reasons for refusing one."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from monitor.jobs.limited import MEBIBYTE, ChildFailed, LimitReached, is_single_threaded, run_limited

LARGEST_FILE: Final = 16 * MEBIBYTE
SECONDS: Final = 30
MEMORY: Final = 768 * MEBIBYTE
REFUSAL: Final = b"\x00refused:"
"""Begins what a child answers instead of a file; no kind of file that we make begins so."""


class Reason(StrEnum):
    """Why a file is not taken."""

    UNKNOWN_KIND = "unknown_kind"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    MOVING = "moving"
    LOCKED = "locked"
    UNCLEANABLE = "uncleanable"


class UnfitFile(Exception):
    """A file that is not taken, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def made_anew(make: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Return `make(data)`, made in a limited child where this process may fork, else here. Raises UnfitFile."""
    if len(data) > LARGEST_FILE:
        raise UnfitFile(Reason.TOO_LARGE)
    if not is_single_threaded():
        return make(data)
    try:
        made = run_limited(_or_reason, make, data, cpu_seconds=SECONDS, memory_bytes=MEMORY)
    except LimitReached as limit:
        raise UnfitFile(Reason.TOO_LARGE) from limit
    except ChildFailed as failed:
        raise UnfitFile(Reason.UNREADABLE) from failed
    if made.startswith(REFUSAL):
        raise UnfitFile(Reason(made.removeprefix(REFUSAL).decode()))
    return made


def _or_reason(make: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Return what is made, or why it is refused: of an error in a child only the type's name comes back."""
    try:
        return make(data)
    except UnfitFile as unfit:
        return REFUSAL + unfit.reason.value.encode()
