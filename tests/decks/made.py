"""A small tracker, and a client's template with its own size, colours, fonts and layouts."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pandas as pd
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE

import survey_analysis as sa

LABELS = ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]
SLIDES = [
    {"question": "like", "by": "sex", "name": "like"},
    {"question": "use", "name": "use"},
    {"question": "score", "by": "sex", "chart": "column", "name": "score"},
    {"question": "use", "answers": ["Often"], "name": "often"},
]


def wave(
    like=((1, 4, 10, 40, 45), (12, 18, 30, 25, 15)), use=(60, 90, 50), levels=None, codes=None, **study
) -> sa.Survey:
    """Answers by counts: 100 women, 100 men."""
    rows = [
        (s, i)
        for s, counts in zip("wm", like, strict=True)
        for i, n in enumerate(counts, 1)
        for _ in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["sex", "like"]).astype(str)
    frame["use"] = [str(i) for i, n in enumerate(use, 1) for _ in range(n)]
    frame["use"] = frame["use"].replace(codes or {})
    frame["score"] = [str(3 * (i % 3) + (s == "w")) for i, s in enumerate(frame["sex"])]
    told = {
        "study": {"name": "Tracker"},
        "sample": {
            "kind": "opt-in",
            "mode": "online",
            "population": "adults",
            "dates": ["2026-03-01", "2026-03-09"],
        },
        "scales": {"agree": {"levels": [[i, x] for i, x in enumerate(LABELS, 1)]}},
        "questions": {
            "sex": {"levels": [["w", "Women"], ["m", "Men"]], "short": "Sex"},
            "like": {"kind": "likert", "scale": "agree", "text": "I like it.", "short": "Like it"},
            "use": {
                "levels": levels or [[1, "Never"], [2, "Sometimes"], [3, "Often"]],
                "text": "How often?",
                "short": "Use",
            },
            "score": {"kind": "numeric", "text": "How many?", "short": "Score"},
        },
    }
    return sa.read(frame, study={**told, **study})


def client(path: Path) -> Path:
    """4:3, green and red accents, Georgia, layouts under names of its own, a footer slide that stays."""
    deck = Presentation()
    part = deck.slide_masters[0].part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = part.blob.decode()
    for slot, code in {"accent1": "1B7A3D", "accent2": "C0272D"}.items():
        text = re.sub(rf"(<a:{slot}>)<a:srgbClr val=\"\w+\"/>", rf'\1<a:srgbClr val="{code}"/>', text)
    part._blob = re.sub(r'(<a:latin typeface=")Calibri', r"\1Georgia", text).encode()
    deck.slide_layouts[5].name = "Client chart"
    deck.slides.add_slide(deck.slide_layouts[6])
    deck.save(path)
    return path


def chart(deck, name):
    """Slide number and frame of the chart of a name."""
    return next((i, s) for i, page in enumerate(deck.slides, 1) for s in page.shapes if s.name == name)


def shape(deck, name):
    return chart(deck, name)[1]


def values(frame) -> dict[str, list[float]]:
    """What the chart's XML holds."""
    return {s.name: list(s.values) for p in frame.chart.plots for s in p.series}


def sheet(blob: bytes, name: str = "Sheet1"):
    """Rows of a sheet of an embedded workbook, read by openpyxl."""
    import openpyxl

    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(blob))[name].iter_rows(values_only=True)]


def blob(frame) -> bytes:
    return frame.chart.part.chart_workbook.xlsx_part.blob


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        return {n: files.read(n) for n in files.namelist()}
