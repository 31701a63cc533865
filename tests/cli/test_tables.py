"""`tables` and `topline`: what is written, what the numbers are, what is refused, and `diff` between two runs."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from cli.process import run
from survey_analysis.cli import main
from survey_analysis.cli.options import TABLE_FORMATS, TOPLINE_FORMATS

STUDY = """
schema = 1
[study]
name = "Trust"
data = "answers.csv"
[sample]
kind = "simulated"
[design]
id = "rid"
weight = "w"
[design.weights]
flat = "one"
[scales.likely]
levels = [[1, "Not at all"], [2, "Not very"], [3, "Somewhat"], [4, "Very"], [5, "Extremely"]]
[questions.buy]
kind = "likert"
scale = "likely"
text = "How likely are you to buy it?"
[questions.sex]
levels = [["w", "Women"], ["m", "Men"]]
text = "Sex"
[questions.area]
levels = ["north", "south", "islands"]
text = "Area"
[filters]
heavy = "visits >= 5"
[questions.visits]
kind = "numeric"
text = "Visits"
[banners.main]
columns = ["sex", "area"]
"""


def answers() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 400
    sex = rng.choice(["w", "m"], n)
    buy = np.where(sex == "w", rng.choice([3, 4, 5], n), rng.choice([1, 2, 3, 4], n))
    area = np.where(np.arange(n) < 4, "islands", rng.choice(["north", "south"], n))
    return pd.DataFrame(
        {
            "rid": range(n),
            "w": np.round(rng.uniform(0.5, 2, n), 3),
            "one": 1,
            "buy": buy,
            "sex": sex,
            "area": area,
            "visits": rng.integers(0, 10, n),
        }
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    answers().to_csv("answers.csv", index=False)
    return tmp_path


@pytest.fixture
def tables(folder, capsys):
    def ask(*argv: str) -> list[dict[str, str]]:
        assert main(["tables", "study.toml", "--name", "t", *argv]) == 0, capsys.readouterr().err
        return list(
            csv.DictReader(io.StringIO((folder / "reports/t/tables.csv").read_text(encoding="utf-8")))
        )

    return ask


def cell(rows: list[dict[str, str]], question: str, level: str, column: str) -> dict[str, str]:
    (found,) = [r for r in rows if (r["question"], r["level"], r["column"]) == (question, level, column)]
    return found


def test_a_book_as_a_shell_makes_it(folder) -> None:
    """Another process: files, standard output, progress apart, the numbers of the library, inputs untouched."""
    before = (folder / "answers.csv").read_bytes()
    done = run(
        *[
            "tables",
            "study.toml",
            "--banner",
            "main",
            "--filter",
            "heavy",
            "--only",
            "buy,sex",
            "--to",
            "xlsx,html",
            "--out",
            "out",
        ],
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    name = f"{folder.name}_tables"
    files = {str(p.relative_to(folder / "out")) for p in (folder / "out").rglob("*") if p.is_file()}
    assert files == {
        f"{name}.xlsx",
        f"{name}.html",
        f"{name}/tables.csv",
        f"{name}/tests.csv",
        f"{name}/run.json",
    }
    assert "SIMULATED DATA" in done.stdout
    assert "2 tables by main" in done.stdout
    assert all(f in done.stdout for f in files)
    assert "tabulating" not in done.stdout
    rows = list(csv.DictReader(io.StringIO((folder / f"out/{name}/tables.csv").read_text(encoding="utf-8"))))
    share = sa.read("study.toml").proportion("buy", top=2, by="sex", where="visits >= 5").rows
    for i, label in enumerate(("Women", "Men")):
        found = cell(rows, "buy", "Top 2", label)
        assert float(found["estimate"]) == pytest.approx(share["estimate"].iloc[i], rel=1e-12)
        assert float(found["std_error"]) == pytest.approx(share["std_error"].iloc[i], rel=1e-12)
    assert cell(rows, "buy", "Top 2", "Women")["letters"] == "B"
    assert {r["simulated"] for r in rows} == {"1"}
    assert json.loads((folder / f"out/{name}/run.json").read_text())["settings"]["filter"] == "heavy"
    assert (folder / "answers.csv").read_bytes() == before


def test_options_reach_the_book(tables, folder) -> None:
    rows = tables("--banner", "main", "--letters", "none", "--weight", "flat", "--only", "buy")
    data = answers()
    mine = cell(rows, "buy", "Extremely", "Women")
    assert float(mine["estimate"]) == pytest.approx((data[data["sex"] == "w"]["buy"] == 5).mean())
    assert "letters" not in mine
    assert not (folder / "reports/t/tests.csv").exists()
    rows = tables(
        "--banner",
        "main",
        "--only",
        "buy",
        "--convention",
        "spss",
        "--levels",
        "99",
        "--adjust",
        "bonferroni",
    )
    tests = pd.read_csv("reports/t/tests.csv")
    assert "design-based" not in set(tests["method"])
    assert cell(rows, "buy", "Top 2", "Women")["letters"] == "B"


def test_the_study_file_says_what_the_options_leave_out(tables, folder) -> None:
    told = '[tables]\nbanner = "main"\nrows = ["buy"]\nletters = "total"\n'
    (folder / "study.toml").write_text(STUDY + told, encoding="utf-8")
    rows = tables()
    assert {r["question"] for r in rows} == {"buy"}
    assert {r["column"] for r in rows} >= {"Total", "Women", "north"}
    assert cell(rows, "buy", "Top 2", "Women")["letters"] == "'+"  # no spreadsheet takes it for a formula
    assert cell(tables("--letters", "columns"), "buy", "Top 2", "Women")["letters"] == "B"


def test_small_cells_are_withheld_everywhere(tables, folder) -> None:
    """Four people live on the islands: their cells are in no file."""
    rows = tables("--banner", "main", "--only", "buy", "--protect", "10", "--to", "txt")
    islands = [r for r in rows if r["column"] == "islands" and r["kind"] == "answer" and r["hidden"]]
    assert islands
    assert {(r["estimate"], r["count"]) for r in islands} == {("", "")}
    assert re.search(r"\bx\b", (folder / "reports/t.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", [f for f in TABLE_FORMATS if f not in ("xlsx", "html")])
def test_every_format_is_written(tables, folder, form) -> None:
    tables("--banner", "main", "--only", "sex", "--to", form)
    assert (folder / f"reports/t.{form}").stat().st_size > 200


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--banner", "mian"), ("There is no banner 'mian'.", "main")),
        (("--banner", "sex"), ("There is no banner 'sex'.", '[banners.sex] columns = ["sex"]')),
        (("--out", "tabs.xlsx"), ("that is the name of a file", "such as 'tabs'")),
        (("--filter", "heavi"), ("There is no filter 'heavi'.", "heavy")),
        (("--only", "bye"), ("There is no question", "buy")),
        (("--weight", "falt"), ("falt", "flat")),
        (("--to", "xls"), ("there is no format 'xls'", "xlsx")),
        (("--filter", "heavy", "--where", "visits > 1"), ("not allowed with",)),
        (("--where", "visits > 99"), ("Nobody", "")),
        (("--name", "../x"), ("is not a name for files", "")),
        (("--protect", "1"), ("protects nobody", "")),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_nothing_is_written(folder, capsys, argv, said) -> None:
    assert main(["tables", "study.toml", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert all(s in err for s in said)
    assert not (folder / "reports").exists()


@pytest.fixture
def moved(folder, capsys):
    """What `diff` says of a run before and after a change."""

    def ask(change, *argv: str) -> tuple[int, list[dict[str, str]], str]:
        for name in ("a", "b"):
            if name == "b" and change is not None:
                change()
            more = argv if name == "b" else ()
            assert (
                main(["tables", "study.toml", "--banner", "main", "--out", name, "--name", "t", *more]) == 0
            )
        capsys.readouterr()
        code = main(["diff", "a/t", "b/t", "--all", "--format", "csv"])
        rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        main(["diff", "a/t", "b/t"])
        return code, rows, capsys.readouterr().out

    return ask


def test_diff_of_the_same_tables_is_nothing(moved) -> None:
    code, rows, _ = moved(None)
    assert (code, rows) == (0, [])


def test_diff_names_the_data(moved) -> None:
    def change() -> None:
        data = answers()
        data.loc[data["sex"] == "w", "buy"] = 1
        data.to_csv("answers.csv", index=False)

    code, rows, said = moved(change)
    assert code == 1
    assert {r["why"].split(":")[0] for r in rows} == {"answers"}
    assert {r["number"].split(", ")[1] for r in rows} == {"buy"}
    assert any(r["measure"] == "letters" for r in rows)
    assert "data" in said.lower()


def test_diff_names_a_weight_and_a_filter(moved) -> None:
    code, rows, said = moved(None, "--weight", "flat")
    assert code == 1
    assert {r["why"].split(":")[0] for r in rows} == {"weights"}
    assert "flat" in said
    code, rows, said = moved(None, "--filter", "heavy")
    assert code == 1
    assert {r["why"].split(":")[0] for r in rows} == {"base"}
    assert "heavy" in said


def test_a_topline_as_a_shell_makes_it(folder) -> None:
    done = run(
        *["topline", "study.toml", "--to", "html,pdf,docx,xlsx,md,txt", "--out", "out", "--banner", "main"],
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    name = f"{folder.name}_topline"
    assert {p.name for p in (folder / "out").iterdir()} == {f"{name}.{form}" for form in TOPLINE_FORMATS}
    assert "4 questions, N = 400." in done.stdout
    text = (folder / f"out/{name}.txt").read_text(encoding="utf-8")
    assert "“How likely are you to buy it?”" in text
    assert "Simulated data: No people were surveyed." in text


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--banner", "mian"), ("mian", "main")),
        (("--filter", "heavi"), ("There is no filter 'heavi'.", "heavy")),
        (("--only", "bye"), ("There is no question", "buy")),
        (("--to", "tex"), ("there is no format 'tex' of a topline",)),
    ],
)
def test_bad_input_of_a_topline(folder, capsys, argv, said) -> None:
    assert main(["topline", "study.toml", *argv]) == 2
    err = capsys.readouterr().err
    assert all(s in err for s in said)
    assert not (folder / "reports").exists()


def test_every_key_of_the_study_file_is_an_option_and_is_on_record(tables, folder) -> None:
    from survey_analysis.cli.parser import parser
    from survey_analysis.study.file import TablesTable

    options = vars(parser().parse_args(["tables", "study.toml"]))
    assert set(TablesTable.model_fields) - {"rows"} <= set(options)
    told = '[tables]\nbanner = "main"\nfilter = "heavy"\nweight = "flat"\nboxes = [1]\nprotect = 5\nstatistics = ["sd"]\n'
    (folder / "study.toml").write_text(STUDY + told, encoding="utf-8")
    rows = tables("--only", "buy", "--different")
    assert {r["n"] for r in rows if r["column"] == "Total"} == {str(float((answers()["visits"] >= 5).sum()))}
    assert {"Top 1", "Standard deviation"} <= {r["level"] for r in rows}
    assert any(r["hidden"] for r in rows)
    settings = json.loads((folder / "reports/t/run.json").read_text(encoding="utf-8"))["settings"]
    assert {k: settings[k] for k in ("banner", "filter", "weight", "different", "protect")} == {
        "banner": "main", "filter": "heavy", "weight": "flat", "different": "True", "protect": "5",
    }  # fmt: skip
    again = tables(
        "--only",
        "buy",
        "--where",
        "visits < 5",
        "--boxes",
        "2,3",
        "--order",
        "descending",
        "--statistics",
        "mean",
    )
    assert {"Top 2", "Top 3", "Mean"} <= {r["level"] for r in again}
    assert "Standard deviation" not in {r["level"] for r in again}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ('banner = "mian"', "There is no banner 'mian'."),
        ('filter = "heavi"', "There is no filter 'heavi'."),
        ('rows = ["bye"]', "There is no question or column 'bye'."),
        ('weight = "falt"', "There is no weight 'falt'."),
        ('show = ["colunm"]', "'colunm'"),
        ("levels = [95]", "95"),
    ],
)
def test_validate_looks_at_the_tables(folder, capsys, told, said) -> None:
    (folder / "study.toml").write_text(f"{STUDY}[tables]\n{told}\n", encoding="utf-8")
    assert main(["validate", "study.toml"]) == 1
    out = capsys.readouterr().out
    assert said in out
    assert "[study.toml: tables" in out
    assert "1 problem." in out
