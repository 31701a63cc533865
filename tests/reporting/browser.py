"""Open a report in a real headless Chromium and look at it the way a reader's software does.

`check_report` is for any report: the sample of these tests, the founding study, a user's own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

WIDTHS = (360, 1200)
SCHEMES = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class PageState:
    """What one width and colour scheme showed."""

    width: int
    scheme: str
    passes: int
    violations: tuple[str, ...]
    images: tuple[str, ...]
    tables: tuple[str, ...]
    text: str
    overflow: int
    requests: tuple[str, ...]


def executable() -> str:
    """Path of a Chromium; without one a user's run skips, saying so, and a CI run fails."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        message = "no Chromium found (apt-get install chromium); the page was not checked in a browser"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def chromium() -> Iterator[Any]:
    """A running headless browser."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is in the extra 'test'")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def check_report(
    html_path: Path,
    n_figures: int,
    n_tables: int,
    must_contain: tuple[str, ...] = (),
    *,
    widths: tuple[int, ...] = WIDTHS,
    schemes: tuple[str, ...] = SCHEMES,
) -> list[PageState]:
    """Assert that a report is sound in every width and colour scheme; return what was seen.

    axe-core finds no violation, no request leaves the page, nothing overflows, there are as many named
    images as figures and captioned tables as tables, and every headline is in the accessibility tree.
    """
    states = inspect(html_path, widths=widths, schemes=schemes)
    for state in states:
        at = f"{html_path.name} at {state.width} px, {state.scheme}"
        assert not state.violations, f"{at}: axe found {state.violations}"
        assert state.passes > 20, f"{at}: axe ran only {state.passes} rules"
        assert not state.requests, f"{at}: requested {state.requests}"
        assert state.overflow <= 0, f"{at}: the page is {state.overflow} px too wide"
        assert len(state.images) == n_figures, f"{at}: {len(state.images)} images for {n_figures} figures"
        assert all(state.images), f"{at}: an image has no name"
        assert len(state.tables) == n_tables, f"{at}: {len(state.tables)} tables for {n_tables}"
        assert all(state.tables), f"{at}: a table has no caption"
        assert len(set(state.tables)) == n_tables, f"{at}: two tables have the same caption"
        missing = [text for text in must_contain if text not in state.text]
        assert not missing, f"{at}: not in the accessibility tree: {missing}"
    return states


def inspect(html_path: Path, *, widths: tuple[int, ...], schemes: tuple[str, ...]) -> list[PageState]:
    """Look at a page in every width and colour scheme."""
    states = []
    with chromium() as browser:
        for width in widths:
            for scheme in schemes:
                page = browser.new_page(
                    viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
                )
                states.append(_state(page, html_path, width, scheme))
                page.close()
    return states


def _state(page: Any, html_path: Path, width: int, scheme: str) -> PageState:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(html_path.resolve().as_uri())
    results = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    nodes = _accessibility_tree(page)
    return PageState(
        width=width,
        scheme=scheme,
        passes=len(results["passes"]),
        violations=tuple(
            f"{v['id']}: {v['nodes'][0]['html'][:160]}" + f" ({len(v['nodes'])} places)"
            for v in results["violations"]
        ),
        images=tuple(name for role, name in nodes if role in {"image", "img"}),
        tables=tuple(name for role, name in nodes if role == "table"),
        text="\n".join([page_text(nodes), *(name for _, name in nodes)]),
        overflow=page.evaluate("document.documentElement.scrollWidth - window.innerWidth"),
        requests=tuple(url for url in requests if not url.startswith(("file:", "data:"))),
    )


def _accessibility_tree(page: Any) -> list[tuple[str, str]]:
    """Role and name of every node that assistive software is shown."""
    session = page.context.new_cdp_session(page)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (node.get("role", {}).get("value", ""), node.get("name", {}).get("value", ""))
        for node in tree
        if not node.get("ignored")
    ]


def page_text(nodes: list[tuple[str, str]]) -> str:
    """Text of the page in reading order, as assistive software hears it."""
    return " ".join(" ".join(name for role, name in nodes if role == "StaticText").split())
