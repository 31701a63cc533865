"""The numbers of R `survey` through `sa.read` and the public verbs.

The core is held against the same entries in tests/core; here it is what a user types. An entry counts when
every estimate and every standard error of it was compared, with the covariance where R gives one. What the public
verbs cannot say is listed by name with the reason.

Not compared here, because the verbs do not print it: intervals on the normal distribution (`ci_normal`: the verbs use
t), design effects against sampling without replacement (`deff=TRUE`; the verbs print those of `deff="replace"`), R's
design df for a domain (the verbs use the domain's own).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

import survey_analysis as sa
from oracles import harness
from oracles.public import DESIGNS, Call, ask, rows, survey, taken_apart

pytestmark = pytest.mark.oracle

METHODS = ("svymean", "svytotal", "svyratio", "svyby", "svyciprop")
CLOSED, GLM, CALIBRATED = 1e-9, 1e-8, 1e-7
"""Closed forms; svyciprop(method = "logit") is a glm in R that stops at 1e-8; R iterates calibration."""

LIKELIHOOD = re.compile(r"_likelihood$")  # a profile of the pseudo-likelihood, not offered
CANNOT = {
    "taylor.dnh.chol_replace": "one covariance of a mean and of the shares of another question",
}
OWN_DF = {
    **{f"taylor.{d}.total_factor": "said as total by level: df of each level" for d in DESIGNS if d != "dnh"},
    **{
        f"taylor.dclus2wr.{x}": "two PSUs hold no school with all answers; R counts them"
        for x in ("mean", "total", "ratio")
    },
    **{
        f"taylor.dnh.by_ciprop_{m}": "R counts PSUs where nobody of the group answered"
        for m in ("logit", "asin", "beta", "mean", "xlogit")
    },
    "taylor.dnh.ciprop_beta": "R counts people without an answer among the trials of the beta interval",
}
"""Estimate, SE and covariance are R's; df and limits are those of the people who answered (architecture, invariant 1)."""
SHARES = frozenset({"stype", "race", "awards", "interaction(stype, sch.wide)"})
"""Formulas whose verb prints a logit interval where `confint` gives a t interval."""


def selected() -> dict[str, dict[str, Any]]:
    return {
        i: e
        for i, e in harness.entries("01_taylor").items()
        if i.split(".")[1] in DESIGNS and i.startswith("taylor.") and e["method"].startswith(METHODS)
    }


def in_order_of_r(call: Call, estimate: sa.Estimate) -> tuple[np.ndarray, ...]:
    """Estimate, SE, covariance, df and limits in R's order: levels outside, groups inside."""
    rows = estimate.to_frame()
    filled = np.flatnonzero(rows["n"].to_numpy() > 0)
    if call.by and "level" in rows:
        levels = list(dict.fromkeys(rows["level"]))
        place = {level: i for i, level in enumerate(levels)}
        filled = np.array(sorted(filled, key=lambda i: (place[rows["level"].iat[i]], i)))
    picked = rows.iloc[filled]
    columns = [picked[c].to_numpy(dtype=float) for c in ("estimate", "std_error", "df", "deff")]
    limits = np.concatenate([picked["conf_low"], picked["conf_high"]]).astype(float)
    return *columns, estimate.vcov[np.ix_(filled, filled)], limits


def compare(entry: dict[str, Any], worst: harness.Worst, **changed: float) -> Counter[str]:
    """Hold an entry against the public verb; how many values of each kind were compared."""
    call = taken_apart(entry["call"])
    theta, se, df, deff, vcov, limits = in_order_of_r(call, ask(call, **changed))
    values, family = entry["values"], call.statistic if not call.by else f"svyby {call.statistic}"
    done: Counter[str] = Counter()

    def check(what: str, ours: Any, theirs: Any, scale: Any = 0.0, tolerance: float = CLOSED) -> None:
        where = f"{entry['id']} {what}"
        worst.check(f"{family}.{what}", where, ours, theirs, scale=scale, tolerance=tolerance)
        done[what] += 1

    if call.statistic == "svyciprop":
        method = call.options["method"]
        tolerance = GLM if method == "logit" else CLOSED
        check("estimate", theta, values["HI_CHOL"] if call.by else values["estimate"], tolerance=tolerance)
        if not call.by:
            check("se", se, values["se"], tolerance=tolerance)
        theirs = values["ci_l"] + values["ci_u"] if call.by else values["ci"]
        if entry["id"] not in OWN_DF:
            check(method, limits, theirs, scale=np.abs(limits).max(), tolerance=tolerance)
        return done
    check("estimate", theta, values["estimate"])
    check("se", se, values["se"])
    if isinstance(values.get("vcov"), dict):
        check("vcov", vcov, values["vcov"], scale=1e-3 * np.outer(se, se))
    elif "vcov" in values:
        check("vcov", np.diag(vcov), values["vcov"])
    if entry["id"] in OWN_DF:
        assert (df <= values.get("df", np.inf)).all()
    elif "df" in values and not call.by:
        check("df", df, [values["df"]] * len(df))
    if "ci_t" in values and not call.by and entry["id"] not in OWN_DF and call.y[0] not in SHARES:
        theirs = np.reshape(harness.numbers(values["ci_t"]), (-1, 2)).T.ravel()
        check("ci_t", limits, theirs, scale=np.tile(np.abs(theta), 2))
    if call.options.get("deff") == "replace":
        check("deff", deff, values["deff"])
    return done


