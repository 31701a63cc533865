"""Open a report in a real headless Chromium and look at it the way a reader's software does.

`check_report` is for any report: the sample of these tests, the founding study, a user's own.
"""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

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
    return found or absent("no Chromium was found (apt-get install chromium)")


def absent(what: str) -> NoReturn:
    """Fail a CI run, skip a user's, and say what is missing."""
    message = f"{what}; the page was not checked in a browser"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def needs(module: str) -> Any:
    """A test dependency, or `absent`."""
    try:
        return importlib.import_module(module)
    except ImportError:
        absent(f"{module} is not installed (it is in the extra 'test')")


@contextmanager
def chromium() -> Iterator[Any]:
    """A running headless browser."""
    path = executable()
    with needs("playwright.sync_api").sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
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
    found = [problem for state in states for problem in problems(state, n_figures, n_tables, must_contain)]
    assert not found, f"{html_path.name}:\n" + "\n".join(found)
    return states


def problems(state: PageState, n_figures: int, n_tables: int, must_contain: tuple[str, ...]) -> list[str]:
    """Everything that is wrong in one state of a page, each with the width and scheme where it was seen."""
    found = [f"axe: {violation}" for violation in state.violations]
    if state.passes <= 20:
        found.append(f"axe ran only {state.passes} rules")
    found += [f"requested {url}" for url in state.requests]
    if state.overflow > 0:
        found.append(f"the page is {state.overflow} px too wide")
    if len(state.images) != n_figures:
        found.append(f"{len(state.images)} images for {n_figures} figures")
    if len(state.tables) != n_tables:
        found.append(f"{len(state.tables)} tables for {n_tables}")
    if not all(state.images):
        found.append("an image has no name")
    if not all(state.tables) or len(set(state.tables)) != len(state.tables):
        found.append("a table has no caption of its own")
    found += [f"not in the accessibility tree: {text}" for text in must_contain if text not in state.text]
    return [f"at {state.width} px, {state.scheme}: {problem}" for problem in found]


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
    axe = needs("axe_playwright_python.sync_playwright")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(html_path.resolve().as_uri())
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
    }  # others cost time only
    results = axe.Axe().run(page, options=options).response
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
