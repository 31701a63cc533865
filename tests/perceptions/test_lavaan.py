"""`to_lavaan`: golden text, data without identifiers, what is refused; and real lavaan run on what was written."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from oracles.harness import entries, shared

import survey_analysis as sa
from survey_analysis.errors import EstimationError, ReportError
from survey_analysis.perceptions.lavaan_syntax import Model, cfa_syntax, invariance_steps

HERE = Path(__file__).parent
ITEMS = ("honest", "fair", "kind", "open")
LEVELS = {"five": {"levels": [1, 2, 3, 4, 5]}}


def ratings(data=None, **more):
    """Two sources rated by the same people on four items."""
    data = pd.read_csv(HERE / "ratings_twice.csv") if data is None else data
    study = {
        "scales": LEVELS,
        "subjects": {"source": {"micro": "Micro-influencer", "average": "Average consumer"}},
        "batteries": {i: {"over": "source", "columns": f"{{source}}_{i}", "scale": "five"} for i in ITEMS},
        "questions": {"group": {"levels": ["a", "b"]}},
        "constructs": {"trust": {"items": list(ITEMS)}, "pair": {"items": ["honest", "fair"]}},
    }
    return sa.read(data, study=study | more)


# --- golden text ---------------------------------------------------------------------------------------------


def test_a_repeated_model_correlates_residuals_of_the_same_item():
    model = ratings().to_lavaan("trust")
    assert model.syntax == (
        "trust.micro =~ honest.micro + fair.micro + kind.micro + open.micro\n"
        "trust.average =~ honest.average + fair.average + kind.average + open.average\n"
        "honest.micro ~~ honest.average\n"
        "fair.micro ~~ fair.average\n"
        "kind.micro ~~ kind.average\n"
        "open.micro ~~ open.average"
    )
    assert 'estimator = "WLSMV"' in model.call
    assert 'missing = "pairwise"' in model.call
    assert ratings().to_lavaan("trust", estimator="MLR").call.count('missing = "ml"') == 1


def test_the_steps_of_wu_and_estabrook():
    steps = {
        s.name: s.syntax
        for s in invariance_steps(Model({"f": ("a",)}, groups=("x", "y"), thresholds={"a": 3}))
    }
    tail = "a ~~ c(1, {v})*a"
    assert steps["configural"] == (
        "f =~ c(NA, NA)*a\nf ~~ c(1, 1)*f\nf ~ c(0, 0)*1\na ~ c(0, 0)*1\n" + tail.format(v=1)
    )
    thresholds = "a | c(t1.a, t1.a)*t1\na | c(t2.a, t2.a)*t2\na | c(t3.a, t3.a)*t3\n"
    assert steps["thresholds"] == (
        f"f =~ c(NA, NA)*a\nf ~~ c(1, 1)*f\nf ~ c(0, 0)*1\n{thresholds}a ~ c(0, NA)*1\n" + tail.format(v="NA")
    )
    assert steps["loadings"] == (
        f"f =~ c(l.a, l.a)*a\nf ~~ c(1, NA)*f\nf ~ c(0, 0)*1\n{thresholds}a ~ c(0, NA)*1\n"
        + tail.format(v="NA")
    )
    assert steps["intercepts"] == (
        f"f =~ c(l.a, l.a)*a\nf ~~ c(1, NA)*f\nf ~ c(0, NA)*1\n{thresholds}a ~ c(0, 0)*1\n"
        + tail.format(v="NA")
    )


def test_continuous_steps_over_what_was_rated():
    model = Model({"f": ("a", "b")}, ("x", "y"))
    last = invariance_steps(model, freed=("b",))[-1]
    assert last.name == "intercepts, b freed"
    assert last.syntax == (
        "f.x =~ 1*a.x\nf.y =~ 1*a.y\nf.x =~ l.b*b.x\nf.y =~ l.b*b.y\nf.x ~ 0*1\nf.y ~ NA*1\n"
        "a.x ~ i.a*1\na.y ~ i.a*1\nb.x ~ NA*1\nb.y ~ NA*1\na.x ~~ a.y\nb.x ~~ b.y"
    )
    groups = Model({"f": ("a", "b")}, groups=("x", "y"))
    assert [s.equal for s in invariance_steps(groups)] == [(), ("loadings",), ("loadings", "intercepts")]
    assert {s.syntax for s in invariance_steps(groups)} == {cfa_syntax(groups)} == {"f =~ a + b"}
    assert invariance_steps(groups, freed=("b",))[-1].syntax == "f =~ a + b\nb ~ c(i.b.1, i.b.2)*1"


def test_the_call_is_golden():
    model = ratings(design={"weight": "w"}, data=weighted()).to_lavaan(
        "trust", model="invariance", by="group", where={"source": "micro"}
    )
    start = model.call.index("fit_one")
    assert model.call[start : model.call.index("fits <- ")] == (
        "fit_one <- function(name) cfa(\n"
        "  models[[name]],\n"
        "  data = d,\n"
        '  estimator = "WLSMV",\n'
        '  ordered = c("honest", "fair", "kind", "open"),\n'
        '  parameterization = "theta",\n'
        "  std.lv = TRUE,\n"
        "  meanstructure = TRUE,\n"
        '  group = "group",\n'
        '  group.label = c("a", "b"),\n'
        '  sampling.weights = "w"\n'
        ")\n"
    )
    assert "lavTestLRT" in model.call
    assert [s.name for s in model.steps] == ["configural", "thresholds", "loadings", "intercepts"]
    assert "no cut-off decides" in model.call


# --- data ----------------------------------------------------------------------------------------------------


def weighted():
    data = pd.read_csv(HERE / "ratings_twice.csv")
    return data.assign(w=np.linspace(0.5, 2, len(data)).round(3))


def test_data_hold_no_identifiers_and_reversed_items_are_turned():
    data = weighted().assign(rid=[f"r{i}" for i in range(400)], area=["north", "south"] * 200)
    survey = ratings(data, design={"weight": "w", "id": "rid", "psu": "area"})
    made = survey.to_lavaan("trust", estimator="MLR").data
    assert list(made)[-2:] == ["w", "cluster"]
    assert set(made["cluster"]) == {1, 2}
    assert not made.astype(str).isin([*data["rid"], "north"]).any().any()
    study = {
        "scales": LEVELS,
        "questions": {x: {"scale": "five", "kind": "likert", "reverse": x == "b"} for x in "abc"},
        "constructs": {"trust": {"items": list("abc")}},
    }
    small = pd.DataFrame({"a": [1, 2, 5, 3], "b": [5, 4, 1, 2], "c": [2, 2, 4, 4]})
    assert sa.read(small, study=study).to_lavaan("trust").data["b"].tolist() == [1, 2, 5, 4]


def test_weights_of_one_subject_carry_the_loop():
    data = weighted().assign(pi=[0.5, 1.0] * 200)
    survey = ratings(data, design={"weight": "w", "loops": {"source": {"probability": "pi", "asked": 1}}})
    one = survey.to_lavaan("trust", where={"source": "micro"})
    assert one.data["w"].to_numpy() == pytest.approx(data["w"] / data["pi"])
    assert any("1 / probability" in n for n in one.notes)
    both = survey.to_lavaan("trust")
    assert both.data["w"].to_numpy() == pytest.approx(data["w"])
    assert any("missing by design" in n for n in both.notes)


def test_where_leaves_others_out_and_says_so():
    model = ratings().to_lavaan("trust", where="group == 'a'")
    assert len(model.data) == (pd.read_csv(HERE / "ratings_twice.csv")["group"] == "a").sum()
    assert any("lavaan knows no domains" in n for n in model.notes)


def test_a_long_file_gives_the_same_model_as_a_wide_one():
    wide = pd.read_csv(HERE / "ratings_twice.csv").assign(rid=[f"r{i:03d}" for i in range(400)])
    parts = []
    for source in ("micro", "average"):
        part = wide[["rid", *[f"{source}_{i}" for i in ITEMS]]].rename(
            columns={f"{source}_{i}": i for i in ITEMS}
        )
        parts.append(part.assign(source=source))
    long = pd.concat(parts).sample(frac=1, random_state=1)
    study = {
        "design": {"id": "rid"},
        "scales": LEVELS,
        "questions": {i: {"scale": "five", "kind": "likert"} for i in ITEMS}
        | {"source": {"levels": ["micro", "average"]}},
        "constructs": {"trust": {"items": list(ITEMS)}},
    }
    made = sa.read(long, study=study).to_lavaan("trust", by="source")
    expected = ratings(wide).to_lavaan("trust")
    assert made.syntax == expected.syntax
    columns = list(expected.data)
    assert made.data[columns].sort_values(columns).to_numpy().tolist() == (
        expected.data.sort_values(columns).to_numpy().tolist()
    )
    twice = pd.concat([long, long.iloc[:1]])
    with pytest.raises(EstimationError, match="twice"):
        sa.read(twice, study=study).to_lavaan("trust", by="source")


def test_names_that_r_would_not_take():
    study = {
        "scales": LEVELS,
        "questions": {n: {"scale": "five", "kind": "likert"} for n in ("Q 1", "2b", "w")},
        "constructs": {"trust": {"items": ["Q 1", "2b", "w"]}},
    }
    data = pd.DataFrame({"Q 1": [1, 2, 3], "2b": [2, 2, 3], "w": [1, 4, 3]})
    model = sa.read(data, study=study).to_lavaan("trust")
    assert model.syntax == "trust =~ Q_1 + x2b + w_"
    assert model.notes[0] == "Items: Q_1 = Q 1; x2b = 2b; w_ = w."


def test_texts_from_data_cannot_leave_their_string():
    data = pd.read_csv(HERE / "ratings_twice.csv").replace({"group": {"b": 'b")\nsystem("x'}})
    survey = ratings(data, questions={"group": {"levels": ["a", 'b")\nsystem("x']}})
    call = survey.to_lavaan("trust", model="invariance", by="group", where={"source": "micro"}).call
    assert r'group.label = c("a", "b\") system(\"x")' in call
    assert not any(line.startswith("system") for line in call.splitlines())


def test_saving_writes_all_files_or_none(tmp_path):
    model = ratings().to_lavaan("trust", model="invariance")
    files = model.save(tmp_path / "model")
    assert sorted(p.name for p in files) == [
        "configural.lav", "data.csv", "intercepts.lav", "loadings.lav", "model.R", "thresholds.lav",
    ]  # fmt: skip
    back = pd.read_csv(tmp_path / "model" / "data.csv")
    assert back.to_numpy().tolist() == model.data.to_numpy().tolist()
    assert (tmp_path / "model" / "model.R").read_text() == model.call
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="Nothing was written"):
        model.save(tmp_path / "file")
    assert "3 more models" in repr(model)


# --- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"constructs": "pair", "model": "invariance"}, "Invariance cannot be tested for pair: two items"),
        ({"constructs": "pair", "where": {"source": "micro"}}, "cannot be tested: two items"),
        ({"constructs": "truts"}, "did you mean 'trust'"),
        ({"constructs": ["trust", "pair"]}, "'honest' is an item of 'trust' and of 'pair'"),
        ({"by": "group"}, "asked for source and group"),
        ({"model": "invariance", "where": {"source": "micro"}}, "there is one of them"),
        ({"model": "efa"}, "not known"),
        ({"partial": "each item"}, "belongs to a sequence"),
        ({"estimator": "DWLS"}, "not known"),
        ({"missing": "fiml"}, "does not go with WLSMV"),
        ({"missing": "pairwise", "estimator": "MLR"}, "does not go with MLR"),
        ({"missing": "drop"}, "not known"),
        ({"identify": "effects"}, "not known"),
        ({"identify": "variance", "model": "invariance"}, "identified as its authors"),
    ],
)
def test_what_cannot_be_asked(asked, message):
    with (
        pytest.raises(EstimationError, match=message)
        if "did you" not in message
        else pytest.raises(sa.SurveyAnalysisError, match=message)
    ):
        ratings().to_lavaan(**({"constructs": "trust"} | asked))


def test_clusters_and_weights_choose_the_estimator():
    data = weighted().assign(area=[i // 4 for i in range(400)])
    clustered = ratings(data, design={"psu": "area"})
    assert 'estimator = "MLR"' in clustered.to_lavaan("trust").call
    assert 'cluster = "cluster"' in clustered.to_lavaan("trust").call
    with pytest.raises(EstimationError, match="ignores clusters with WLSMV"):
        clustered.to_lavaan("trust", estimator="WLSMV")
    with pytest.raises(EstimationError, match="simple samples"):
        ratings(data, design={"weight": "w"}).to_lavaan("trust", estimator="ML")


def small(columns, **more):
    names = [c for c in columns if len(c) == 1]
    study = {
        "questions": {n: {"levels": [1, 2, 3, 4, 5]} for n in names} | {"sex": {"levels": ["w", "m"]}},
        "constructs": {"f": {"items": names}},
    }
    return sa.read(pd.DataFrame({"sex": ["w", "m"] * 4} | columns), study=study | more)


def test_data_that_carry_no_model():
    with pytest.raises(EstimationError, match="All answers to 'b' are the same"):
        small({"a": [1, 2] * 4, "b": [3] * 8, "c": [1, 3] * 4}).to_lavaan("f")
    with pytest.raises(EstimationError, match="Nobody in the domain answered"):
        small({x: [None] * 8 for x in "abc"}).to_lavaan("f")
    with pytest.raises(EstimationError, match="'f' has one item"):
        small({"a": [1, 2] * 4}).to_lavaan("f")
    with pytest.raises(EstimationError, match="Nobody answered all items"):
        small({"a": [1, 2, None, None] * 2, "b": [None, None, 1, 2] * 2, "c": [1, 2] * 4}).to_lavaan("f")
    uneven = {"a": [1, 2, 3, 4] * 2, "b": [1, 2, 3, 3] * 2, "c": [2, 2, 1, 1] * 2}
    with pytest.raises(EstimationError, match="Nobody gave the answer 2 to 'a' in 'w'"):
        small(uneven).to_lavaan("f", model="invariance", by="sex")
    even = {x: [1, 1, 2, 2] * 2 for x in "abc"}
    with pytest.raises(EstimationError, match="two answers"):
        small(even).to_lavaan("f", model="invariance", by="sex")
    three = {x: [1, 1, 2, 2, 3, 3, 1, 2] for x in "abc"}
    with pytest.raises(EstimationError, match="Nobody gave"):
        small({x: [1, 2] * 4 for x in "abc"}).to_lavaan("f", model="invariance", by="sex")
    model = small(three).to_lavaan("f", model="invariance", by="sex")
    assert any("three answers" in n for n in model.notes)
    one = small(three | {"sex": ["w"] * 8})
    with pytest.raises(EstimationError, match="Nobody in the group 'm'"):
        one.to_lavaan("f", model="invariance", by="sex")


def test_samples_of_different_populations_are_not_pooled():
    samples = {"column": "sex", "x": {"code": "w", "label": "X"}, "y": {"code": "m", "label": "Y"}}
    survey = small({x: [1, 1, 2, 2, 3, 3, 1, 2] for x in "abc"}, samples=samples)
    with pytest.raises(EstimationError, match="must not be pooled"):
        survey.to_lavaan("f")


def test_two_items_beside_others_are_named(founding):
    model = founding.to_lavaan(where={"source": "micro"})
    assert any(n.startswith("explanation: two items.") and "cannot be tested" in n for n in model.notes)
    assert "Simulated data: no people were surveyed." in model.notes
    assert "simulated respondents" in model.notes[1]
    personal = {*founding.study.roles.personal, founding.study.design.id}
    assert not personal & set(model.data)


# --- real lavaan ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def r_lavaan():
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed: the scripts of to_lavaan() are not run here.")
    for package in ("lavaan", "jsonlite"):
        found = subprocess.run(
            ["Rscript", "-e", f"quit(status = !requireNamespace('{package}', quietly = TRUE))"],
            capture_output=True,
            check=False,
        )
        if found.returncode:
            pytest.skip(f"R has no package '{package}': the scripts of to_lavaan() are not run here.")


def fitted(model, folder, expression):
    """What an R expression of the script's objects gives."""
    model.save(folder)
    ask = f'source("model.R"); cat("\\n@@", jsonlite::toJSON({expression}, auto_unbox = TRUE, digits = I(15), na = "null"))'
    done = subprocess.run(["Rscript", "-e", ask], capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.rpartition("@@")[2])


