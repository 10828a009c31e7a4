"""A browser and a server that are killed as a lost battery or a cut cable would, and started again."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as BrowserGone

from tests.browser.conftest import CHROMIUM, PATIENCE, QUIET
from tests.serving import served


class KillableBrowser:
    """A browser with a profile on the disk, which can be killed and started again."""

    def __init__(self, playwright: Playwright, profile: Path, address: str) -> None:
        self.playwright, self.profile, self.address = playwright, profile, address
        self.context: BrowserContext | None = None

    def start(self, *, is_offline: bool) -> Page:
        """Start it on its profile."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=CHROMIUM, args=list(QUIET), base_url=self.address
        )
        self.context.set_default_timeout(4 * PATIENCE)
        self.context.set_offline(is_offline)
        return self.context.new_page()

    def kill(self) -> float:
        """End its processes as a lost battery would; returns when, by time.monotonic()."""
        processes = self._processes()
        moment = time.monotonic()
        _kill(processes)
        while self._processes():
            time.sleep(0.05)
        if self.context is not None:
            with suppress(BrowserGone):
                self.context.close()
        (self.profile / "SingletonLock").unlink(missing_ok=True)
        return moment

    @property
    def page(self) -> Page:
        """The page it was started with."""
        assert self.context is not None
        return self.context.pages[-1]

    def stop(self) -> None:
        """Close it as a person does."""
        if self.context is not None:
            self.context.close()

    def _processes(self) -> list[int]:
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                with suppress(OSError):
                    if os.fsencode(f"--user-data-dir={self.profile}") in (folder / "cmdline").read_bytes():
                        found.append(int(folder.name))
        return found


class KillableServer:
    """A server, with one worker so that it starts soon, that is killed whole and started again on its port."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.running = ExitStack()
        self.served = self.running.enter_context(served("wsgi:app", instance, workers=1))

    @property
    def port(self) -> int:
        """Where it answers, before and after."""
        return self.served.port

    def kill(self) -> None:
        """End its first process and then the others, none of which can say goodbye."""
        _kill(self.served.processes())
        self.close()

    def start(self) -> None:
        """Start it again; returns when it answers."""
        self.served = self.running.enter_context(served("wsgi:app", self.instance, workers=1, port=self.port))

    def close(self) -> None:
        """Wait until it has ended, which it is asked to do if it runs."""
        self.running.close()


def _kill(processes: Iterable[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
