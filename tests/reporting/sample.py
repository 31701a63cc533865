"""A sample report as a survey would fill it: 8 sections, 6 charts, 11 tables and every hostile string we know.

The charts are plain matplotlib, drawn here so that these tests need no other part of the package.
"""

from __future__ import annotations

import datetime as dt
import io
from functools import cache

import numpy as np
from matplotlib import font_manager, rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from survey_analysis.fonts import ttf_paths
from survey_analysis.reporting.document import (
    BulletList,
    Callout,
    Code,
    Definitions,
    FigureBlock,
    Heading,
    KeyFinding,
    Paragraph,
    Report,
    Run,
    Section,
    TableBlock,
)
from survey_analysis.tables.model import Cell, Column, Row, Table

BANNER = "SIMULATED DATA. No people were surveyed; nothing here is evidence about any population."
ANSWERS = ("Strongly", "Somewhat", "Neither", "No")
HEADLINES = ("82%", "5 points", "1.9 times")
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","click")',
    "#panic() *bold* $x$ <lab> // @ref",
    "Great 😀 value",
    "bell\x07 and null\x00 inside",
    "שלום עולם",
    "safe\u202egpj.exe",
    '"><img src=x onerror=alert(1)>',
    "日本語の回答",
    "{{ 7*7 }} {% raw %}",
)
SOURCES = ("Micro-influencer", "Average consumer", "Brand advocate", "Celebrity")
SHARES = (82.1, 73.0, 70.2, 41.0)
ACCENT, GREY, INK, MUTED, GRID = "#0A5C8F", "#B4C3D1", "#16202E", "#566173", "#E8EBF0"
STYLE = {
    "font.family": "Inter",
    "svg.fonttype": "none",
    "svg.hashsalt": "survey_analysis",
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "font.size": 9.8,
}
SOURCE = (
    "Source: Creator trust 2024, simulated respondents; web, 1-14 March 2024. Raked to age, sex and region. "
    "95% intervals (model-based). Figures are rounded."
)


@cache
def report() -> Report:
    """The sample report."""
    return Report(
        title="How far people trust a recommendation from a micro-influencer",
        subtitle="Perceptions of four kinds of source, and what people say they would do with their advice.",
        created=dt.date(2026, 1, 15),
        banner=BANNER,
        meta=(
            ("Sponsor", (Run("Who paid for the survey?", "question"),)),
            ("Conducted by", "A simulated research team"),
            ("Field dates", "1 to 14 March 2024"),
            ("Respondents", "5,189 simulated respondents, two samples"),
            ("Mode", "Web questionnaire"),
            ("Weights", "Raked to age, sex and region; effective base 3,420"),
            ("Version", "0.1.0, data 4f9a17c2"),
        ),
        sections=(
            _findings(),
            _who(),
            _perceptions(),
            _follow(),
            _published(),
            _method(),
            _limits(),
            _appendix(),
        ),
        omitted=("Open ends: no open question was asked.",),
        guide=(
            "A percentage is the weighted share of the people named in the base line.",
            "n is how many answered.",
        ),
        footer=("Creator trust 2024. Written with survey_analysis 0.1.0; data hash 4f9a17c2."),
    )


def _findings() -> Section:
    return Section(
        "findings",
        "1",
        "Findings",
        (
            KeyFinding(
                (
                    Run("82%", "strong"),
                    Run(
                        " of simulated respondents who received a recommendation from a micro-influencer say they are "
                        "very or extremely likely to follow it (95% interval, model-based, 80-84)."
                    ),
                ),
                "Base: received a recommendation from a micro-influencer, past 12 months; n = 3,233 (effective 2,139). "
                "Own base. Design-based t.",
                figure=_figure("f-headline", "Likely to follow a recommendation, by source", 0),
                number="82%",
            ),
            KeyFinding(
                "Among 2,559 simulated respondents who rated both, 5 points more say they would follow a micro-influencer "
                "than an average consumer (3-8; adjusted p < .001). Counting everyone who rated either, the gap is 9 points.",
                (
                    Run(
                        "Base: rated both; n = 2,559 (effective 1,911). Same people. Design-based F, adjusted p < .001 "
                    ),
                    Run("(Holm, 18 comparisons). See "),
                    Run("section 3", "ref", "perceptions"),
                    Run("."),
                ),
                figure=_figure(
                    "f-difference", "Difference between micro-influencers and each other source", 1
                ),
                note="Sensitive to the cut: with the top answer alone the difference is 2 points.",
                number="5 points",
            ),
            KeyFinding(
                "Members of the panel report up to 1.9 times as many recommendations a week as the comparison group in the "
                "largest of 12 categories, food and drink (95% interval allowing for the choice 1.4-2.6); in the median "
                "category 1.3 times.",
                "Base: all who answered; n = 5,189 (effective 3,420). Ratio of weekly rates, simultaneous interval.",
                number="1.9 times",
            ),
            Paragraph(
                "7 of 18 planned comparisons differed at 5% after adjustment; 11 did not and are in section 3."
            ),
            Callout(
                "What this does not show",
                (
                    "Intention is not behaviour: people said they would follow, nobody watched whether they did.",
                    "Associations; nothing was assigned at random.",
                    "No people were surveyed; agreement with published figures is by construction.",
                ),
                "limits",
            ),
        ),
    )