HS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}


def holzinger():
    data = pd.read_csv(shared("oracles", "data", "holzinger39.csv"))
    items = [i for some in HS.values() for i in some]
    study = {
        "questions": {i: {"kind": "numeric"} for i in items}
        | {"school": {"levels": sorted(set(data["school"]))}},
        "constructs": {f: {"items": some} for f, some in HS.items()},
    }
    return sa.read(data[[*items, "school"]], study=study)


def bfi():
    data = pd.read_csv(shared("oracles", "data", "bfi.csv"))
    names = [f"{x}{i}" for x in "AC" for i in range(1, 6)]
    text = data[names].map(lambda v: "" if pd.isna(v) else str(int(v)))
    study = {
        "scales": {"six": {"levels": [1, 2, 3, 4, 5, 6]}},
        "questions": {
            n: {"kind": "likert", "scale": "six", "reverse": n in ("A1", "C4", "C5")} for n in names
        },
        "constructs": {x: {"items": [f"{x}{i}" for i in range(1, 6)]} for x in "AC"},
    }
    return sa.read(text, study=study)


CFA = {
    "cfa.f_hs": (holzinger, {"estimator": "ML"}),
    "cfa.f_hs_std": (holzinger, {"estimator": "ML", "identify": "variance"}),
    "cfa.f_hs_mlr": (holzinger, {"estimator": "MLR"}),
    "cfa.f_bfi": (bfi, {"estimator": "ML"}),
    "cfa.f_bfi_fiml": (bfi, {"estimator": "ML", "missing": "fiml"}),
    "cfa.f_bfi_wlsmv": (bfi, {"estimator": "WLSMV"}),
}
PARAMETERS = 'list(p = as.list(as.data.frame(unclass(parameterEstimates(fit, standardized = TRUE)))), m = as.list(fitMeasures(fit)), n = lavInspect(fit, "nobs"))'


