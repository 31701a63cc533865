"""Numbers that others printed from real designs (ANES, RECS, NHANES, California schools), by the public verbs alone.

Every number of an entry is compared: to half a unit of its last printed digit, or to the tolerance that the entry
states. What its notes recomputed is compared in the same way.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from oracles.harness import shared

import survey_analysis as sa
from real.printed import (
    ANES_DESIGN,
    ANES_STUDY,
    CLUSTERS,
    ESTIMATE,
    FAY,
    FIRST_TOTAL,
    FIT,
    SECOND_TOTAL,
    by_answer,
    by_term,
    compare,
    entries,
    leaves,
    numbers,
    of_factor,
    only,
    recomputed,
)

pytestmark = pytest.mark.oracle

# --- the files, read once ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def anes() -> sa.Survey:
    path = shared("data", "anes-2020", "anes_2020_analysis.csv.gz")
    return sa.read(path, study=ANES_STUDY, **ANES_DESIGN)


@pytest.fixture(scope="module")
def anes_table() -> pd.DataFrame:
    columns = ["Stratum", "VarUnit", "Weight", "PartyID", "VotedPres2020", "EarlyVote2020"]
    path = shared("data", "anes-2020", "anes_2020_analysis.csv.gz")
    return pd.read_csv(path, usecols=[*columns, "Gender", "Education"], keep_default_na=False, dtype=str)


def scaled(table: pd.DataFrame, total: int) -> pd.DataFrame:
    """The file with weights that add up to a population."""
    weight = table["Weight"].astype(float)
    return table.assign(Weight=weight * total / weight.sum())


@pytest.fixture(scope="module")
def recs() -> sa.Survey:
    return sa.read(
        shared("data", "recs-2015", "recs_2015.csv.gz"),
        study={"questions": {"Region": {"levels": ["Northeast", "Midwest", "South", "West"]}}},
        weight="NWEIGHT",
        replicates=FAY,
    )


@pytest.fixture(scope="module")
def schools() -> sa.Survey:
    return sa.read(shared("data", "california-api", "apiclus1.csv"), **CLUSTERS)


@pytest.fixture(scope="module")
def nhanes() -> sa.Survey:
    path = shared("data", "nhanes2", "nhanes2.csv.gz")
    return sa.read(path, strata="stratid", psu="psuid", weight="finalwgt", nest=True)


# --- ANES 2020: strata and PSUs numbered within them ------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifier", "question"),
    [("anes-trust-government", "TrustGovernment"), ("anes-trust-people", "TrustPeople")],
)
def test_anes_trust(anes, identifier, question):
    assert (anes.frame.n_psu, anes.frame.design_df) == (101, 51)
    shares = by_answer(anes.proportion(question), *ESTIMATE)
    compare(identifier, {answer: [100 * x for x in pair] for answer, pair in shares.items()})


def test_anes_education(anes):
    def row(answers: list[str]) -> dict[str, Any]:
        found = only(anes.proportion("Education", answers=answers, method="t").to_frame())
        low, high = numbers(found, "conf_low", "conf_high")
        return {"p": float(found["estimate"]), "se": float(found["std_error"]), "ci": [low, high]}

    ours = {name: row([name]) for name in ("Less than HS", "High school", "Post HS")}
    compare("anes-education", ours | {"Bachelor or Higher": row(["Bachelor's", "Graduate"])})


def test_anes_age_by_vote(anes):
    shares = anes.proportion(
        "AgeGroup", by="VotedPres2020_selection", where="VotedPres2020 == 'Yes'", method="t", df="design"
    )
    ours: dict[str, Any] = {}
    for _, row in shares.to_frame().iterrows():
        who = ours.setdefault(row["VotedPres2020_selection"], {})
        who[row["level"]] = numbers(row, "estimate", "conf_low", "conf_high")
    assert compare("anes-age-by-vote-2020", ours) == 54


def test_anes_wald(anes):
    test = anes.independence("TrustGovernment", "TrustPeople", statistic="wald", df="design")
    row = only(test.to_frame())
    f, ndf, ddf, p = numbers(row, "statistic", "df", "df_residual", "p_value")
    compare("anes-chisq-wald", {"F": f, "ndf": ndf, "ddf": ddf, "p_lt": p})
    recomputed("anes-chisq-wald", {"F": f})


def test_anes_rao_scott(anes):
    test = anes.independence("AgeGroup", "VotedPres2020_selection", statistic="chisq", df="design")
    row = only(test.to_frame())
    compare(
        "anes-chisq-raoscott",
        {"X2": float(row["pearson"]), "df": float(row["df"]), "p_lt": float(row["p_value"])},
    )
    recomputed("anes-chisq-raoscott", {"X2": float(row["pearson"])})


def test_anes_second_order(anes):
    row = only(anes.independence("Gender", "EarlyVote2020", df="design").to_frame())
    f, ndf, ddf, p = numbers(row, "statistic", "df", "df_residual", "p_value")
    compare("anes-chisq-F", {"F": f, "ndf": ndf, "ddf": ddf, "p": p})
    recomputed("anes-chisq-F", {"F": f, "p": p})


def test_anes_ttest(anes):
    row = only(anes.ttest("Age", by="voter", df=50).to_frame())
    sign = 1 if row["contrast"].startswith("Biden") else -1
    low, high = sorted(sign * x for x in numbers(row, "conf_low", "conf_high"))
    estimate, t, p, df = numbers(row, "estimate", "statistic", "p_value", "df")
    ours = {"estimate": sign * estimate, "t": sign * t, "p": p}
    compare("anes-ttest", ours | {"df": df, "ci": [low, high]})
    recomputed("anes-ttest", ours)


def test_anes_design_effect(anes_table):
    """Against a simple random sample of the population, which the weights must then add up to."""
    survey = sa.read(scaled(anes_table, SECOND_TOTAL), **ANES_DESIGN)
    share = survey.proportion("EarlyVote2020", answers=["Yes"], deff="without-replacement")
    p, se, deff = numbers(only(share.to_frame()), *ESTIMATE, "deff")
    compare("anes-deff", {"p": p, "se": se, "deff": deff})
    recomputed("anes-deff", {"p": p, "se": se, "deff": deff})


def test_anes_both_elections(anes):
    row = only(anes.proportion("voted_both", answers=["both"], method="logit", df="design").to_frame())
    compare(
        "anes-both-elections",
        {"p": float(row["estimate"]), "ci": numbers(row, "conf_low", "conf_high")},
    )


def test_anes_party(anes_table):
    """Printed with 25 people of no party in the base; what was recomputed leaves them out, to the same three digits."""
    kept = anes_table.assign(PartyID=anes_table["PartyID"].replace("", "no party given"))
    assert (kept["PartyID"] == "no party given").sum() == 25
    compare("anes-party", party_shares(kept))
    ours = party_shares(anes_table)
    recomputed("anes-party", {answer: row["p"] for answer, row in ours.items()})
    with pytest.raises(AssertionError, match="se: "):
        compare("anes-party", ours)


def party_shares(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    survey = sa.read(table, **ANES_DESIGN)
    out = {}
    for answer, where in (("Strong democrat", None), ("Strong republican", "VotedPres2020 == 'Yes'")):
        share = survey.proportion("PartyID", answers=[answer], where=where)
        out[answer] = {"p": share.value, "se": share.std_error}
    return out


def test_anes_logistic(anes):
    """Recomputed digits beyond the printed ones are those at which R's fit stops."""
    formula, factor = "trusts ~ VotedPres2020_selection", "VotedPres2020_selection"
    compare("anes-logistic", of_factor(by_term(anes.glm(formula, family="quasibinomial"), *FIT), factor))
    stopped = anes.glm(formula, family="quasibinomial", variance="r-svyglm")
    terms = of_factor(by_term(stopped, "estimate"), factor)
    recomputed("anes-logistic", {name: row[0] for name, row in terms.items()})


