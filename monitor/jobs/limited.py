"""Runs one function in a forked child with little memory and time, no network, no environment, no files to write."""

import ctypes
import fcntl
import gc
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

MEBIBYTE = 1024 * 1024
THREADS = Path("/proc/self/task")
MEMORY = Path("/proc/self/statm")
NETWORK = Path("/proc/self/ns/net")
OPEN_FILES = 128
HIGHEST_FILE = 65_536  # when the limit on open files says nothing
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
FRAME = struct.Struct("!cI")
RESULT, FAILURE, PROGRESS = b"R", b"F", b"P"
OUT_OF_MEMORY, NO_REASON_GIVEN = b"MemoryError", b"SystemError"
"""C code whose allocation fails may forget to say so: Python then raises SystemError."""
DEATHS_OF_MEMORY = {signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, signal.SIGSEGV, signal.SIGTRAP}
DEATHS_OF_TIME = {signal.SIGXCPU}

_libc = ctypes.CDLL(None, use_errno=True)
_pipe_of_the_child: list[int] = []  # filled in the child alone


class Kind(StrEnum):
    """Which limit a child reached."""

    MEMORY = "memory"
    PROCESSOR = "processor time"
    WAITING = "waiting time"


class LimitReached(Exception):
    """The child was ended at a limit; `kind` names it."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(f"limit reached: {kind}")
        self.kind = kind


class ChildFailed(Exception):
    """The child ended with an error; only the name of its type is kept, for its message may hold confidential text."""

    def __init__(self, type_name: str) -> None:
        super().__init__(f"the child process failed: {type_name}")
        self.type_name = type_name


class NotSingleThreaded(RuntimeError):
    """A process with several threads must not fork: a lock of another thread would stay locked in the child."""


def run_limited(
    function: Callable[..., bytes],
    *args: object,
    cpu_seconds: int = 60,
    memory_bytes: int = 1024 * MEBIBYTE,
    on_progress: Callable[[int], None] | None = None,
) -> bytes:
    """Call `function(*args)` in a forked child and return the bytes it returns.

    The child inherits the memory of this process, so arguments need not be serialisable and imported modules are warm.
    `on_progress` is called here with what the function gives to `tell_progress`. Raises LimitReached when the child
    needs more than `cpu_seconds` of processor time, four times as long by the clock, or `memory_bytes` of address
    space beyond what it inherits; ChildFailed when the function raises; NotSingleThreaded when this process has several
    threads.
    """
    if not is_single_threaded():
        raise NotSingleThreaded("run_limited needs a process with one thread")
    size, resident = _memory()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(writing, function, args, cpu_seconds, size + memory_bytes)
    os.close(writing)
    status, usage = 0, None
    try:
        outcome = _listen(reading, time.monotonic() + 4 * cpu_seconds + 10, on_progress)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reading)
        _, status, usage = os.wait4(child, 0)
    return _judge(
        outcome,
        status,
        usage.ru_utime + usage.ru_stime >= cpu_seconds,
        usage.ru_maxrss * 1024 - resident > memory_bytes // 3,
    )


def leaves_the_network() -> bool:
    """Say whether this system lets the child drop the network; needs a process with one thread."""
    return run_limited(_network) != _network()


def _network() -> bytes:
    return os.fsencode(NETWORK.readlink())


def is_single_threaded() -> bool:
    """Say whether this process has one thread, those of C libraries counted too."""
    return len(list(THREADS.iterdir())) == 1


def _memory() -> tuple[int, int]:
    """Return the address space and the memory in use of this process, in bytes."""
    size, resident, *_ = MEMORY.read_text().split()
    return int(size) * resource.getpagesize(), int(resident) * resource.getpagesize()


def tell_progress(percent: int) -> None:
    """Called inside the child: hand `percent` (0 to 100) to the parent's `on_progress`. Does nothing elsewhere."""
    for pipe in _pipe_of_the_child:
        _send(pipe, PROGRESS, bytes([max(0, min(percent, 100))]))


def _listen(pipe: int, deadline: float, on_progress: Callable[[int], None] | None) -> tuple[bytes, bytes] | None:
    """Read frames until the result, a failure or the end of the pipe; None when the child died without a word."""
    buffer = bytearray()
    while True:
        while len(buffer) >= FRAME.size:
            kind, length = FRAME.unpack_from(buffer)
            if len(buffer) < FRAME.size + length:
                break
            body = bytes(buffer[FRAME.size : FRAME.size + length])
            del buffer[: FRAME.size + length]
            if kind != PROGRESS:
                return kind, body
            if on_progress is not None:
                on_progress(body[0])
        if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise LimitReached(Kind.WAITING)
        chunk = os.read(pipe, MEBIBYTE)
        if not chunk:
            return None
        buffer += chunk


def _judge(outcome: tuple[bytes, bytes] | None, status: int, used_its_time: bool, was_large: bool) -> bytes:
    """Return the result or raise what the child's end means."""
    if outcome is not None:
        kind, body = outcome
        if kind == RESULT:
            return body
        if body == OUT_OF_MEMORY or (body == NO_REASON_GIVEN and was_large):
            raise LimitReached(Kind.MEMORY)
        raise ChildFailed(body.decode("ascii", "replace"))
    death = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if death in DEATHS_OF_TIME or (death == signal.SIGKILL and used_its_time):
        raise LimitReached(Kind.PROCESSOR)
    if death in DEATHS_OF_MEMORY and (was_large or death == signal.SIGKILL):
        raise LimitReached(
            Kind.MEMORY
        )  # C libraries abort when an allocation fails; the kernel kills when all memory is gone
    raise ChildFailed(signal.Signals(death).name if death else f"exit {os.waitstatus_to_exitcode(status)}")


def _be_the_child(
    pipe: int, function: Callable[..., bytes], args: tuple[object, ...], cpu_seconds: int, memory_bytes: int
) -> NoReturn:
    """Shut every door, call the function, tell the result, leave without any clean-up of the parent's objects."""
    kind, body = FAILURE, b"BaseException"
    try:
        gc.freeze()  # objects of the parent, database connections among them, are never finalised here
        gc.disable()  # a short life needs no collector; its memory is limited anyway
        pipe = _close_everything_but(pipe)
        _pipe_of_the_child.append(pipe)
        _shut_doors(cpu_seconds, memory_bytes)
        kind, body = RESULT, function(*args)
    except BaseException as error:  # noqa: BLE001  # whatever it is, the parent hears its name
        kind, body = FAILURE, type(error).__name__.encode("ascii", "replace")
    try:
        _send(pipe, kind, body)
    finally:
        os._exit(0)


def _close_everything_but(pipe: int) -> int:
    """Close sockets, database files and terminals that came with the fork; return the new number of the pipe."""
    pipe = fcntl.fcntl(pipe, fcntl.F_DUPFD, 4)  # out of the way: a daemon may have had no standard streams
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.dup2(pipe, 3)
    os.closerange(4, max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], HIGHEST_FILE))
    return 3


def _shut_doors(cpu_seconds: int, memory_bytes: int) -> None:
    """Drop signals, environment, network, privileges and resources; not every kernel lets the network be dropped."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    os.environ.clear()
    sys.setrecursionlimit(1000)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        _libc.unshare(CLONE_NEWNET)
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _send(pipe: int, kind: bytes, body: bytes) -> None:
    """Write one frame whole."""
    left = memoryview(FRAME.pack(kind, len(body)) + body)
    while left:
        left = left[os.write(pipe, left) :]