def test_every_entry_the_verbs_can_say(capsys):
    worst, done, wrong, left = harness.Worst(), Counter(), [], Counter()
    for identifier, entry in selected().items():
        if LIKELIHOOD.search(identifier):
            left["likelihood"] += 1
            continue
        if identifier in CANNOT:
            left["no one verb"] += 1
            continue
        try:
            counted = compare(entry, worst)
        except AssertionError as error:
            wrong.append(str(error).splitlines()[0])
            continue
        assert counted["estimate"], identifier
        done["entries"] += 1
        done.update(counted)
    with capsys.disabled():
        print(
            f"\npublic verbs against R survey: {done['entries']} entries, {sum(left.values())} not: {dict(left)}"
        )
        print(f"  compared: {dict(done)}; worst relative difference:")
        print(worst.lines())
        for name, why in (CANNOT | OWN_DF).items():
            print(f"  {name}: {why}")
    assert not wrong, "\n".join(wrong)
    assert done["entries"] + sum(left.values()) == len(selected()) == 200
    assert left == {"likelihood": 16, "no one verb": len(CANNOT)}
    assert done["entries"] == 183


def test_a_mean_and_the_shares_of_another_question_by_two_verbs():
    """`svymean(~HI_CHOL + race)`: all but the covariance between the two."""
    values = harness.entries("01_taylor")["taylor.dnh.chol_replace"]["values"]
    data, both = survey("dnh"), "HI_CHOL is not missing and race is not missing"
    parts = [data.mean("HI_CHOL", where=both), data.proportion("race", where=both)]
    frames = [p.to_frame() for p in parts]
    for column, theirs in (("estimate", "estimate"), ("std_error", "se"), ("deff", "deff"), ("df", None)):
        ours = np.concatenate([f[column] for f in frames])
        wanted = harness.numbers(values[theirs]) if theirs else np.full(5, values["df"])
        np.testing.assert_allclose(ours, wanted, rtol=CLOSED, err_msg=column)
    vcov = harness.numbers(values["vcov"]).reshape(5, 5)
    np.testing.assert_allclose(parts[1].vcov, vcov[1:, 1:], rtol=CLOSED)


@pytest.mark.parametrize("identifier", ["taylor.dstrat.mean", "taylor.dclus1.by_prop", "taylor.dsrs.ratio2"])
def test_one_changed_weight_is_noticed(identifier):
    entry = harness.entries("01_taylor")[identifier]
    compare(entry, harness.Worst())
    with pytest.raises(AssertionError, match="relative"):
        compare(entry, harness.Worst(), weight_of_row_4=1.01)


def test_sampling_fractions_are_the_same_as_population_counts():
    counts = survey("dstrat").mean("api00")
    frame = rows("apistrat").copy()
    frame["fpc"] = frame.groupby("stype")["stype"].transform("size") / frame["fpc"]
    fractions = sa.read(frame, weight="pw", strata="stype", fpc="fpc").mean("api00")
    assert fractions.std_error == pytest.approx(counts.std_error, rel=1e-12)


