"""Debian's Chromium under Playwright, kept from talking to anybody else."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

EXECUTABLE = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """The browser, started and stopped; where it is not installed, the tests that ask for it are skipped aloud."""
    if not EXECUTABLE.exists():
        pytest.skip(f"{EXECUTABLE} is not installed: nothing was tried in a real browser")
    # Playwright's loop runs in this thread, which Django would otherwise take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # The letters' own fontconfig, set in this process, would leave the browser without the system's fonts.
        env: dict[str, str | float | bool] = {
            name: value for name, value in os.environ.items() if not name.startswith("FONTCONFIG")
        }
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS, env=env)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
