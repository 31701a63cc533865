"""What the suite against R prints at the end."""

from __future__ import annotations

import sys


def pytest_terminal_summary(terminalreporter) -> None:
    """Coverage, worst relative differences, what was not compared and why."""
    ledger = sys.modules.get("oracles.ledger")  # there only when the suite was collected
    lines = ledger.lines() if ledger is not None else []
    if lines:
        terminalreporter.section("against R survey")
        for line in lines:
            terminalreporter.write_line(line)