@pytest.mark.parametrize("design", ["dstrat", "dw", "dclus1", "dnh"])
def test_rao_scott_of_banner_tables(design):
    pattern = re.compile(rf"chisq\.{design}\..+\.F")
    found = [(i, e) for i, e in harness.entries("02_tests_models").items() if pattern.fullmatch(i)]
    assert len(found) >= 2
    table = "apistrat" if design == "dw" else ""  # the tests family runs dw over apistrat
    for identifier, entry in found:
        row, column = re.search(r"svychisq\(~([\w.]+) \+ ([\w.]+),", entry["call"]).groups()
        row = {"chol": "HI_CHOL"}.get(row, row)
        book = survey(design, table=table).tabulate(row, by=column)
        ours = book[row].independence.iloc[0]
        values = entry["values"]
        theirs = [
            values["statistic"]["F"],
            values["parameter"]["ndf"],
            values["parameter"]["ddf"],
            values["p.value"],
        ]
        mine = [ours["statistic"], ours["df"], ours["df_residual"], ours["p_value"]]
        np.testing.assert_allclose(mine, theirs, rtol=CLOSED, err_msg=identifier)


def targets(*names: str) -> dict[str, dict[str, float]]:
    values = harness.entries("04_calibration")["calib.population"]["values"]
    source = {"stype": "types", "sch.wide": "sw", "awards": "aw"}
    return {n: dict(zip(values[source[n]][n], values[source[n]]["Freq"], strict=True)) for n in names}


def cross_counts(table: str) -> dict[tuple[str, str], float]:
    cross = harness.entries("04_calibration")["calib.population"]["values"]["cross"]
    frame = rows(table)
    there = set(zip(frame["stype"], frame["sch.wide"], strict=True))
    keys = zip(cross["stype"], cross["sch.wide"], strict=True)
    return {
        k: n for k, n in zip(keys, cross["Freq"], strict=True) if k in there
    }  # partial: empty cells dropped


def weighted(procedure: str, data: sa.Survey, table: str) -> sa.Survey:
    if procedure == "none":
        return data
    if procedure == "post":
        counts = {(k,): v for k, v in targets("stype")["stype"].items()}
        return data.poststratify(["stype"], counts)
    if procedure == "post_partial":
        return data.poststratify(["stype", "sch.wide"], cross_counts(table))
    names = ("stype", "sch.wide", "awards") if procedure == "rake3" else ("stype", "sch.wide")
    return data.rake(targets(*names))


@pytest.mark.parametrize("design", ["dclus1", "dstrat", "dw"])
@pytest.mark.parametrize(
    "procedure", ["none", "post", "post_partial", "cal_margins_formula", "rake", "rake3"]
)
def test_standard_errors_after_weighting(procedure, design):
    """`cal_margins_formula` is calibrate(calfun = "raking") on two margins; R's variance after rake() is another one."""
    values = harness.entries("04_calibration")[f"calib.{procedure}.{design}"]["values"]
    table = "apisrs" if design == "dw" else ""
    both = {
        "subjects": {"variable": {"api00": "api00", "ell": "ell"}},
        "batteries": {
            "y": {"over": "variable", "kind": "numeric", "columns": {"api00": "api00", "ell": "ell"}}
        },
    }
    data = weighted(procedure, survey(design, both, table=table), table or DESIGNS[design][0])
    worst = harness.Worst()

    def check(what: str, ours: Any, theirs: Any, scale: Any = 0.0) -> None:
        worst.check(what, f"{procedure}.{design} {what}", ours, theirs, scale=scale, tolerance=CALIBRATED)

    check("weights", data.weights if data.weights is not None else data.design_weight(), values["weights"])
    results = {
        "mean": data.mean("y"),
        "total": data.total("api.stu"),
        "by": data.mean("api00", by="comp.imp"),
        "prop": None,
    }
    for key, estimate in results.items():
        if estimate is None:
            frames = [data.proportion(q).to_frame() for q in ("stype", "awards")]
            theta = np.concatenate([f["estimate"] for f in frames])
            se = np.concatenate([f["std_error"] for f in frames])
        else:
            theta, se = (estimate.to_frame()[c].to_numpy() for c in ("estimate", "std_error"))
        check(f"{key}.estimate", theta, values[key]["estimate"])
        if procedure.startswith("rake"):
            continue
        check(f"{key}.se", se, values[key]["se"], scale=1e-8 * np.abs(theta))
        if key == "mean":
            check("mean.vcov", estimate.vcov, values["mean"]["vcov"], scale=1e-3 * np.outer(se, se))
    if procedure != "none" and not procedure.startswith("rake"):
        margin = data.proportion("stype").to_frame()
        assert (margin["std_error"] == 0).all()
