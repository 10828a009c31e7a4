"""Has documents drawn that reach out or swell, while people open pages and a good report is made beside them."""

import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

import pikepdf

from monitor.accounts.models import User
from monitor.db import db
from monitor.jobs.limited import ChildFailed, LimitReached, run_limited
from monitor.reports import operations
from monitor.reports.models import Document, DocumentState, Paper
from monitor.reports.rendering import draw_pdf, warm
from monitor.reports.visit_report import CPU_SECONDS
from tests.browser.worker import background_worker
from tests.conftest import NOW, make_app
from tests.drills.figures import Row
from tests.drills.installation import Installation, installed
from tests.drills.person import Person
from tests.factories import confided_visits as confided
from tests.reports.hostile import BOMBS, LOOK, drawn_or_refused, page, vectors, was_called
from tests.reports.reading import ReadPdf
from tests.serving import HOST, Served, served

CANARY = "file-canary-4711"
PAGES = ("/", "/visits/", "/places", "/account")
READERS = 4
PAUSE = 0.5
"""Seconds that a person looks at a page."""
WITHIN = 1.0
"""Seconds that 95 of 100 pages take at most."""
DELIVERED_WITHIN = 600


@dataclass
class Drawn:
    """What became of hostile documents."""

    reached_out: list[str] = field(default_factory=list)
    """Vectors that called somebody, or brought a file of the machine into the document."""
    vectors: int = 0
    contained: int = 0
    """Bombs that ended within the limits of a report: drawn, refused, or ended at a limit."""
    bombs: int = 0
    delivered: int = 0
    """Good reports that the worker made meanwhile."""
    p95: float = 0.0
    """Seconds within which 95 of 100 pages came meanwhile."""
    opened: int = 0


def run(installation: Installation, names: tuple[str, ...] = tuple(BOMBS)) -> Drawn:
    """Serve, draw every vector and these bombs, and measure what people feel of it."""
    with installation.acting():
        people = confided.readers(installation.body)
        document = _request(people)
        reader = people.coordinator.id
    with served("wsgi:app", installation.instance) as server, background_worker(installation.app):
        with _people(server, installation, reader) as times:
            found = _in_a_process_of_its_own(installation.instance, names)
            found.delivered = _wait_for(installation, document)
        found.opened = len(times)
        found.p95 = statistics.quantiles(times, n=20)[-1]
    return found


def _request(people: confided.Readers) -> UUID:
    """Have a report queued whose texts are the vectors, as a person would type them; it must come out."""
    visit = confided.visit(people)
    confided.say(visit, "\n".join(vectors(9, "/nowhere")), people, NOW)
    document = operations.request_visit_report(visit, language=None, paper=Paper.A4, by=people.leader, at=NOW)
    db.session.commit()
    return document.id


def _in_a_process_of_its_own(instance: Path, names: tuple[str, ...]) -> Drawn:
    """Draw as the worker does, in children of a process with one thread."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(draw, instance, names).result()


def draw(instance: Path, names: tuple[str, ...]) -> Drawn:
    """Draw every vector and these bombs in limited children."""
    found = Drawn()
    with make_app(instance).app_context():
        warm([LOOK])
        _draw_vectors(instance, found)
        for name in names:
            found.bombs += 1
            found.contained += is_contained(lambda name=name: draw_pdf(LOOK, page(BOMBS[name])).data)
    return found


def _draw_vectors(folder: Path, found: Drawn) -> None:
    secret = folder / "secret.txt"
    secret.write_text(CANARY, encoding="utf-8")
    with socket.create_server((HOST, 0)) as listening:
        for markup in vectors(listening.getsockname()[1], str(secret)):
            found.vectors += 1
            pdf = drawn_or_refused(page(markup))
            if was_called(listening) or (pdf is not None and holds_a_file(pdf)):
                found.reached_out.append(markup)


def holds_a_file(data: bytes) -> bool:
    """Say whether a document holds the file of the machine: as text, attached, or in any of its streams."""
    with pikepdf.open(BytesIO(data)) as pdf:
        streams = [thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
        is_attached = any(isinstance(thing, pikepdf.Dictionary) and "/EF" in thing for thing in pdf.objects)
    return is_attached or CANARY in ReadPdf(data).text or any(CANARY.encode() in stream for stream in streams)


def is_contained(work: Callable[[], bytes], cpu_seconds: int = CPU_SECONDS) -> bool:
    """Do work in a limited child; say whether it came to an end that the worker knows, in the time it may take."""
    begin = time.monotonic()
    with suppress(LimitReached, ChildFailed):
        run_limited(work, cpu_seconds=cpu_seconds)
    return time.monotonic() - begin < 4 * cpu_seconds + 20


@contextmanager
def _people(server: Served, installation: Installation, reader: UUID) -> Iterator[list[float]]:
    """Have people open pages while the block lasts; gives the seconds that each page took."""
    times: list[float] = []
    stop = threading.Event()
    with closing(Person(server)) as first:
        with installation.acting():
            first.sign_in(db.session.get_one(User, reader))
        threads = [threading.Thread(target=_read, args=(server, first.cookies, times, stop)) for _ in range(READERS)]
        for thread in threads:
            thread.start()
        try:
            yield times
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def _read(server: Served, cookies: Mapping[str, str], times: list[float], stop: threading.Event) -> None:
    with closing(Person(server)) as person:
        person.cookies = dict(cookies)
        while not stop.is_set():
            for path in PAGES:
                begin = time.perf_counter()
                answer = person.get(path)
                times.append(time.perf_counter() - begin if answer.status == HTTPStatus.OK else float("inf"))
                stop.wait(PAUSE)


def _wait_for(installation: Installation, document: UUID) -> int:
    """Return 1 when the worker has made the document."""
    end = time.monotonic() + DELIVERED_WITHIN
    while time.monotonic() < end:
        with installation.acting():
            state = db.session.get_one(Document, document).state
        if state in (DocumentState.DONE, DocumentState.FAILED):
            return int(state is DocumentState.DONE)
        time.sleep(1)
    return 0


def figures(found: Drawn, bombs: int) -> Iterator[Row]:
    """Give the figures beside their goals."""
    yield Row(f"of {found.vectors} vectors, drawn as they stand, reached out", len(found.reached_out), 0)
    yield Row(f"of {bombs} layout bombs, ended within the limits", found.contained, bombs)
    yield Row("reports whose texts are the vectors, made meanwhile", found.delivered, 1)
    yield Row(f"seconds for 95 of 100 of {found.opened} pages meanwhile", round(found.p95, 3), WITHIN, at_most=True)


def drill() -> Iterator[Row]:
    """Light every bomb."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation:
        yield from figures(run(installation), len(BOMBS))