def _who() -> Section:
    return Section(
        "who",
        "2",
        "Who answered",
        (
            Paragraph("6,214 questionnaires were received and 5,189 kept.", "lead"),
            Paragraph(
                (
                    Run("Rules were fixed "),
                    Run("before", "em"),
                    Run(
                        " outcomes were seen. Each respondent removed is counted once, under the first rule that applied."
                    ),
                )
            ),
            _figure("f-flow", "Respondents, from received to kept", 2),
            TableBlock(_sample_table()),
            Heading("Weighting", 3, "weighting"),
            Paragraph("Both samples were raked to census margins; no weight exceeds five times the mean."),
            _figure("f-weights", "Margins before and after weighting", 3),
            TableBlock(_simple("t-weights", "Weighting targets", ("Target", "Before", "After"), 6)),
            Callout(
                "Questions nobody has answered yet",
                (
                    (Run("Who paid for the survey?", "question"),),
                    (Run("How many people were invited?", "question"),),
                ),
                "question",
            ),
        ),
    )


def _perceptions() -> Section:
    return Section(
        "perceptions",
        "3",
        "Perceptions by source",
        (
            Paragraph("Levels on each base, then differences between the same people."),
            _figure("f-likert", "Credible and believable, by source", 4),
            TableBlock(_banner_table("t-credible", "Credible and believable")),
            TableBlock(_hostile_table()),
            Callout(
                "Read with care",
                ("Each source was rated by the people who said it had advised them.",),
                "note",
            ),
        ),
    )


def _follow() -> Section:
    return Section(
        "follow",
        "4",
        "Likelihood to follow",
        (
            Paragraph("Very or extremely likely to follow a recommendation, top 2 of 5 answers."),
            _figure("f-groups", "Likely to follow a micro-influencer, by age", 5, narrow=False),
            TableBlock(_banner_table("t-follow", "Very or extremely likely to follow, by source", own=True)),
            Callout("Small bases", ("Columns marked * have a base of 30 to 99.",), "warning"),
        ),
    )


def _published() -> Section:
    return Section(
        "published",
        "5",
        "What was published against what is shown here",
        (
            Paragraph(
                "Simulated data calibrated to these published figures; agreement is by construction and no evidence."
            ),
            TableBlock(
                Table(
                    "t-published",
                    "Published figures and ours",
                    (
                        Column("Published"),
                        Column("Here"),
                        Column("95% interval"),
                        Column("Comparable?", align="left"),
                    ),
                    (
                        Row(
                            "Likely to follow a micro-influencer",
                            _cells("82%", "82%", "80-84", "By construction"),
                        ),
                        Row(
                            "Likely to follow an average consumer",
                            _cells("73%", "73%", "71-75", "By construction"),
                        ),
                        Row(
                            "Weekly conversations, ratio",
                            _cells("22.2", "1.9", "1.4-2.6", "No: base not published"),
                        ),
                    ),
                    notes=("Published: release of 2016, base not published.",),
                )
            ),
        ),
    )