def test_anes_count_matches_the_second_total_and_not_the_first(anes_table):
    """The source contradicts itself: its printed count needs a total other than the one printed beside it."""

    def count(total: int) -> list[float]:
        survey = sa.read(scaled(anes_table, total), **ANES_DESIGN)
        women = survey.total("Education", of="answers", where="Gender == 'Female'")
        return by_answer(women, *ESTIMATE)["Graduate"]

    first, second = count(FIRST_TOTAL), count(SECOND_TOTAL)
    compare("anes-count-does-not-match", dict(zip(("n", "se"), second, strict=True)))
    printed = entries()["anes-count-does-not-match"]["recomputed"]
    recomputed("anes-count-does-not-match", dict(zip(printed, (first, second), strict=True)))
    with pytest.raises(AssertionError):
        compare("anes-count-does-not-match", dict(zip(("n", "se"), first, strict=True)))


# --- RECS 2015: Fay replicate weights ---------------------------------------------------------------------------


def test_recs_sqft(recs):
    assert recs.frame.design_df == 95
    row = only(recs.mean("TOTSQFT_EN", level=0.9).to_frame())
    mean, se, low, high = numbers(row, *ESTIMATE, "conf_low", "conf_high")
    compare("recs-sqft", {"mean": mean, "ci90": [low, high]})
    recomputed("recs-sqft", {"mean": mean, "se": se, "ci90": [low, high]})
    assert [int(low), round(high)] == [1980, 2036]  # the source truncates the lower limit


