"""A child does its work behind shut doors, and the parent learns how it ended."""

import os
import select
import socket
import threading
import time
from pathlib import Path

import pytest

from monitor.db import sqlite_module
from monitor.jobs.limited import (
    MEBIBYTE,
    ChildFailed,
    Kind,
    LimitReached,
    NotSingleThreaded,
    leaves_the_network,
    run_limited,
    tell_progress,
)

SECRET = "the name of a person held"


def spin() -> bytes:
    while True:
        pass


def test_bytes_come_back_whole_when_they_are_many():
    assert run_limited(bytes, 9 * MEBIBYTE) == bytes(9 * MEBIBYTE)


def test_progress_reaches_the_parent_in_order():
    def work() -> bytes:
        for percent in (10, 50, 120, -5):
            tell_progress(percent)
        return b"done"

    told: list[int] = []
    assert run_limited(work, on_progress=told.append) == b"done"
    assert told == [10, 50, 100, 0]


def test_progress_is_ignored_when_nobody_is_a_child():
    tell_progress(50)


def test_a_failure_tells_the_type_and_never_the_message():
    def work() -> bytes:
        raise LookupError(SECRET)

    with pytest.raises(ChildFailed) as failure:
        run_limited(work)
    assert failure.value.type_name == "LookupError"
    assert SECRET not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_child_that_dies_is_told_by_its_signal():
    with pytest.raises(ChildFailed, match="SIGABRT"):
        run_limited(os.abort)


def test_processor_time_ends_a_child():
    with pytest.raises(LimitReached) as limit:
        run_limited(spin, cpu_seconds=1)
    assert limit.value.kind is Kind.PROCESSOR


def test_waiting_ends_a_child(monkeypatch):
    monkeypatch.setattr("monitor.jobs.limited.time.monotonic", iter(range(0, 10**6, 1000)).__next__)
    with pytest.raises(LimitReached) as limit:
        run_limited(lambda: time.sleep(60) or b"", cpu_seconds=1)
    assert limit.value.kind is Kind.WAITING


def test_memory_ends_a_child():
    with pytest.raises(LimitReached) as limit:
        run_limited(lambda: bytes(2048 * MEBIBYTE), memory_bytes=1024 * MEBIBYTE)
    assert limit.value.kind is Kind.MEMORY


def test_what_the_parent_holds_is_not_counted():
    held = bytes(500 * MEBIBYTE)
    assert len(run_limited(lambda: bytes(len(bytes(100 * MEBIBYTE)) // MEBIBYTE), memory_bytes=400 * MEBIBYTE)) == 100
    with pytest.raises(ChildFailed, match="SIGABRT"):
        run_limited(os.abort, memory_bytes=400 * MEBIBYTE)
    assert len(held) == 500 * MEBIBYTE


def test_the_same_memory_is_given_where_the_limit_allows_it():
    assert len(run_limited(lambda: bytes(len(bytes(300 * MEBIBYTE)) // MEBIBYTE), memory_bytes=4096 * MEBIBYTE)) == 300


def test_the_environment_is_empty(monkeypatch):
    monkeypatch.setenv("MONITOR_SECRET", SECRET)
    assert run_limited(lambda: repr(dict(os.environ)).encode()) == b"{}"


def test_no_file_can_be_filled(tmp_path):
    target = tmp_path / "out"

    def work() -> bytes:
        with target.open("wb", buffering=0) as file:
            file.write(b"x")
        return b"written"

    with pytest.raises(ChildFailed, match="OSError"):
        run_limited(work)
    assert target.read_bytes() == b""


def open_files() -> bytes:
    """What the child has open, but for the listing itself."""
    names = [str(path.readlink()).partition(":")[0] for path in Path("/proc/self/fd").iterdir() if path.exists()]
    return " ".join(name for name in names if not name.startswith("/proc/")).encode()


def test_inherited_files_and_sockets_are_closed(tmp_path):
    with (tmp_path / "open").open("w") as file, socket.create_server(("127.0.0.1", 0)) as server:
        numbers = (file.fileno(), server.fileno())

        seen = run_limited(open_files)
    assert sorted(seen.split()) == [b"/dev/null", b"/dev/null", b"/dev/null", b"pipe"]
    assert min(numbers) > 2


def test_no_connection_reaches_this_machine():
    if not leaves_the_network():
        pytest.skip("this kernel lets nobody drop the network; the fetcher that refuses everything remains")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def work() -> bytes:
            socket.create_connection(server.getsockname(), timeout=2)
            return b"connected"

        with pytest.raises(ChildFailed):
            run_limited(work)
        assert select.select([server], [], [], 0)[0] == []
        socket.create_connection(server.getsockname()).close()  # the same connection arrives from outside a child
        assert select.select([server], [], [], 1)[0] == [server]


def test_a_database_connection_of_the_parent_survives_the_child(tmp_path):
    connection = sqlite_module.connect(tmp_path / "some.db")
    connection.execute("pragma journal_mode=wal")
    connection.execute("create table t (x)")
    connection.execute("insert into t values (1)")
    connection.commit()
    run_limited(lambda: b"")
    connection.execute("insert into t values (2)")
    connection.commit()
    assert connection.execute("select count(*) from t").fetchone() == (2,)
    assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_process_with_two_threads_is_refused():
    leave = threading.Event()
    thread = threading.Thread(target=leave.wait)
    thread.start()
    try:
        with pytest.raises(NotSingleThreaded):
            run_limited(bytes)
    finally:
        leave.set()
        thread.join()


def test_an_interrupted_parent_leaves_no_child_behind():
    told: list[int] = []

    def stop(percent: int) -> None:
        told.append(percent)
        raise KeyboardInterrupt

    def work() -> bytes:
        tell_progress(1)
        return spin()

    before = set(children())
    with pytest.raises(KeyboardInterrupt):
        run_limited(work, on_progress=stop)
    assert told == [1]
    assert set(children()) == before


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
