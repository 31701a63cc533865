"""Every number of a sentence is the number of its table, rounded from the same unrounded estimate."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest

MINUS = "\N{MINUS SIGN}"
NUMBER = re.compile(rf"(?<![\w.]){MINUS}?\d[\d,]*(?:\.\d+)?")
CONSTANTS = {"95", "12", "2"}
"""Level of the intervals, months of the base, points above which two bases are compared."""


def half_up(value: float, decimals: int) -> str:
    quantum = Decimal(1).scaleb(-decimals)
    number = Decimal(repr(float(value))).quantize(quantum, ROUND_HALF_UP)
    return f"{number:,}".replace("-", MINUS)


def forms(frame, columns: tuple[str, ...], scale: float, decimals: tuple[int, ...]) -> set[str]:
    """All printed forms of the numbers of a tidy frame, with and without their sign."""
    values = [scale * v for c in columns if c in frame for v in frame[c] if v == v]
    made = {half_up(v, d) for v in values for d in decimals}
    return made | {m.lstrip(MINUS) for m in made}


def counts(frame) -> set[str]:
    return {
        f"{round(float(v)):,}" for c in ("n", "n_a", "n_b", "n_effective") if c in frame for v in frame[c]
    } | {half_up(v, 0) for c in ("n_effective",) if c in frame for v in frame[c]}


def spoken(text: str) -> list[str]:
    """Numbers of a sentence, without p-values."""
    return NUMBER.findall(re.sub(r"p (?:[<>=] ?)?[<>]?\.\d+", "", text))


def findings(built):
    return [b for s in built.document.sections for b in s.blocks if type(b).__name__ == "KeyFinding"]


def table(built, id_: str):
    return next(t for t in built.document.tables() if t.id == id_)


def test_numbers_are_found_in_text():
    assert spoken(f"82% (95% interval, 80–84; n = 3,252), {MINUS}1.5; adjusted p <.001, top2 v1.2") == [
        "82", "95", "80", "84", "3,252", f"{MINUS}1.5"
    ]  # fmt: skip


def test_the_headline_is_that_of_its_table(built):
    headline, first = built.results["headline"], findings(built)[0]
    row = headline.rows.iloc[0]
    cells = next(r for r in table(built, "table-likelihood").rows if r.label == "Micro-influencer").cells
    assert cells[0].value == pytest.approx(row["estimate"], rel=1e-12)
    assert first.number == half_up(100 * cells[0].value, 0) + "%"
    assert first.sentence.startswith(first.number)
    n = next(c.text for c in cells if c.value == row["n"])
    assert f"n = {n})" in first.sentence
    limits = f"{half_up(100 * row['conf_low'], 0)}–{half_up(100 * row['conf_high'], 0)}"
    assert limits in first.sentence
    printed = next(c.text for c in cells if "–" in c.text)
    assert printed == f"{half_up(100 * row['conf_low'], 1)}–{half_up(100 * row['conf_high'], 1)}"


def test_every_number_of_the_findings_is_a_number_of_their_result(built):
    results = built.results
    for name, finding in zip(("headline", "follow", "credible"), findings(built), strict=False):
        frames = [results["headline"].rows] if name == "headline" else [results[f"finding-{name}-test"].rows]
        allowed = set(CONSTANTS)
        for frame in frames:
            columns = ("estimate", "estimate_a", "estimate_b", "conf_low", "conf_high")
            allowed |= forms(frame, columns, 100, (0, 1)) | counts(frame)
        assert spoken(finding.sentence)
        assert set(spoken(finding.sentence)) <= allowed, finding.sentence


def test_the_comparison_spoken_of_is_the_one_on_the_same_people(built):
    """Title case by title case: shares, difference, limits and n of that row of the table."""
    rows = built.results["finding-follow-test"].rows
    row = rows[(rows["a"] == "Micro-influencer") & (rows["base"] == "common")].iloc[0]
    own = rows[(rows["a"] == "Micro-influencer") & (rows["base"] == "own")].iloc[0]
    text = findings(built)[1].sentence
    a, b, d = (100 * row[c] for c in ("estimate_a", "estimate_b", "estimate"))
    decimals = 0 if int(half_up(a, 0)) - int(half_up(b, 0)) == int(half_up(d, 0)) else 1
    assert f"Among {row['n']:,} " in text
    assert (
        f"{half_up(a, decimals)}% (micro-influencer) and {half_up(b, decimals)}% (average consumer)" in text
    )
    assert f"{half_up(d, decimals)} points more" in text
    assert f"the gap is {half_up(100 * own['estimate'], decimals)} points" in text
    line = next(
        r for r in table(built, "table-likelihood-test").rows if r.label == "Micro-influencer, same people"
    )
    assert line.cells[0].value == pytest.approx(row["estimate_a"], rel=1e-12)
    assert line.cells[2].value == pytest.approx(100 * row["estimate"], abs=1e-12)
    assert f"{row['n']:,}" in [c.text for c in line.cells]


def test_the_shares_of_all_sources_are_those_of_the_table(built):
    section = next(s for s in built.document.sections if s.id == "likelihood")
    text = next(b.text for b in section.blocks if type(b).__name__ == "Paragraph")
    found = re.findall(r"([A-Z][a-z]+[- ][a-z]+|[A-Z][a-z]+) (\d+)% \((\d+)–(\d+); n = ([\d,]+)\)", text)
    rows = table(built, "table-likelihood").rows
    assert [f[0] for f in found] == [r.label for r in rows]
    frame = built.results["likelihood"].rows
    for (_, share, low, high, n), row, tidy in zip(found, rows, frame.to_dict("records"), strict=True):
        assert share == half_up(100 * row.cells[0].value, 0)
        assert (low, high) == (half_up(100 * tidy["conf_low"], 0), half_up(100 * tidy["conf_high"], 0))
        assert n in [c.text for c in row.cells]


def test_up_to_is_that_of_the_ratio_table(built):
    section = next(s for s in built.document.sections if s.id == "conversations")
    text = next(b.text for b in section.blocks if type(b).__name__ == "Paragraph")
    largest = re.search(r"up to ([\d.]+) times", text)[1]
    smallest = re.search(r"in the smallest \((\w+)\) ([\d.]+) times", text)
    ratios = {r.label: r.cells for r in table(built, "table-conversations-ratios").rows if r.cells}
    values = [cells[2].text for cells in ratios.values()] or []
    frame = built.results["conversations-ratios"].rows
    assert largest == half_up(frame["estimate"].max(), 1)
    assert smallest[2] == half_up(frame["estimate"].min(), 1)
    assert largest in values
    assert smallest[2] in values


def test_titles_and_alternative_texts_print_numbers_of_their_result(built):
    """Headline, likelihood and their differences: no number that the result does not hold."""
    for name in ("headline", "likelihood", "likelihood-differences", "likelihood-likert"):
        caption = built.charts[name].caption
        allowed = CONSTANTS | {"1", "3", "4", "5"}
        for key in ("headline", "likelihood", "likelihood-levels", "likelihood-test"):
            frame = built.results[key].rows
            columns = ("estimate", "estimate_a", "estimate_b", "conf_low", "conf_high")
            allowed |= forms(frame, columns, 100, (0, 1)) | counts(frame)
        for text in (caption.title, caption.alt):
            assert set(spoken(text)) <= allowed, text


def test_the_tidy_file_is_unrounded_and_the_workbook_keeps_values(built, files):
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(files["report/results.csv"].decode())))
    mine = [r for r in rows if r["result"] == "headline"]
    assert float(mine[0]["estimate"]) == built.results["headline"].rows["estimate"].iloc[0]
    assert {r["simulated"] for r in rows} == {"1"}
    assert {r["result"] for r in rows} == set(built.results)
