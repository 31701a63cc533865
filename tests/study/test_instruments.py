"""Library scales in a study file: three lines declare items with wording, ends and keys, and the construct."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError, StudyError

rng = np.random.default_rng(3)
DATA = pd.DataFrame({f"Q5_{i}": rng.integers(1, 8, 40) for i in range(1, 13)})
SUBJECTS = {"source": {"micro": {"label": "Micro", "code": 1}, "average": {"label": "Average", "code": 2}}}
TRUST = "mccroskey-teven-1999.trustworthiness"
SIX = [f"Q5_{i}" for i in range(1, 7)]


def read(construct, data=DATA, **study):
    return sa.read(data, study={"schema": 1, "constructs": {"trust": construct}} | study)


def score(data, columns, turned, top=8.0):
    """Mean of the items, turned ones by the ends of the scale (1 + 7 - x)."""
    x = data[columns].astype(float)
    for c in turned:
        x[c] = top - x[c]
    return x.mean(axis=1).mean()


def test_three_lines_declare_items_and_construct():
    survey = read({"scale": TRUST, "columns": SIX})
    construct = survey.codebook.constructs["trust"]
    assert construct.items == tuple(
        f"trust_{x}" for x in ("honest", "trustworthy", "honorable", "moral", "ethical", "genuine")
    )
    assert construct.instrument == TRUST
    item = survey.codebook.question("trust_honest")
    assert (item.text, item.reverse, item.kind, item.column) == ("Honest – Dishonest", True, "likert", "Q5_1")
    assert [x.label for x in item.scale.levels][::6] == ["1 (unfavourable end)", "7 (favourable end)"]
    expected = score(DATA, SIX, ["Q5_1", "Q5_3", "Q5_4"])
    assert survey.perceptions("trust").value == pytest.approx(expected, abs=1e-12)
    # the label of a turned item says what the answer means: 1 on Honest - Dishonest is the favourable end
    top = survey.proportion("trust_honest", answers=["7 (favourable end)"]).value
    assert top == pytest.approx((DATA["Q5_1"] == 1).mean())


def test_patterns_are_taken_in_natural_order():
    names = [f"Q5_{i}" for i in (1, 2, 3, 10, 11, 12)]
    survey = read({"scale": TRUST, "columns": "Q5_*"}, DATA[[*reversed(names)]])
    assert [survey.codebook.question(i).column for i in survey.codebook.constructs["trust"].items] == names


def test_over_subjects_declares_batteries():
    data = pd.DataFrame({f"{s}_Q5_{i}": rng.integers(1, 6, 30) for s in (1, 2) for i in range(1, 6)})
    told = {"scale": "ohanian-1990.expertise", "columns": "{source}_Q5_*", "over": "source", "points": 5}
    survey = read(told | {"base": "people who rated a {source}"}, data, subjects=SUBJECTS)
    question = survey.codebook.question("trust_expert")
    assert question.columns == {"micro": "1_Q5_1", "average": "2_Q5_1"}
    assert question.over == "source"
    assert len(question.scale.levels) == 5
    rows = survey.perceptions("trust").to_frame()
    assert rows["estimate"].tolist() == pytest.approx(
        [score(data, [f"{s}_Q5_{i}" for i in range(1, 6)], [], 6) for s in (1, 2)]
    )
    listed = read(told | {"columns": [f"{{source}}_Q5_{i}" for i in range(1, 6)]}, data, subjects=SUBJECTS)
    assert listed.perceptions("trust").to_frame()["estimate"].equals(rows["estimate"])


def test_some_items_by_name_and_keys_of_this_questionnaire():
    named = {"genuine": "Q5_2", "honest": "Q5_1"}
    survey = read({"scale": TRUST, "columns": named, "reversed": []})
    assert survey.codebook.constructs["trust"].items == ("trust_honest", "trust_genuine")
    assert survey.codebook.question("trust_honest").text == "Dishonest – Honest"
    assert survey.perceptions("trust").value == pytest.approx(score(DATA, ["Q5_1", "Q5_2"], []))
    turned = read({"scale": TRUST, "columns": named, "reversed": ["genuine"]})
    assert turned.codebook.question("trust_genuine").text == "Genuine – Phony"
    assert turned.perceptions("trust").value == pytest.approx(score(DATA, ["Q5_1", "Q5_2"], ["Q5_2"]))


def test_missing_codes_and_routing():
    data = DATA.assign(Q5_1=DATA["Q5_1"].where(DATA.index > 3, 99), asked=[0] * 10 + [1] * 30)
    told = {"scale": TRUST, "columns": SIX, "missing": [[99, "refused"]], "asked_if": "asked == 1"}
    survey = read(told, data, questions={"asked": {"levels": [0, 1]}})
    x = data[SIX].astype(float).where(data[SIX] != 99)
    for c in ("Q5_1", "Q5_3", "Q5_4"):
        x[c] = 8 - x[c]
    assert survey.perceptions("trust").value == pytest.approx(x.mean(axis=1).mean())
    with pytest.raises(DataError, match="not on the scale"):
        read(told | {"missing": []}, data).perceptions("trust")


def test_answer_scales_by_name():
    data = pd.DataFrame({"buy": [0, 10, 5, 7], "follow": [1, 5, 4, 4]})
    questions = {"buy": {"scale": "juster-1966"}, "follow": {"scale": "likelihood-5", "kind": "likert"}}
    survey = sa.read(data, study={"schema": 1, "questions": questions})
    assert survey.mean("buy").value == 5.5
    assert survey.proportion("follow", top=2).value == 0.75
    assert survey.codebook.question("buy").scale.levels[10].label.startswith("Certain")
    own = {"scales": {"likelihood-5": {"levels": [[1, "a"], [5, "b"], [4, "c"]]}}}
    mine = sa.read(data, study={"schema": 1, "questions": questions} | own)
    assert mine.codebook.question("follow").scale.levels[0].label == "a"


@pytest.mark.parametrize(
    ("construct", "message"),
    [
        ({"scale": "ohanian.trust", "columns": SIX}, "library has no scale 'ohanian'"),
        ({"scale": "ohanian-1990", "columns": SIX}, "3 subscales; a construct is one of them"),
        ({"scale": "ohanian-1990.trust", "columns": SIX}, "no subscale 'trust'"),
        ({"scale": "nps-0-10", "columns": SIX}, "answer scale, not a set of items"),
        ({"scale": TRUST, "columns": SIX[:5]}, r"5 columns \(Q5_1, .*\) are given for the 6 items"),
        ({"scale": TRUST, "columns": [*SIX[:5], "Q5_1"]}, "'Q5_1' is given for two items"),
        ({"scale": TRUST}, "No columns are given"),
        ({"scale": TRUST, "columns": "Q6_*"}, "No column matches 'Q6_\\*'"),
        ({"scale": TRUST, "columns": {"honset": "Q5_1"}}, "did you mean 'honest'"),
        ({"scale": TRUST, "columns": SIX, "reversed": ["honset"]}, "did you mean 'honest'"),
        ({"scale": TRUST, "columns": SIX, "points": 1}, "points = 1 is not possible"),
        ({"scale": TRUST, "columns": SIX, "over": "sorce"}, "did you mean 'source'"),
        ({"scale": TRUST, "columns": SIX, "over": "source"}, "has no {source}"),
        ({"scale": TRUST, "columns": "{source}_*"}, "over is not given"),
        ({"scale": TRUST, "columns": SIX, "items": ["a"]}, "both items and a scale"),
        ({"items": ["a"], "points": 5}, "gives points without a scale"),
        ({}, "has no items"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(construct, message):
    with pytest.raises(StudyError, match=message) as caught:
        read(construct, subjects=SUBJECTS)
    assert "constructs.trust" in str(caught.value)


def test_a_taken_item_name():
    with pytest.raises(StudyError, match="'trust_honest' is used twice"):
        read({"scale": TRUST, "columns": SIX}, questions={"trust_honest": {"column": "Q5_7"}})


def test_columns_that_are_not_there_are_found_when_the_data_are_read():
    with pytest.raises(DataError, match="Q9_1"):
        read({"scale": TRUST, "columns": [f"Q9_{i}" for i in range(1, 7)]}).perceptions("trust")


def test_the_method_text_cites_the_scale():
    text = read({"scale": TRUST, "columns": SIX}).perceptions("trust").explain()
    assert "Scale       Trustworthiness: items of McCroskey, J. C., & Teven, J. J. (1999)." in text
    assert "checked in part" in text
    mayer = {"scale": "mayer-davis-1999.benevolence", "columns": SIX[:5], "points": 7}
    assert "paraphrased items of Mayer" in read(mayer).perceptions("trust").explain()


def test_the_founding_study_through_the_library(founding):
    """The same twelve columns taken as library scales give the scores of the declared constructs, source by source."""
    import tomllib

    folder = sa.datasets.folder("micro_influencer")
    told = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    at = {"credibility": (1, 3), "knowledge": (4, 6), "explanation": (7, 8), "trustworthiness": (9, 12)}
    added = {
        f"lib_{name}": {
            "scale": f"founding-attributes.{name}",
            "columns": [f"{{source}}_Q21_{i}" for i in range(first, last + 1)],
            "over": "source",
            "minimum_answered": told["constructs"][name]["minimum_answered"],
            "missing": told["scales"]["agree5"]["missing"],
        }
        for name, (first, last) in at.items()
    }
    lines = []
    for name, keys in added.items():
        lines.append(f"[constructs.{name}]")
        lines += [f"{k} = {json.dumps(v)}" for k, v in keys.items()]
    study = (folder / "study.toml").read_text(encoding="utf-8") + "\n" + "\n".join(lines)
    survey = founding.replace(table=with_study(founding, folder, study))
    for name in at:
        ours = survey.perceptions(f"lib_{name}", by="source").to_frame()
        declared = founding.perceptions(name, by="source").to_frame()
        for column in ("estimate", "std_error", "n"):
            assert ours[column].to_numpy() == pytest.approx(declared[column].to_numpy(), rel=1e-12)


def with_study(survey, folder, text):
    """The rows of a cleaned survey under another study file."""
    import tempfile
    from pathlib import Path

    from survey_analysis.frames.table import Table
    from survey_analysis.study.build import build
    from survey_analysis.study.load import load_file

    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "study.toml"
        path.write_text(text, encoding="utf-8")
        (Path(made) / "codebook.csv").write_bytes((folder / "codebook.csv").read_bytes())
        file, _ = load_file(path)
    raw = survey.table.raw
    return Table(raw, build(file, columns=raw.columns), survey.table.not_reached)