def _method() -> Section:
    return Section(
        "method",
        "6",
        "Method",
        (
            Paragraph(
                "No people were surveyed. The 5,189 records were generated by survey_analysis 0.1.0, seed 20240301."
            ),
            Definitions(
                (
                    ("Sample", "Two simulated samples of adults, told apart by provider."),
                    ("Population", (Run("Whom is the survey about?", "question"),)),
                    ("Weights", "Standard errors take the raking into account (calibration residuals)."),
                    ("Tests", "18 comparisons were declared before analysis; p-values are adjusted by Holm."),
                )
            ),
            Heading("Definitions", 3),
            Heading("Shown to respondents", 4),
            BulletList(
                ("Micro-influencer: someone with a modest following.", "Celebrity: someone widely known.")
            ),
            TableBlock(
                _simple(
                    "t-tests", "Every declared comparison", ("Difference", "95% interval", "Adjusted p"), 8
                )
            ),
            TableBlock(_simple("t-reliability", "Agreement of the scales", ("Items", "Alpha"), 3)),
        ),
    )


def _limits() -> Section:
    return Section(
        "limits",
        "7",
        "Limits",
        (
            BulletList(
                (
                    (
                        Run("Measurement. ", "strong"),
                        Run("Answers are self-reported intentions on a 5-point scale."),
                    ),
                    (Run("Recall. ", "strong"), Run("Counts are recalled and often rounded.")),
                    (Run("Precision. ", "strong"), Run("Intervals do not include any of the errors above.")),
                )
            ),
        ),
    )


def _appendix() -> Section:
    return Section(
        "appendix",
        "A",
        "Topline and program",
        (
            TableBlock(_long_table()),
            TableBlock(_simple("t-log", "Cleaning log", ("Flagged", "Removed"), 7)),
            TableBlock(_simple("t-disclosure", "Disclosure checklist", ("Stated",), 5)),
            Heading("The same numbers in R"),
            Code(
                "library(survey)\n"
                "design <- svydesign(ids = ~1, weights = ~weight, data = kept)\n"
                "svyciprop(~I(follow_micro >= 4), design, method = 'logit')  # 0.821, and a comment that is far too long\n",
                "r",
            ),
            *(Paragraph(f"Verbatim {i}: {text}") for i, text in enumerate(HOSTILE, 1)),
        ),
    )


def _cells(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(text, align="left" if text[0].isalpha() else None) for text in texts)


def number(value: float, mark: str = "") -> Cell:
    """A cell with one decimal."""
    return Cell(f"{value:.1f}".replace("-", "\u2212"), value, "0.0;\u22120.0", mark)


def count(value: int) -> Cell:
    """A base."""
    return Cell(f"{value:,}", value, "#,##0")


COLUMNS = (
    Column("Total", letter="T"),
    Column("18-34", "Age", "A"),
    Column("35-54", "Age", "B"),
    Column("55+", "Age", "C"),
    Column("Northern provider", "Provider", "D"),
    Column("Southern provider", "Provider", "E"),
)


