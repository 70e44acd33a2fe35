"""A real browser and a running house for tests.

`live_house` is a `House` (tests/housing.py) that also holds the item of tests/dropin. `browser_page` (1440 px) and
`phone_page` (390 px) are Chromium pages that fail their test when a script fails or the content security policy
refuses something. Tests that use them are marked `browser`; without Chromium they are skipped and the end of the run
says so; under CI=true they fail instead.

`python -m tests.browsing` exits 0 when a Chromium is found.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.housing import House

DROPPED_IN = Path(__file__).parent / "dropin"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
_FIXTURES = {"browser_page", "phone_page", "browser"}
expect.set_options(timeout=15_000)  # two cores may have other tests to do
_MISSING = "Chromium is not there: run `make browsers`"


def chromium() -> str | None:
    """The path of a Chromium: the system's own, else Playwright's; None when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    try:
        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Error:
        return None
    return path if Path(path).exists() else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens a browser; keep whatever uses the running house in one process, so that one house is enough."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & _FIXTURES:
            item.add_marker("browser")
        if fixtures & (_FIXTURES | {"live_house"}):
            item.add_marker(pytest.mark.xdist_group("house"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a browser test where there is no Chromium; under CI that is a failure."""
    if item.get_closest_marker("browser") and chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_MISSING, pytrace=False)
        pytest.skip(_MISSING)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested."""
    skipped = [
        report for report in terminalreporter.getreports("skipped") if _MISSING in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_sep(
            "!", f"{len(skipped)} BROWSER TESTS WERE NOT RUN. {_MISSING}", red=True, bold=True
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the process."""
    # Playwright keeps an event loop in this thread; Django would refuse every query beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A page of a 1440 px desk."""
    with watched(browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})) as page:
        yield page


@pytest.fixture
def phone_page(browser: Browser) -> Iterator[Page]:
    """A page of a 390 px phone."""
    size = ViewportSize(width=390, height=844)
    with watched(
        browser.new_context(
            locale="zh-CN", viewport=size, is_mobile=True, has_touch=True, device_scale_factor=2
        )
    ) as page:
        yield page


@contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """A page whose script errors and refused contents fail the test at its end."""
    complaints: list[str] = []
    context.on("weberror", lambda problem: complaints.append(str(problem.error)))
    context.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()
    assert not complaints, "the page complained:\n" + "\n".join(complaints)


def tick(box: Locator) -> None:
    """Choose a radio button or a checkbox; where the page moved under the pointer, with the keyboard."""
    try:
        box.check()
    except Error as missed:
        if "did not change its state" not in missed.message:
            raise
        if not box.is_checked():
            box.press("Space")
        expect(box).to_be_checked()


@pytest.fixture(scope="session")
def live_house() -> Iterator[House]:
    """The whole house with its demo data and the dropped-in item."""
    with House(items=[DROPPED_IN]) as house:
        yield house


if __name__ == "__main__":
    sys.exit(0 if chromium() else 1)
