"""Every kind of bad input: the files, the command, and what stderr must say."""

from __future__ import annotations

from dataclasses import dataclass, field

from bad_input.study import RAKE, ROWS, SAMPLES, STUDY, data

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
    "missing study file": Case(
        "There is no study file 'stduy.toml'.\n  Hint: did you mean 'study.toml'?",
        argv=("validate", "stduy.toml"),
    ),
    "missing data file": Case(
        "There is no file 'reponses.csv'.\n"
        "  Looked in the folder '.'.\n"
        "  Hint: did you mean 'responses.csv'?",
        argv=("inspect", "reponses.csv"),
    ),
    "data file that the study names is missing": Case(
        "There is no file 'resp.csv'.\n  Looked in the folder '.'.\n  Hint: did you mean 'responses.csv'?",
        _study("responses.csv", "resp.csv"),
    ),
    "data is a folder": Case(
        "'export' is a folder, not a file.\n  Hint: known: 'a.csv'.",
        {"export/a.csv": "a\n1\n"},
        ("inspect", "export"),
    ),
    "study file is no TOML": Case(
        "The study file 'study.toml' is not valid TOML.\n"
        "  Expected ']' at the end of a table declaration (at line 1, column 7)\n"
        "  Hint: strings need quotes; a table starts with [name].",
        {"study.toml": "[study\n"},
    ),
    "study file is not UTF-8": Case(
        "The study file 'study.toml' cannot be read.\n"
        "  Byte 0xFC on line 4 is not UTF-8 text.\n"
        "  Hint: save it as UTF-8.",
        {"study.toml": STUDY.replace("Trust", "Vertraün").encode("latin-1")},
    ),
    "wrong encoding": Case(
        "'responses.csv' is not utf-8 text.\n"
        "  Byte 0xFC at byte offset 32 (line 2) does not fit.\n"
        "  Hint: leave encoding out to detect it, or give the encoding the file was saved in.",
        _study('data = "responses.csv"', 'data = "responses.csv"\nencoding = "utf-8"')
        | {"responses.csv": data(*ROWS).replace("north", "Zürich").encode("cp1252")},
    ),
    "ragged CSV": Case(
        "1 row of 'responses.csv' has another number of fields than the header.\n"
        "  The header has 5 fields; line 5 has 3.\n"
        "  Hint: quote the cells that hold a comma, or complete the rows.",
        {"responses.csv": data(*ROWS[:3], "r4,1,3")},
    ),
    "empty CSV": Case(
        "The file 'responses.csv' is empty (0 bytes).\n  Hint: export it again.", {"responses.csv": ""}
    ),
    "CSV without rows": Case(
        "'responses.csv' has a header but no respondents.\n"
        "  5 column names, 0 rows below them.\n"
        "  Hint: check the export and its filters.",
        {"responses.csv": data()},
    ),
    "duplicate columns": Case(
        "'responses.csv' has 1 column name more than once.\n"
        "  Found 'sex' in columns 4, 5.\n"
        "  Hint: rename the columns, or give header_rows if the header has several rows.",
        {"responses.csv": data(*ROWS, header="rid,w,follow,sex,sex")},
    ),
    "unknown table in the study file": Case(
        "'desing' is not a key of the study file.\n"
        "  [study.toml: desing]\n"
        "  Hint: did you mean 'design' or 'weighting' or 'questions'?",
        _study("[design]", "[desing]"),
    ),
    "unknown key in the study file": Case(
        "'wieght' is not a key of [design].\n  [study.toml: design.wieght]\n  Hint: did you mean 'weight' or 'weights'?",
        _study('weight = "w"', 'wieght = "w"'),
    ),
    "value that cannot be used": Case(
        "'sample.kind' has a value that cannot be used: 'optin'.\n"
        "  [study.toml: sample.kind]\n"
        "  Hint: input should be 'probability', 'opt-in', 'list', 'census' or 'simulated'.",
        _study('kind = "opt-in"', 'kind = "optin"'),
    ),
    "misspelt scale": Case(
        "There is no scale 'likley3'.\n"
        "  [study.toml: questions.follow.scale]\n"
        "  Hint: did you mean 'likely3'?",
        _study('scale = "likely3"', 'scale = "likley3"'),
    ),
    "misspelt question on the command line": Case(
        "There is no question or column 'folow'.\n  Hint: did you mean 'follow'?",
        argv=("estimate", "study.toml", "folow"),
    ),
    "misspelt question in --by": Case(
        "There is no question or column 'sxe'.\n  Hint: did you mean 'sex'?", argv=(*ESTIMATE, "--by", "sxe")
    ),
    "misspelt question in --where": Case(
        "There is no question or column 'aera'.\n  Hint: did you mean 'area'?",
        argv=(*ESTIMATE, "--where", "aera == 'north'"),
    ),
    "misspelt answer in --where": Case(
        "'nort' is not an answer on the scale area.\n"
        "  The scale has north = north, south = south.\n"
        "  Hint: did you mean 'north'?",
        argv=(*ESTIMATE, "--where", "area == 'nort'"),
    ),
    "misspelt answer in --answers": Case(
        "'Likly' is not an answer on the scale likely3.\n"
        "  The scale has 1 = Unlikely, 2 = Likely, 3 = Very likely.\n"
        "  Hint: did you mean 'Likely' or 'Unlikely' or 'Very likely'?",
        argv=("estimate", "study.toml", "follow", "--answers", "Likly"),
    ),
    "expression that cannot be read": Case(
        "The expression cannot be read at position 6: '=' has no meaning here.\n"
        "  area = 'north'\n"
        "       ^\n"
        "  Hint: put answers in quotes and odd column names in backticks.",
        argv=(*ESTIMATE, "--where", "area = 'north'"),
    ),
    "misspelt question in the report": Case(
        "There is no question or column 'folow'.\n"
        "  [study.toml: report.headline]\n"
        "  Hint: did you mean 'follow'?",
        {"study.toml": STUDY + '\n[report]\nheadline = { question = "folow", top = 1 }\n'},
        ("report", "study.toml", "--to", "html", "--out", "out"),
    ),
    "misspelt question in a construct": Case(
        "Construct 'c' uses 'folow', which is not a question.\n"
        "  [study.toml: constructs.c.items]\n"
        "  Hint: did you mean 'follow'?",
        {"study.toml": STUDY + '\n[constructs.c]\nitems = ["folow"]\n'},
    ),
    "misspelt column": Case(
        "The data have no column 'sxe'.\n  [study.toml: questions.gender]\n  Hint: did you mean 'sex'?",
        _study("[questions.sex]", '[questions.gender]\ncolumn = "sxe"'),
    ),
    "name clash": Case(
        "The name 'sex' is used twice.\n"
        "  questions, batteries, constructs and subjects share one namespace.\n"
        "  Hint: rename one of them.",
        {"study.toml": STUDY + '\n[constructs.sex]\nitems = ["follow"]\n'},
    ),
    "codes not on the scale": Case(
        "4 answers in 2 columns do not fit the codebook.\n"
        "  follow: '6' (2 rows), '7' (1 row)\n"
        "  area: 'east' (1 row)\n"
        "  Hint: declare missing codes on the scale, or a repair in [[clean.repairs]].",
        {"responses.csv": data(*ROWS, "r9,1,6,f,north", "r10,1,6,m,north", "r11,1,7,m,east")},
    ),
    "everyone excluded": Case(
        "Cleaning removes all 8 respondents.\n"
        "  dropped by eligible: 8.\n"
        "  Hint: check the rules and the codes they look for.",
        {
            "study.toml": STUDY
            + '\n[clean]\nrules = [{ rule = "eligible", label = "adults", remove = "w >= 1" }]\n'
        },
    ),
    "negative weights": Case(
        "1 weight in 'w' is negative.\n"
        "  The first is row 8 of 8 and holds '-2'.\n"
        "  Hint: correct the column, or give weight 0 to rows that must not count.",
        {"responses.csv": data(*ROWS[:-1], "r8,-2,1,m,south")},
    ),
    "missing weights": Case(
        "2 weights in 'w' are missing.\n"
        "  The first is row 7 of 8.\n"
        "  Hint: correct the column, or give weight 0 to rows that must not count.",
        {"responses.csv": data(*ROWS[:-2], "r7,,3,f,south", "r8,,1,m,south")},
    ),
    "weights that are words": Case(
        "1 weight in 'w' is not a number.\n"
        "  The first is row 8 of 8 and holds 'heavy'.\n"
        "  Hint: correct the column, or give weight 0 to rows that must not count.",
        {"responses.csv": data(*ROWS[:-1], "r8,heavy,1,m,south")},
    ),
    "all-zero weights": Case(
        "All weights in 'w' are zero.\n  8 rows.\n  Hint: name another column, or leave weight out.",
        {"responses.csv": data(*(r.replace(",1,", ",0,", 1).replace(",2,", ",0,", 1) for r in ROWS))},
    ),
    "targets that do not sum to 1": Case(
        "The targets of margin 'sex' sum to 1.1, not to 1.\n"
        "  [study.toml: weighting.all.sex] f = 0.6, m = 0.5\n"
        "  Hint: correct the shares; they are not rescaled in silence.",
        {"study.toml": STUDY + RAKE.format(f=0.6, m=0.5)},
    ),
    "targets in percent": Case(
        "The targets of margin 'sex' look like percentages: they sum to 100.\n"
        "  [study.toml: weighting.all.sex] f = 60, m = 40\n"
        "  Hint: give shares (0.51) or counts of people.",
        {"study.toml": STUDY + RAKE.format(f=60, m=40)},
    ),
    "an empty raking cell": Case(
        "Category 'Man' of margin 'sex' has a target and no respondents.\n"
        "  [study.toml: weighting.all.sex] target 0.5; 1 empty of 2 categories.\n"
        "  Hint: merge it with a neighbouring category in the data and in the targets.",
        {"study.toml": STUDY + RAKE.format(f=0.5, m=0.5), "responses.csv": data(*ROWS[::2])},
    ),
    "one PSU in a stratum": Case(
        "1 of 2 strata has one PSU, so its variance cannot be estimated.\n"
        "  strata 'south'\n"
        "  Hint: merge each with a similar stratum, give fpc = 1 to strata that were taken completely, or set lonely_psu to "
        "'adjust', 'average', 'remove' or 'certainty'.",
        _study('id = "rid"', 'psu = "rid"\nstrata = "area"')
        | {"responses.csv": data(*ROWS[:2], "r3,1,1,f,south", "r3,1,3,m,south")},
    ),
    "an empty domain": Case(
        "Nobody is in the domain.\n"
        "  where = sex == 'Woman' and sex == 'Man'; 8 respondents in the survey.\n"
        "  Hint: check the answers that it names; they are compared by label or code.",
        argv=(*ESTIMATE, "--where", "sex == 'Woman' and sex == 'Man'"),
    ),
    "a targets file that is missing": Case(
        "The targets file 'targets.csv' cannot be read: no such file or directory.\n"
        "  [study.toml: weighting, targets_file = 'targets.csv']\n"
        "  Hint: it must be a UTF-8 CSV; its path starts at the folder of the study file.",
        {"study.toml": STUDY + '\n[weighting.all]\ntargets_file = "targets.csv"\n'},
    ),
    "samples that must not be pooled": Case(
        "The samples are different populations and must not be pooled.\n"
        "  the base would mix panel (3), list (4).\n"
        "  Hint: break it down by 'sample', or filter to one: --where \"sample == 'panel'\".",
        {"study.toml": STUDY + SAMPLES},
    ),
    "respondents of no declared sample": Case(
        "4 rows belong to no declared sample.\n"
        "  Column 'area' holds 'south' (4 rows); declared: north, west.\n"
        "  Hint: describe each sample in [samples.NAME] with its code.",
        {"study.toml": STUDY + SAMPLES.replace('"south"', '"west"')},
    ),
    "answers of a construct": Case(
        "'trust' is a construct: a mean over items, which has no answers.\n"
        "  Hint: leave --answers out, ask for --top or --bottom (people whose mean reaches the box), or name "
        "one of its items: follow.",
        {"study.toml": STUDY + '\n[constructs.trust]\nitems = ["follow"]\n'},
        ("estimate", "study.toml", "trust", "--answers", "Yes"),
    ),
    "an output folder that is a file": Case(
        "Nothing was written to 'out': it is a file.\n"
        "  Hint: choose another output folder; what was there before is unchanged.",
        {"out": "mine"},
        ("report", "study.toml", "--out", "out"),
    ),
    "an output folder under a file": Case(
        "Nothing was written to 'out/deep/er': 'out' is a file.\n"
        "  Hint: choose another output folder; what was there before is unchanged.",
        {"out": "mine"},
        ("demo", "--out", "out/deep/er"),
    ),
    "a draft where a study file lies": Case(
        "'study.toml' is there already.\n  Hint: move it, or write the draft to another folder.",
        argv=("inspect", "responses.csv", "--write", "."),
    ),
    "a name with a folder in it": Case(
        "'../x' is not a name for files.\n  Hint: leave folders to --out.",
        argv=("report", "study.toml", "--name", "../x"),
    ),
    "an unknown command": Case(
        "There is no command 'reprot'.\n  Hint: did you mean 'report' or 'export'?",
        argv=("reprot", "study.toml"),
    ),
    "an unknown option": Case(
        "Unrecognized arguments: --otu x.\n  Hint: survey-analysis --help shows how it is used.",
        argv=("report", "study.toml", "--otu", "x"),
    ),
    "a missing argument": Case(
        "The following arguments are required: QUESTION.\n"
        "  Hint: survey-analysis estimate --help shows how it is used.",
        argv=("estimate", "study.toml"),
    ),
    "two statistics": Case(
        "Argument --mean: not allowed with argument --top.\n"
        "  Hint: survey-analysis estimate --help shows how it is used.",
        argv=("estimate", "study.toml", "follow", "--top", "1", "--mean"),
    ),
    "a box of no size": Case(
        "Argument --top: '0' is not a whole number from 1 up.\n"
        "  Hint: survey-analysis estimate --help shows how it is used.",
        argv=("estimate", "study.toml", "follow", "--top", "0"),
    ),
    "a box as long as the scale": Case(
        "A box of 3 is not possible on a scale of 3 levels.\n  Hint: give a number from 1 to 2.",
        argv=("estimate", "study.toml", "follow", "--top", "3"),
    ),
    "a box of a question without a scale": Case(
        "The scale of 'w' was found from the data; which end is favourable is not known.\n"
        "  answers: 1, 2\n"
        "  Hint: name the answers: --answers A,B, or declare the scale in a study file.",
        argv=("estimate", "study.toml", "w", "--top", "1"),
    ),
    "an unknown format": Case(
        "Argument --to: there is no report format 'pfd'; known: html, pdf, xlsx.\n"
        "  Hint: survey-analysis report --help shows how it is used.",
        argv=("report", "study.toml", "--to", "html,pfd"),
    ),
}