def test_recs_ratio(recs):
    ratio, se = numbers(only(recs.ratio("TOTCSQFT", "TOTSQFT_EN").to_frame()), *ESTIMATE)
    compare("recs-ratio", {"ratio": ratio})
    recomputed("recs-ratio", {"ratio": ratio, "se": se})


def test_recs_median(recs):
    south = only(recs.median("DOLLAREL", where="Region == 'South'", df="design").to_frame())
    median, low, high = numbers(south, "estimate", "conf_low", "conf_high")
    night = recs.median("WinterTempNight").value
    compare("recs-median", {"median_south": median, "ci": [low, high], "median_night_temp": night})
    recomputed("recs-median", {"median_south": median, "ci": [low, high]})
    assert [int(x) for x in (median, low, high, night)] == [1502, 1444, 1555, 68]  # truncated in the source


def test_recs_regression(recs):
    ours = of_factor(by_term(recs.glm("DOLLAREL ~ Region"), *FIT), "Region")
    compare("recs-regression", ours)
    recomputed("recs-regression", {"Midwest": ours["Midwest"]})


def test_recs_regression_on_a_number(recs):
    """The slope (R gives 0.350245125) is printed after rounding twice; the entry recomputes it, cut off."""
    ours = by_term(recs.glm("TOTALDOL ~ TOTCSQFT"), *FIT)
    entry = entries()["recs-regression-2"]
    (slope, *rest), again = entry["printed"]["TOTCSQFT"], entry["recomputed"]["TOTCSQFT"]
    compare(
        "recs-regression-2",
        ours | {"TOTCSQFT": ours["TOTCSQFT"][1:]},
        {"(Intercept)": entry["printed"]["(Intercept)"], "TOTCSQFT": rest},
    )
    found = Decimal(ours["TOTCSQFT"][0])
    assert found.quantize(again[0], ROUND_HALF_UP).quantize(slope, ROUND_HALF_UP) == slope
    assert found.quantize(again[0], ROUND_DOWN) == again[0]
    compare("recs-regression-2", ours["TOTCSQFT"][1:], again[1:])


def test_recs_households(recs):
    million = float(recs.total("Region", of="answers").to_frame()["estimate"].sum()) / 1e6
    compare("recs-households", {"million": million})
    assert abs(million - float(entries()["recs-households"]["recomputed"]["million"])) <= 5e-6


# --- California schools: one-stage clusters, strata, calibration ------------------------------------------------


def test_api_mean(schools):
    assert schools.frame.n_psu == 15
    mean, se = numbers(only(schools.mean("api00").to_frame()), *ESTIMATE)
    compare("api-clus1-mean", {"mean": mean, "se": se})


def types(survey: sa.Survey) -> dict[str, list[float]]:
    counts = by_answer(survey.total("stype", of="answers"), *ESTIMATE)
    return {f"stype{name}": pair for name, pair in counts.items()}


def test_api_totals(schools):
    enroll = numbers(only(schools.total("enroll").to_frame()), *ESTIMATE)
    compare("api-clus1-totals", types(schools) | {"enroll": enroll})


def test_api_ratio(schools):
    def one(where: str | None) -> list[float]:
        return numbers(only(schools.ratio("api.stu", "enroll", where=where).to_frame()), *ESTIMATE)

    compare("api-clus1-ratio", {"all": one(None), "H": one("stype == 'H'")})


def test_api_quantiles(schools):
    """The printed limits are those of R `svyquantile` by default: our default too."""
    found = schools.quantile("api00", [0.25, 0.5, 0.75]).to_frame()
    columns = ("estimate", "conf_low", "conf_high", "std_error")
    ours = {f"{float(row['quantile']):g}": numbers(row, *columns) for _, row in found.iterrows()}
    compare("api-clus1-quantiles", ours)


def test_api_subgroups(schools):
    found = schools.mean(["ell", "meals"], by="stype").to_frame()
    ours: dict[str, Any] = {}
    for _, row in found.iterrows():
        ours.setdefault(row["stype"], {})[row["question"]] = numbers(row, *ESTIMATE)
    compare("api-clus1-subgroups", ours)


def test_api_regression(schools):
    model = schools.glm("api00 ~ ell + meals")
    assert set(model.to_frame()["df"]) == {12.0}
    compare("api-clus1-regression", by_term(model, *FIT, "p_value"))


