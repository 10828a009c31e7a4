"""The machine's Chromium, for the drill that needs it."""

from tests.browser.conftest import chromium

__all__ = ["chromium"]