def _banner_table(name: str, title: str, own: bool = False) -> Table:
    rows: list[Row] = []
    for i, (source, share) in enumerate(zip(SOURCES, SHARES, strict=True)):
        marks = ("", "BC", "C" if i else "", "a*" if i == 3 else "", "", "")
        moves = (0, 3.9, -0.9, -5.7, -0.5, 0.6)
        cells = tuple(number(share + move, mark) for move, mark in zip(moves, marks, strict=True))
        rows.append(Row(source, cells, "net"))
        rows.append(Row("unweighted base", tuple(count(3233 // (i + k + 1)) for k in range(6)), "base", 1))
        rows.append(Row("effective base", tuple(count(2139 // (i + k + 1)) for k in range(6)), "base", 1))
    if own:
        rows.append(Row("Difference micro \u2212 average", kind="section"))
        rows.append(Row("own bases", tuple(number(x) for x in (9.1, 14.9, 8.2, 1.4, 8.8, 9.5)), indent=1))
        rows.append(
            Row("same people (n 2,559)", tuple(number(x) for x in (5.4, 10.8, 4.6, -0.6, 5.1, 5.8)), indent=1)
        )
    note = (
        "A/B/C, D/E compared. UPPER 95%, lower 90%, design-based t (weights; same people counted once), not adjusted for "
        "multiple tests: 12 tests, about 0.6 letters at 95% would appear by chance alone. * base 30-99, caution."
    )
    base = "received a recommendation from that source, past 12 months, and gave an answer. Weighted."
    return Table(name, title, COLUMNS, tuple(rows), (note,), base)


def _hostile_table() -> Table:
    rows = [Row(text, (number(50.0 - i), count(100 + i))) for i, text in enumerate(HOSTILE)]
    rows.append(Row("+1+1", (Cell("=1+1"), Cell("@SUM(A1)"))))
    return Table(
        "t-hostile", "Reasons given, as typed", (Column("%"), Column("n")), tuple(rows), (HOSTILE[0],), "all"
    )


def _sample_table() -> Table:
    rows = (
        Row("Age", kind="section"),
        Row("18-34", (number(41.2), number(30.0)), indent=1),
        Row("35-54", (number(35.9), number(33.0)), indent=1),
        Row("55 and over", (number(22.9), number(37.0)), indent=1),
        Row("Sex", kind="section"),
        Row("Women", (number(54.4), number(51.2)), indent=1),
        Row("Men", (number(45.6), number(48.8)), indent=1),
        Row("Respondents", (count(5189), count(5189)), "base"),
    )
    return Table(
        "t-sample", "Sample", (Column("Unweighted"), Column("Weighted")), rows, (), "all kept", "Percent of"
    )


def _simple(name: str, title: str, columns: tuple[str, ...], n: int) -> Table:
    rng = np.random.default_rng(len(name))
    rows = tuple(
        Row(f"Item {i + 1} of {title.lower()}", tuple(number(x) for x in rng.uniform(1, 99, len(columns))))
        for i in range(n)
    )
    return Table(name, title, tuple(Column(c) for c in columns), rows)


def _long_table() -> Table:
    rng = np.random.default_rng(5)
    rows: list[Row] = []
    for q in range(14):
        rows.append(
            Row(
                f"Q{q + 1}. How much do you agree that the source is good at saying thing {q + 1}?",
                kind="section",
            )
        )
        rows += [Row(a, (number(x),), indent=1) for a, x in zip(ANSWERS, rng.uniform(5, 40, 4), strict=True)]
        rows.append(Row("n", (count(int(rng.integers(900, 3000))),), "base", 1))
    return Table("t-topline", "Topline in questionnaire order", (Column("%"),), tuple(rows), (), "all asked")


def _figure(name: str, title: str, which: int, narrow: bool = True) -> FigureBlock:
    alt = (
        f"Bar chart of {title.lower()}. Micro-influencer 82%, average consumer 73%, brand advocate 70%, celebrity 41%. "
        "Base: rated that source, n 1,580 to 5,189. Simulated data."
    )
    if which == 4:
        alt += " " + HOSTILE[0] + HOSTILE[3]
    wide = _draw(which, 8.0)
    return FigureBlock(
        name,
        title,
        wide,
        alt,
        "\u201cHow likely are you to follow a recommendation about what to buy from a \u2026?\u201d Top 2 of 5 answers.",
        SOURCE,
        _draw(which, 3.4) if narrow else None,
    )


@cache
def _draw(which: int, width: float) -> str:
    for path in ttf_paths():
        font_manager.fontManager.addfont(path)
    with rc_context(STYLE):
        fig = Figure(figsize=(width, 2.6 if width > 4 else 2.9))
        FigureCanvasSVG(fig)
        labels = [HOSTILE[0], *SOURCES[1:]] if which == 4 else list(SOURCES)
        if which == 4:
            labels[1] = "Great value"
        left = 0.24 if width > 4 else 0.42
        ax = fig.add_axes((left, 0.12, 0.98 - left, 0.84))
        y = np.arange(4)[::-1]
        values = np.array(SHARES) - which * 2
        ax.set_yticks(y, labels)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        if which in (1, 5):
            ax.hlines(y, values - 4, values + 4, color="#8A95A5", lw=2.6)
            ax.plot(values, y, "o", color=ACCENT, ms=8, mec="white", mew=1.4)
            ax.grid(axis="x", color=GRID)
            ax.set_axisbelow(True)
            ax.set_xlim(20, 100)
        else:
            ax.barh(y, values, 0.62, color=[ACCENT, GREY, GREY, GREY])
            ax.set_xticks([])
            for a, v in zip(y, values, strict=True):
                ax.text(v + 1, a, f"{v:.0f}%", va="center", weight="bold")
            ax.set_xlim(0, 100)
        buffer = io.StringIO()
        fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue().replace(">Great value<", f">{HOSTILE[3]}<")  # matplotlib warns of emoji