def test_api_logistic(schools):
    model = schools.glm("`sch.wide` ~ ell + meals", family="quasibinomial")
    compare("api-clus1-logistic", by_term(model, *FIT, "p_value"))


def test_api_calibrated(schools):
    done = schools.calibrate({"1": 6194, "api99": 3914069})
    mean = numbers(only(done.mean("api00").to_frame()), *ESTIMATE)
    enroll = numbers(only(done.total("enroll").to_frame()), *ESTIMATE)
    ratio = numbers(only(done.ratio("api.stu", "enroll").to_frame()), *ESTIMATE)
    compare(
        "api-clus1-calibrated", types(done) | {"api00_mean": mean, "enroll_total": enroll, "ratio": ratio}
    )


def test_api_strata():
    survey = sa.read(shared("data", "california-api", "apistrat.csv"), strata="stype", weight="pw", fpc="fpc")
    mean, se = numbers(only(survey.mean("api00").to_frame()), *ESTIMATE)
    compare("api-strat-mean", {"mean": mean, "se": se})


# --- NHANES II: Taylor, half samples, jackknife -----------------------------------------------------------------


def test_nhanes_zinc(nhanes):
    assert nhanes.frame.n_psu == 62
    mean, se, low, high, df = numbers(
        only(nhanes.mean("zinc").to_frame()), *ESTIMATE, "conf_low", "conf_high", "df"
    )
    compare("nhanes2-zinc", {"mean": mean, "se": se, "ci": [low, high], "df": df})


def test_nhanes_zinc_by_race(nhanes):
    found = nhanes.mean("zinc", by="race", df="design").to_frame()
    ours = {str(row["race"]): numbers(row, *ESTIMATE, "conf_low", "conf_high") for _, row in found.iterrows()}
    compare("nhanes2-zinc-by-race", ours)


def replicated(file: str, degf: int, **replicates: Any) -> dict[str, Any]:
    """Ratio of weight to height; degrees of freedom as the source counts them, not as the rank of the weights."""
    survey = sa.read(
        shared("data", "nhanes2", f"{file}.csv.gz"), weight="finalwgt", replicates=replicates | {"degf": degf}
    )
    row = only(survey.ratio("weight", "height", df="design").to_frame())
    names = ("estimate", "std_error", "conf_low", "conf_high", "df")
    ratio, se, low, high, df = numbers(row, *names)
    return {"ratio": ratio, "se": se, "ci": [low, high], "df": df}


def test_nhanes_half_samples():
    """The printed limits deviate from the mean of the replicates; what was recomputed, from the estimate.

    The two differ by one unit in the last digit of the lower limit.
    """
    brr = {"columns": "brr_*", "method": "BRR"}
    compare("nhanes2-brr-ratio", replicated("nhanes2brr_subset", 16, **brr, mse=False))
    ours = replicated("nhanes2brr_subset", 16, **brr, mse=True)
    recomputed("nhanes2-brr-ratio", {"ratio": ours["ratio"], "se": ours["se"]})
    printed = entries()["nhanes2-brr-ratio"]["printed"]["ci"]
    assert max(abs(a - float(b)) for a, b in zip(ours["ci"], printed, strict=True)) < 1e-6


def test_nhanes_jackknife():
    """Scaled for two units a stratum; as an unstratified jackknife the same weights do not give the printed error."""
    name, columns = "nhanes2jk_subset", "jkw_*"
    ours = replicated(name, 61, columns=columns, method="JKn", rscales=0.5, mse=True)
    compare("nhanes2-jk-ratio", ours)
    unstratified = replicated(name, 61, columns=columns, method="JK1", scale=61 / 62, mse=True)
    names = entries()["nhanes2-jk-ratio"]["recomputed"]
    recomputed("nhanes2-jk-ratio", dict(zip(names, (ours["se"], unstratified["se"]), strict=True)))


# --- nothing is left out ----------------------------------------------------------------------------------------


def test_every_entry_has_its_test():
    """An entry added to the file fails here until a test names it."""
    text = Path(__file__).read_text(encoding="utf-8")
    missing = [identifier for identifier in entries() if f'"{identifier}"' not in text]
    assert not missing, missing


def test_how_many_numbers_were_compared(capsys):
    """Every printed scalar: `compare` fails on one that is missing."""
    count = sum(len(list(leaves(entry["printed"]))) for entry in entries().values())
    with capsys.disabled():
        print(f"\nprinted designs: {len(entries())} entries, {count} printed numbers")
    assert count > 200