def close(ours, theirs, tolerance):
    for a, b in zip(ours, theirs, strict=True):
        if isinstance(b, str) or b is None:
            assert a == b
        else:
            assert a == pytest.approx(b, rel=tolerance, abs=tolerance)


@pytest.mark.oracle
@pytest.mark.parametrize("name", CFA)
def test_lavaan_gives_the_reference_numbers(name, tmp_path, r_lavaan):
    expected = entries("06_psychometrics")[name]["values"]
    make, asked = CFA[name]
    ours = fitted(make().to_lavaan(**asked), tmp_path, PARAMETERS)
    assert ours["n"] == expected["nobs"]
    for column, values in expected["parameters"].items():
        if column not in ("z", "pvalue"):  # functions of est and se
            close(ours["p"][column], values, 1e-4)
    for measure in ("chisq", "df", "cfi", "tli", "rmsea", "srmr", "npar"):
        assert ours["m"][measure] == pytest.approx(expected["fit"][measure], rel=1e-4, abs=1e-6)
    scaled = expected["fit"].get("chisq.scaled")
    if scaled is not None:
        assert ours["m"]["chisq.scaled"] == pytest.approx(scaled, rel=1e-4)


@pytest.mark.oracle
def test_lavaan_gives_the_reference_sequence(tmp_path, r_lavaan):
    expected = entries("06_psychometrics")["cfa.invariance"]["values"]
    model = holzinger().to_lavaan(model="invariance", estimator="ML", by="school")
    ours = fitted(model, tmp_path, "as.list(as.data.frame(comparisons))")
    assert ours["Df"] == expected["Df"]
    for column, theirs in (
        ("Chisq", "Chisq"),
        ("Chisq diff", "diff"),
        ("Df diff", "df_diff"),
        ("Pr(>Chisq)", "p"),
    ):
        close(ours[column], expected[theirs], 1e-4)


