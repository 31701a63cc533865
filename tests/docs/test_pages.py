"""The pages: links lead somewhere, the README is short, tables name what exists."""

from __future__ import annotations

import html
import re

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.pages import ROOT, pages
from survey_analysis.cleaning.registry import registered
from survey_analysis.study import coding, deck, file, recodes, sample, scales
from survey_analysis.study.codebook_table import COLUMNS

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = [
        target
        for target in LINK.findall(text)
        if not target.startswith(("http", "#")) and not (page.parent / target.split("#")[0]).exists()
    ]
    assert not broken


def test_the_readme_is_short_and_gives_exactly_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 150
    assert [line for line in text.splitlines() if line.startswith("python -m pip install")] == [
        "python -m pip install . && survey-analysis demo",
        'python -m pip install -e ".[test]" && python -m pytest',
    ]


def test_the_headline_figure_is_the_one_the_package_makes(founding):
    """Title and alternative text: the marks of a figure have their own tests."""
    chart = founding.proportion("follow", top=2, where={"source": "micro"}).plot("headline")
    stored = (ROOT / "docs/images/headline.svg").read_text(encoding="utf-8")
    assert html.escape(chart.title) in stored, "write docs/images/headline.svg anew"
    assert html.escape(chart.alt) in stored
    assert "imulated" in chart.alt


def test_paths_named_in_tables_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "docs/oracles.md").read_text(
        encoding="utf-8"
    )
    named = re.findall(r"`((?:survey_analysis|tests|data|docs|notebooks)/[\w./-]*)`", text)
    assert named
    assert not [p for p in named if not (ROOT / p).exists()]


def test_the_responsibility_table_names_every_module_of_the_package():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    package = ROOT / "survey_analysis"
    there = {p.stem for p in package.glob("*.py")} | {p.parent.name for p in package.glob("*/__init__.py")}
    assert named == there - {"__init__", "__main__"}


def test_decisions_are_numbered_and_say_what_was_rejected():
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(p.name[:3]) for p in records]
    assert numbers == sorted(set(numbers))  # each once; numbers are reserved, so one may stay unused
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:3]} ")
        for part in ("**Status:**", "## Problem", "## Decision", "## Rejected"):
            assert part in text, f"{path.name}: {part}"


def test_every_core_dependency_has_its_reason():
    import tomllib

    told = (ROOT / "docs/decisions/005-dependencies.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=\[; ]", d)[0] for d in project["dependencies"]}
    assert names == set(re.findall(r"^\| ([\w-]+) \|", told, re.MULTILINE)) - {"dependency", "---"}


MODELS: dict[str, type[BaseModel]] = {
    "The top level": file.StudyFile,
    "`[study]`": file.StudyTable,
    "`[sample]`": sample.Sample,
    "`[samples]` and `[samples.NAME]`": file.SampleEntry,
    "`[design]`": sample.DesignSpec,
    "`[design.pps]`": sample.PpsSpec,
    "`[design.replicates]`": sample.ReplicateSpec,
    "`[design.loops.SUBJECTS]`": sample.Loop,
    "`[roles]`": file.Roles,
    "`[scales.NAME]`": scales.Scale,
    "`[subjects.SET]`": file.SubjectEntry,
    "`[questions.NAME]`": file.QuestionEntry,
    "`options` of a question": file.OptionEntry,
    "`[batteries.NAME]`": file.BatteryEntry,
    "`[constructs.NAME]`": file.ConstructEntry,
    "`[derived.NAME]`": recodes.DerivedEntry,
    "`bands` of a derived variable": recodes.Bands,
    "`recode` of a derived variable": recodes.Recode,
    "`count` of a derived variable": recodes.Count,
    "`relabel` of a derived variable": recodes.Relabel,
    "`[clean]`": file.CleanTable,
    "`[[clean.repairs]]`": file.Repair,
    "`[weighting.SAMPLE]`": file.WeightingEntry,
    "`trim` of a weighting table": file.TrimEntry,
    "`[frames.NAME]`": coding.FrameEntry,
    "`[frames.NAME.codes]`": coding.CodeEntry,
    "`[banners.NAME]`": file.BannerEntry,
    "A column of a banner": file.BannerPart,
    "`[tables]`": file.TablesTable,
    "`[deck]`": deck.DeckTable,
    "`[[deck.slides]]`": deck.DeckSlide,
    "`[[published]]`": file.PublishedEntry,
    "`[[claims]]`": file.ClaimEntry,
    "`[report]`": file.ReportTable,
}


def _sections() -> dict[str, list[list[str]]]:
    """Title to the rows of the table below it."""
    text = (ROOT / "docs/reference/study-file.md").read_text(encoding="utf-8")
    out = {}
    for part in text.split("\n## ")[1:]:
        title, _, body = part.partition("\n")
        rows = [
            [c.strip() for c in line.strip("|").split(" | ")]
            for line in body.splitlines()
            if line.startswith("| `")
        ]
        out[title] = rows
    return out


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", (), {}) or isinstance(value, BaseModel):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{v}"' for v in value) + "]`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


@pytest.mark.parametrize("title", MODELS)
def test_the_reference_lists_every_key_with_its_default(title):
    fields = {f.alias or name: f for name, f in MODELS[title].model_fields.items()}
    if MODELS[title] is file.SampleEntry:  # the keys of [sample] and one of its own
        fields = {k: f for k, f in fields.items() if k not in sample.Sample.model_fields}
    told = {row[0].strip("`"): row[1] for row in _sections()[title]}
    assert told == {name: _default(f) for name, f in fields.items()}


def test_the_reference_lists_every_table():
    tables = {n for n in file.StudyFile.model_fields if n not in ("schema_", "filters")}
    assert tables <= {m for title in MODELS for m in re.findall(r"\[\[?(\w+)", title)} | {"loops"}


def test_the_reference_lists_every_cleaning_rule_with_its_options():
    told = {row[0].strip("`"): (row[1], row[2], row[3]) for row in _sections()["Cleaning rules"]}
    rules = registered().items()
    assert told == {n: (e.stage, e.family, ", ".join(f"`{o}`" for o in e.options)) for n, e in rules}


def test_the_reference_lists_every_column_of_a_codebook():
    assert [row[0].strip("`") for row in _sections()["The codebook CSV"]] == list(COLUMNS["Questions"])
