"""HTML with a search box: a page of many short sections, filtered as one types; no request, no stored text."""

from __future__ import annotations

import base64
import hashlib

from survey_analysis.reporting.document import Report
from survey_analysis.reporting.html import TEMPLATES, Finder, to_html


def to_found_html(report: Report) -> str:
    """The report as one page whose sections can be searched; without a script it is the page as it is.

    The script is ours and the page's policy allows it by its hash, so that no other can run.
    """
    script = (TEMPLATES / "finder.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    style = (TEMPLATES / "finder.css").read_text(encoding="utf-8")
    return to_html(report, Finder(script, f"sha256-{digest}", style))
