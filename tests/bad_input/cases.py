"""Every kind of bad input: the files, the command, and what stderr must say."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.bad_input.study import RAKE, ROWS, SAMPLES, STUDY, data

ESTIMATE = ("estimate", "study.toml", "follow", "--top", "1")


@dataclass(frozen=True)
class Case:
    says: str
    files: dict[str, str | bytes] = field(default_factory=dict)
    argv: tuple[str, ...] = ESTIMATE


def _study(old: str, new: str) -> dict[str, str | bytes]:
    assert old in STUDY, old
    return {"study.toml": STUDY.replace(old, new)}


CASES = {
    "missing study file": Case("", argv=("validate", "stduy.toml")),
    "missing data file": Case("", argv=("inspect", "reponses.csv")),
    "data file that the study names is missing": Case("", _study("responses.csv", "resp.csv")),
    "data is a folder": Case("", {"export/a.csv": "a\n1\n"}, ("inspect", "export")),
    "study file is no TOML": Case("", {"study.toml": "[study\n"}),
    "study file is not UTF-8": Case("", {"study.toml": STUDY.replace("Trust", "Vertraün").encode("latin-1")}),
    "wrong encoding": Case(
        "",
        _study('data = "responses.csv"', 'data = "responses.csv"\nencoding = "utf-8"')
        | {"responses.csv": data(*ROWS).replace("north", "Zürich").encode("cp1252")},
    ),
    "ragged CSV": Case("", {"responses.csv": data(*ROWS[:3], "r4,1,3")}),
    "empty CSV": Case("", {"responses.csv": ""}),
    "CSV without rows": Case("", {"responses.csv": data()}),
    "duplicate columns": Case("", {"responses.csv": data(*ROWS, header="rid,w,follow,sex,sex")}),
    "unknown table in the study file": Case("", _study("[design]", "[desing]")),
    "unknown key in the study file": Case("", _study('weight = "w"', 'wieght = "w"')),
    "value that cannot be used": Case("", _study('kind = "opt-in"', 'kind = "optin"')),
    "misspelt scale": Case("", _study('scale = "likely3"', 'scale = "likley3"')),
    "misspelt question on the command line": Case("", argv=("estimate", "study.toml", "folow")),
    "misspelt question in --by": Case("", argv=(*ESTIMATE, "--by", "sxe")),
    "misspelt question in --where": Case("", argv=(*ESTIMATE, "--where", "aera == 'north'")),
    "misspelt answer in --where": Case("", argv=(*ESTIMATE, "--where", "area == 'nort'")),
    "misspelt answer in --answers": Case("", argv=("estimate", "study.toml", "follow", "--answers", "Likly")),
    "expression that cannot be read": Case("", argv=(*ESTIMATE, "--where", "area = 'north'")),
    "misspelt question in the report": Case(
        "",
        {"study.toml": STUDY + '\n[report]\nheadline = { question = "folow", top = 1 }\n'},
        ("report", "study.toml", "--to", "html", "--out", "out"),
    ),
    "misspelt question in a construct": Case("", {"study.toml": STUDY + '\n[constructs.c]\nitems = ["folow"]\n'}),
    "misspelt column": Case("", _study("[questions.sex]", '[questions.gender]\ncolumn = "sxe"')),
    "name clash": Case("", {"study.toml": STUDY + '\n[constructs.sex]\nitems = ["follow"]\n'}),
    "codes not on the scale": Case("", {"responses.csv": data(*ROWS, "r9,1,6,f,north", "r10,1,6,m,north", "r11,1,7,m,east")}),
    "everyone excluded": Case(
        "", {"study.toml": STUDY + '\n[clean]\nrules = [{ rule = "eligible", label = "adults", remove = "w >= 1" }]\n'}
    ),
    "negative weights": Case("", {"responses.csv": data(*ROWS[:-1], "r8,-2,1,m,south")}),
    "missing weights": Case("", {"responses.csv": data(*ROWS[:-2], "r7,,3,f,south", "r8,,1,m,south")}),
    "weights that are words": Case("", {"responses.csv": data(*ROWS[:-1], "r8,heavy,1,m,south")}),
    "all-zero weights": Case("", {"responses.csv": data(*(r.replace(",1,", ",0,", 1).replace(",2,", ",0,", 1) for r in ROWS))}),
    "targets that do not sum to 1": Case("", {"study.toml": STUDY + RAKE.format(f=0.6, m=0.5)}),
    "targets in percent": Case("", {"study.toml": STUDY + RAKE.format(f=60, m=40)}),
    "an empty raking cell": Case(
        "", {"study.toml": STUDY + RAKE.format(f=0.5, m=0.5), "responses.csv": data(*ROWS[::2])}
    ),
    "one PSU in a stratum": Case(
        "",
        _study('id = "rid"', 'psu = "rid"\nstrata = "area"')
        | {"responses.csv": data(*ROWS[:2], "r3,1,1,f,south", "r3,1,3,m,south")},
    ),
    "an empty domain": Case("", argv=(*ESTIMATE, "--where", "sex == 'Woman' and sex == 'Man'")),
    "a long file without id": Case(
        "",
        _study('id = "rid"\n', "")
        | {"responses.csv": data(*("x" + r[2:] for r in ROWS), header="source,w,follow,sex,area")},
    ),
    "samples that must not be pooled": Case("", {"study.toml": STUDY + SAMPLES}),
    "respondents of no declared sample": Case("", {"study.toml": STUDY + SAMPLES.replace('"south"', '"west"')}),
    "a box of a construct": Case(
        "",
        {"study.toml": STUDY + '\n[constructs.trust]\nitems = ["follow"]\n'},
        ("estimate", "study.toml", "trust", "--top", "1"),
    ),
    "an output folder that is a file": Case("", {"out": "mine"}, ("report", "study.toml", "--out", "out")),
    "an output folder under a file": Case("", {"out": "mine"}, ("demo", "--out", "out/deep/er")),
    "a draft where a study file lies": Case("", argv=("inspect", "responses.csv", "--write", ".")),
    "a name with a folder in it": Case("", argv=("report", "study.toml", "--name", "../x")),
    "an unknown command": Case("", argv=("reprot", "study.toml")),
    "an unknown option": Case("", argv=("report", "study.toml", "--otu", "x")),
    "a missing argument": Case("", argv=("estimate", "study.toml")),
    "two statistics": Case("", argv=("estimate", "study.toml", "follow", "--top", "1", "--mean")),
    "a box of no size": Case("", argv=("estimate", "study.toml", "follow", "--top", "0")),
    "a box as long as the scale": Case("", argv=("estimate", "study.toml", "follow", "--top", "3")),
    "a box of a question without a scale": Case("", argv=("estimate", "study.toml", "w", "--top", "1")),
    "an unknown format": Case("", argv=("report", "study.toml", "--to", "html,pfd")),
}