@pytest.mark.oracle
@pytest.mark.parametrize(("name", "make"), [("hs", holzinger), ("bfi", bfi)])
def test_composite_reliability_and_htmt(name, make, tmp_path, r_lavaan):
    """`semTools::reliability`, `AVE`, `compRelSEM` and `htmt`, recomputed by the few lines of the script."""
    expected = entries("06_psychometrics")[f"reliability.f_{name}"]["values"]
    ratios = entries("06_psychometrics")[f"htmt.{name}"]["values"]
    asked = "list(q = quality(fit), h = htmt(fit), h2 = htmt(fit, function(x) exp(mean(log(x)))))"
    ours = fitted(make().to_lavaan(estimator="ML"), tmp_path, asked)
    table = dict(zip(expected["reliability"]["rows"], expected["reliability"]["data"], strict=True))
    for row, theirs in ((0, "alpha"), (1, "omega"), (2, "omega3"), (4, "avevar")):
        close(ours["q"][row], table[theirs], 1e-4)
    close(ours["q"][2], list(expected["compRelSEM"].values()), 1e-4)
    close(ours["q"][3], list(expected["AVE"].values()), 1e-4)
    for ours_ratio, theirs in ((ours["h"], ratios["htmt"]), (ours["h2"], ratios["htmt2"])):
        assert np.array(ours_ratio, dtype=float) == pytest.approx(
            np.array(theirs["data"], dtype=float), abs=1e-9
        )


