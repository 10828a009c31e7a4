"""Taking a stranger's file apart where it can do no harm, and the reasons for refusing one.

Always in a limited child. The web server has threads, and a process with threads must not fork: there the child comes
from a small process beside it, which has one thread, none of the server's memory and is started with the first file.
Its socket lies in the folder of temporary files, whose path (TMPDIR) may have about 70 characters.
"""

from collections.abc import Callable
from enum import StrEnum
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from monitor.jobs import limited
from monitor.jobs.limited import MEBIBYTE, ChildFailed, LimitReached, run_limited

LARGEST_FILE: Final = 16 * MEBIBYTE
SECONDS: Final = 30
MEMORY: Final = 768 * MEBIBYTE
LONGEST_WAIT: Final = 6 * SECONDS
"""Seconds: a limited child is ended before."""
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


beside: Final = get_context("forkserver")
beside.set_forkserver_preload(["__main__", "monitor.files.kinds"])


def made_anew(make: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Return `make(data)`, made in a limited child; `make` is a function of a module. Raises UnfitFile."""
    if len(data) > LARGEST_FILE:
        raise UnfitFile(Reason.TOO_LARGE)
    made = _limited(make, data) if limited.is_single_threaded() else _from_beside(make, data)
    if made.startswith(REFUSAL):
        raise UnfitFile(Reason(made.removeprefix(REFUSAL).decode()))
    return made


def _limited(make: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Return what is made in a limited child, or why it is refused."""
    try:
        return run_limited(_or_reason, make, data, cpu_seconds=SECONDS, memory_bytes=MEMORY)
    except LimitReached:
        return _refusal(Reason.TOO_LARGE)
    except ChildFailed:
        return _refusal(Reason.UNREADABLE)


def _from_beside(make: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Return the same, asked of the process beside this one."""
    receiving, sending = beside.Pipe(duplex=False)
    process = beside.Process(target=_answer, args=(sending, make, data), daemon=True)
    process.start()
    sending.close()
    try:
        return receiving.recv_bytes() if receiving.poll(LONGEST_WAIT) else _refusal(Reason.TOO_LARGE)
    except EOFError:  # it was ended from outside
        return _refusal(Reason.UNREADABLE)
    finally:
        receiving.close()
        process.kill()
        process.join()


def _answer(sending: Connection, make: Callable[[bytes], bytes], data: bytes) -> None:
    sending.send_bytes(_limited(make, data))


def _or_reason(make: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Return what is made, or why it is refused: of an error in a child only the type's name comes back."""
    try:
        return make(data)
    except UnfitFile as unfit:
        return _refusal(unfit.reason)


def _refusal(reason: Reason) -> bytes:
    return REFUSAL + reason.value.encode()