FIT = (
    'lapply(fits, function(f) as.list(fitMeasures(f, c("npar", "chisq", "df", "chisq.scaled", "df.scaled"))))'
)
SEQUENCES = {
    "by_group": {"by": "group", "where": {"source": "micro"}},
    "repeated": {"missing": "listwise"},
    "repeated_continuous": {"missing": "listwise", "estimator": "MLR"},
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences_equal_those_of_semtools(name, tmp_path, r_lavaan):
    """The models that `semTools::measEq.syntax` writes fit the same; its answers: invariance.R, invariance.json."""
    expected = json.loads((HERE / "invariance.json").read_text())[name]
    ours = fitted(ratings().to_lavaan("trust", model="invariance", **SEQUENCES[name]), tmp_path, FIT)
    assert list(ours) == list(expected)
    for step, values in expected.items():
        for measure, value in values.items():
            assert ours[step][measure] == pytest.approx(value, rel=1e-4), (step, measure)


@pytest.mark.slow
def test_weights_clusters_and_freed_items_run(tmp_path, r_lavaan):
    data = weighted().assign(area=[i // 4 for i in range(400)])
    survey = ratings(data, design={"weight": "w", "psu": "area"})
    model = survey.to_lavaan("trust", model="invariance", partial="each item")
    ours = fitted(model, tmp_path, FIT)
    assert ours["intercepts, open freed"]["df"] == ours["intercepts"]["df"] - 1
    assert len(ours) == 3 + len(ITEMS)


@pytest.mark.slow
def test_the_item_made_to_differ_is_the_one_that_moves(tmp_path, r_lavaan):
    """'open' was raised by half a standard deviation in group b: freeing it, and only it, restores the fit."""
    model = ratings().to_lavaan(
        "trust", model="invariance", by="group", where={"source": "micro"}, partial="each item"
    )
    ours = fitted(model, tmp_path, FIT)
    fit = {name: m["chisq"] for name, m in ours.items()}
    freed = {i: fit[f"intercepts, {i} freed"] for i in ITEMS}
    assert min(freed, key=freed.__getitem__) == "open"
    assert fit["intercepts"] - freed["open"] > 10
    assert freed["open"] - fit["loadings"] < 6


def test_what_lavaan_does_with_clusters(tmp_path, r_lavaan):
    """Why WLSMV is refused with clusters: when this fails, lavaan has learnt them and decision 023 can be revised."""
    data = pd.read_csv(HERE / "ratings_twice.csv")
    ratings(data).to_lavaan("trust", where={"source": "micro"}).save(tmp_path)
    ask = (
        'library(lavaan); d <- read.csv("data.csv"); d$g <- rep(1:40, each = 10); d <- d[order(d$honest), ]; '
        'd$g <- rep(1:40, each = 10); m <- readLines("cfa.lav"); se <- function(...) '
        'parameterEstimates(cfa(m, d, ...))$se; o <- se(ordered = names(d)[1:4], estimator = "WLSMV"); '
        'oc <- se(ordered = names(d)[1:4], estimator = "WLSMV", cluster = "g"); '
        'x <- se(estimator = "MLR", meanstructure = TRUE); xc <- se(estimator = "MLR", meanstructure = TRUE, cluster = "g"); '
        'cat("@@", packageVersion("lavaan") < "0.6.15", isTRUE(all.equal(o, oc)), isTRUE(all.equal(x, xc)))'
    )
    done = subprocess.run(["Rscript", "-e", ask], capture_output=True, text=True, cwd=tmp_path, check=True)
    old, same_ordinal, same_mlr = done.stdout.rpartition("@@")[2].split()
    assert same_mlr == "FALSE"
    if old == "TRUE":
        assert same_ordinal == "TRUE"
