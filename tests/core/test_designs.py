"""Designs against R `survey`: stages, unequal probabilities, strata with one unit, subpopulations.

Every entry of `01_taylor` about such a design is compared; `dclus2` is in `test_oracle_taylor`. What R was not
asked there is compared with a formula by hand: three stages, Yates-Grundy, exact joint probabilities.
"""

from __future__ import annotations

import re
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import harness

from survey_analysis.core.covariance import covariance, domain_df, satterthwaite_df
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio, total
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.pps import joint_covariance
from survey_analysis.core.srs import deff
from survey_analysis.core.stages import StageColumns
from survey_analysis.errors import DesignError, LonelyPsuError, WeightError

CLOSED = 1e-9
ENTRIES = re.compile(r"taylor\.(dmu|dpps_\w+|lonely|domain_lonely|dstratsub|dnh\.sub)\b")


def lone(certain: bool) -> harness.Table:
    """Rows of `lone` and `lonecert` in the reference scripts: 20 E, one H, 15 M."""
    t = harness.table("apistrat")
    level = np.array(t["stype"], dtype=object)
    rows = np.concatenate(
        [
            np.flatnonzero(level == "E")[:20],
            np.flatnonzero(level == "H")[:1],
            np.flatnonzero(level == "M")[:15],
        ]
    )
    columns = {name: column[rows] for name, column in t.columns.items()}
    sizes = {"E": 4421.0, "H": 1.0 if certain else 755.0, "M": 1018.0}
    counts = {"E": 20, "H": 1, "M": 15}
    columns["fpc"] = np.array([sizes[s] for s in columns["stype"]])
    columns["pw"] = np.array([sizes[s] / counts[s] for s in columns["stype"]])
    return harness.Table(columns, t.factors)


def frame_of(name: str, rule: str = "error", domain: bool = False) -> tuple[harness.Table, DesignFrame]:
    """Table and frame of a design that is not in the harness."""
    p = harness.table("election_pps")
    if name in ("dlone", "dlonef", "dlonecert"):
        t = lone(name == "dlonecert")
        fpc = None if name == "dlone" else t["fpc"]
        return t, DesignFrame.of(t["pw"], stratum=t["stype"], fpc=fpc, lonely=rule)
    if name == "dmu":
        t = harness.table("mu284")
        later = [StageColumns(t["id2"], fpc=t["n2"])]
        return t, DesignFrame.of(None, psu=t["id1"], fpc=t["n1"], later=later)
    if name == "dpps_wr":
        return p, DesignFrame.of(p["wt"])
    if name in ("dpps_br", "dpps_over", "dpps_hr1"):
        rules = {
            "dpps_br": "brewer",
            "dpps_over": "overton",
            "dpps_hr1": {"method": "hartley-rao", "sum_p2": float((p["p"] ** 2).sum() / 40)},
        }
        return p, DesignFrame.of(None, fpc=p["p"], pps=rules[name])
    if name == "dstratsub":
        return harness.design("dstrat").table, harness.design("dstrat").frame
    t = harness.design("dnh").table
    return t, DesignFrame.of(
        t["WTMEC2YR"], stratum=t["SDMVSTRA"], psu=t["SDMVPSU"], nest=True, lonely=rule, lonely_domain=domain
    )


def subset(name: str, t: harness.Table) -> np.ndarray:
    """Rows of a subpopulation."""
    is_level = lambda column, level: t.factor(column).codes == t.factor(column).levels.index(level)  # noqa: E731
    if name == "dnhs":
        return is_level("RIAGENDR", 2) & ~is_level("agecat", "(0,19]")
    if name == "ddom":
        return is_level("race", 4) & is_level("agecat", "(59,Inf]") & (t["HI_CHOL"] == 1)
    if name == "dstratsub":
        return is_level("comp.imp", "Yes")
    return np.ones(t.n, dtype=bool)


class Check:
    """One call of `sv()`, `svyratio` or `svyby` in an entry, and what R gave for it."""

    def __init__(self, worst: harness.Worst, where: str) -> None:
        self.worst, self.where, self.done = worst, where, 0

    def value(self, key: str, ours: Any, theirs: Any, scale: Any = 0.0) -> None:
        self.worst.check(key, f"{self.where} {key}", ours, theirs, scale=scale, tolerance=CLOSED)
        self.done += 1

    def estimate(
        self, statistic: str, formula: str, t: harness.Table, frame: DesignFrame, rows: np.ndarray, given: Any
    ) -> None:
        """svymean or svytotal with all that `sv()` reports."""
        y = harness.terms(formula, t).values
        used = rows & ~np.isnan(y).any(axis=1)
        y = np.where(used[:, None], np.nan_to_num(y), 0.0)
        x = np.broadcast_to(used[:, None].astype(float), y.shape)
        theta, z = ratio(y, x, frame) if statistic == "svymean" else total(y, frame)
        v = covariance(z, frame)
        variance, df = np.diag(v), float(domain_df(rows, frame)[0])
        size = np.repeat(np.abs(theta), 2)
        kind = "mean" if statistic == "svymean" else "total"
        ours = {
            "estimate": (theta, 0.0),
            "se": (np.sqrt(variance), 0.0),
            "vcov": (v, 1e-3 * np.sqrt(np.outer(variance, variance))),
            "ci_normal": (np.column_stack(t_interval(theta, variance, np.inf)), size),
            "ci_t": (np.column_stack(t_interval(theta, variance, df)), size),
            "df": (df, 0.0),
            "deff": (deff(variance, y, x, frame.weight, statistic=kind), 0.0),
        }
        for key, theirs in given.items():
            if key != "level":
                self.value(key, ours[key][0], theirs, ours[key][1])


def compare(identifier: str, entry: dict[str, Any], worst: harness.Worst) -> int:
    """Compare all scalars of one entry; how many values were compared."""
    call, values, check = re.sub(r"\s+", " ", entry["call"]), entry["values"], Check(worst, identifier)
    name = re.search(r"\b(dmu|dpps_\w+|dlone\w*|ddom|dnhs|dstratsub)\b", call)[1]
    rule = entry["options"]["survey.lonely.psu"].replace("fail", "error")
    t, frame = frame_of(name, rule, bool(entry["options"]["survey.adjust.domain.lonely"]))
    rows = subset(name, t)
    if "svyratio" in call:
        y, x = (t[c] for c in re.search(r"svyratio\(~(\w+), ~(\w+)", call).groups())
        theta, z = ratio(y, x, frame)
        check.value("estimate", theta, values["estimate"])
        check.value("se", np.sqrt(np.diag(covariance(z, frame))), values["se"])
        return check.done
    asked = re.findall(r"sv\((svymean|svytotal)\(~(.+?), \w+[,)]", call)
    if "estimate" in values:
        check.estimate(*asked[0], t, frame, rows, values)
        return check.done
    for (statistic, formula), key in zip(
        asked, [k for k in values if k not in ("degf", "n", "by")], strict=True
    ):
        check.estimate(statistic, formula, t, frame, rows, values[key])
    if "n" in values:
        check.value("n", rows.sum(), values["n"])
    check.value("degf", domain_df(rows, frame), values["degf"])
    if "by" in values:
        found = harness.groups("sch.wide", t)
        theta, z = ratio(t["api00"][:, None] * found.member, found.member.astype(float), frame)
        check.value("by.estimate", theta, values["by"]["estimate"])
        check.value("by.se", np.sqrt(np.diag(covariance(z, frame))), values["by"]["se"])
    return check.done


@pytest.mark.oracle
def test_every_entry_about_these_designs_is_compared(capsys):
    worst, done, failures, refused = harness.Worst(), 0, [], []
    chosen = {i: e for i, e in harness.entries("01_taylor").items() if ENTRIES.match(i)}
    for identifier, entry in chosen.items():
        if "error" in entry["values"]:
            with pytest.raises(LonelyPsuError, match="'H'"):
                compare(identifier, entry | {"values": {"degf": 0, "mean": {}, "total": {}}}, worst)
            refused.append(identifier)
            continue
        try:
            done += compare(identifier, entry, worst)
        except AssertionError as error:
            failures.append(str(error).splitlines()[0])
    with capsys.disabled():
        print(f"\nR survey designs, {len(chosen)} entries, {done} values, {len(refused)} errors as in R:")
        print(worst.lines())
    assert not failures, "\n".join(failures)
    assert refused == ["taylor.lonely.fail.dlone", "taylor.lonely.fail.dlonef"]
    assert len(chosen) == 31


def by_recursion(z: np.ndarray, units: list[np.ndarray], fractions: list[np.ndarray]) -> float:
    """Variance of an unstratified design of any number of stages, unit by unit (Saerndal et al. 4.3.1)."""
    labels = np.unique(units[0])
    sums = np.array([z[units[0] == u].sum() for u in labels])
    f = fractions[0][0]
    own = (1 - f) * len(labels) * sums.var(ddof=1) if len(labels) > 1 else 0.0
    if len(units) == 1:
        return own
    inner = 0.0
    for u in labels:
        inside = units[0] == u
        inner += by_recursion(z[inside], [x[inside] for x in units[1:]], [x[inside] for x in fractions[1:]])
    return own + f * inner


def test_three_stages_are_the_recursion():
    rng = np.random.default_rng(5)
    a, b, c = (x.ravel() for x in np.meshgrid(range(4), range(3), range(2), indexing="ij"))
    f1, f2, f3 = np.full(24, 0.2), np.array([0.3, 0.5, 0.25, 0.75])[a], np.where((a + b) % 2, 0.5, 0.25)
    later = [StageColumns(b, fpc=f2), StageColumns(c, fpc=f3)]
    frame = DesignFrame.of(None, psu=a, fpc=f1, later=later)
    np.testing.assert_allclose(frame.weight, 1 / (f1 * f2 * f3))
    _, z = ratio(rng.normal(size=24), np.ones(24), frame)
    ours = float(covariance(z, frame)[0, 0])
    unit = [a, a * 3 + b, np.arange(24)]
    np.testing.assert_allclose(ours, by_recursion(z[:, 0], unit, [f1, f2, f3]), rtol=CLOSED)


def test_strata_of_a_later_stage():
    """Second-stage strata inside each unit: the sum of the variances of the strata."""
    psu = np.repeat([1, 2, 3], 8)
    stratum, unit = np.tile(np.repeat([0, 1], 4), 3), np.tile(np.arange(8), 3)
    y = np.random.default_rng(8).normal(size=24)
    later = [StageColumns(unit, stratum, np.full(24, 0.5))]
    frame = DesignFrame.of(None, psu=psu, fpc=np.full(24, 0.1), later=later)
    _, z = total(y, frame)
    one = DesignFrame.of(frame.weight, psu=psu, fpc=np.full(24, 0.1))
    inner = sum(0.5 * 4 * z[(psu == p) & (stratum == h), 0].var(ddof=1) for p in (1, 2, 3) for h in (0, 1))
    expected = covariance(z, one)[0, 0] + 0.1 * inner
    np.testing.assert_allclose(covariance(z, frame)[0, 0], expected, rtol=CLOSED)


def exact_design() -> tuple[np.ndarray, np.ndarray, list[tuple[tuple[int, ...], float]]]:
    """Successive draws of 2 of 4 units: probabilities of samples, first-order and joint."""
    size = np.array([0.1, 0.2, 0.3, 0.4])
    chance: dict[tuple[int, ...], float] = {}
    for i, j in permutations(range(4), 2):
        key = tuple(sorted((i, j)))
        chance[key] = chance.get(key, 0.0) + size[i] * size[j] / (1 - size[i])
    joint = np.zeros((4, 4))
    for (i, j), p in chance.items():
        joint[i, j] = joint[j, i] = p
        joint[i, i] += p
        joint[j, j] += p
    return np.diag(joint).copy(), joint, list(chance.items())


@pytest.mark.parametrize("variance", ["yates-grundy", "horvitz-thompson"])
def test_exact_joint_probabilities_are_unbiased(variance):
    """Over all samples of a design the mean of the variance estimates is the variance of the estimates."""
    p, joint, samples = exact_design()
    y = np.array([3.0, 1.0, 4.0, 9.0])
    truth = sum(c * (sum(y[i] / p[i] for i in s) - y.sum()) ** 2 for s, c in samples)
    mean = 0.0
    for s, c in samples:
        rows = list(s)
        pps = {"joint": joint[np.ix_(rows, rows)], "variance": variance}
        frame = DesignFrame.of(None, pps=pps)
        np.testing.assert_allclose(frame.weight, 1 / p[rows])
        _, z = total(y[rows], frame)
        kernel = joint_covariance(z, frame.pps, frame.levels[0], "error", may_be_negative=True)
        if kernel[0, 0] >= 0:
            np.testing.assert_array_equal(covariance(z, frame), kernel)
        mean += c * float(kernel[0, 0])
    np.testing.assert_allclose(mean, truth, rtol=CLOSED)


@pytest.mark.parametrize("method", ["overton", "hartley-rao"])
@pytest.mark.parametrize("variance", ["horvitz-thompson", "yates-grundy"])
def test_approximations_equal_their_matrix(method, variance):
    """The forms without a matrix give what the matrix of the approximated joint probabilities gives."""
    rng = np.random.default_rng(11)
    stratum = np.repeat([0, 1], [6, 5])
    p = rng.uniform(0.1, 0.9, 11)
    n = np.array([6.0, 5.0])[stratum]
    pair = p[:, None] + p[None, :]
    c = np.array([p[stratum == h].mean() for h in (0, 1)])[stratum][:, None]
    bracket = 1 - pair / 2 if method == "overton" else 1 - pair + c
    D = np.where(stratum[:, None] == stratum[None, :], -bracket / (n - 1)[:, None], 0.0)
    np.fill_diagonal(D, 1 - p)
    joint = np.outer(p, p) / (1 - D)
    np.fill_diagonal(joint, p)
    y = np.column_stack([rng.normal(50, 5, 11), rng.normal(5, 2, 11)])
    short = DesignFrame.of(None, stratum=stratum, fpc=p, pps={"method": method, "variance": variance})
    _, z = ratio(y, np.ones_like(y), short)
    sums = z.T @ D @ z
    expected = sums if variance == "horvitz-thompson" else sums - z.T @ (D.sum(axis=1)[:, None] * z)
    np.testing.assert_allclose(covariance(z, short), expected, rtol=CLOSED)
    whole = DesignFrame.of(None, stratum=stratum, pps={"joint": joint, "variance": variance})
    if joint.max() <= 1:
        np.testing.assert_allclose(covariance(z, whole), expected, rtol=CLOSED)


def test_joint_probabilities_follow_the_order_of_the_file():
    """Clusters: the matrix lists units as they first occur, whatever their labels sort to."""
    p, joint, _ = exact_design()
    psu = np.array(["z", "z", "b", "m", "m", "m", "a"])
    y = np.arange(7.0)
    _, z = total(y, (1 / p)[[0, 0, 1, 2, 2, 2, 3]])
    pps = {"joint": joint, "variance": "yates-grundy"}
    frame = DesignFrame.of(None, psu=psu, pps=pps)
    np.testing.assert_allclose(frame.weight, (1 / p)[[0, 0, 1, 2, 2, 2, 3]])
    sums = np.array([z[psu == u].sum() for u in "zbma"])
    elements = DesignFrame.of(None, pps=pps)
    np.testing.assert_allclose(covariance(z, frame), covariance(sums, elements), rtol=CLOSED)


def designs(draw: Any) -> tuple[dict[str, Any], np.ndarray, int]:
    """A two-stage design in strata, labels of rows in any order."""
    shape = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    stratum = np.concatenate([np.full(m * 3, h) for h, m in enumerate(shape)])
    psu = np.concatenate([np.repeat(np.arange(m), 3) for m in shape]) + 10 * stratum
    unit = np.tile(np.arange(3), sum(shape))
    seed = draw(st.integers(0, 2**31))
    rng = np.random.default_rng(seed)
    f1 = rng.uniform(0.05, 0.9, len(shape))[stratum]
    f2 = rng.uniform(0.05, 0.9, 100)[psu]
    return (
        {"stratum": stratum, "psu": psu, "fpc": f1, "unit": unit, "f2": f2},
        rng.normal(size=len(psu)),
        seed,
    )


def frame_from(d: dict[str, Any]) -> DesignFrame:
    later = [StageColumns(d["unit"], fpc=d["f2"])]
    return DesignFrame.of(None, stratum=d["stratum"], psu=d["psu"], fpc=d["fpc"], later=later)


def variance_of(y: np.ndarray, frame: DesignFrame) -> float:
    _, z = ratio(y, np.ones_like(y), frame)
    return float(covariance(z, frame)[0, 0])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_row_order_and_labels_do_not_matter(data):
    d, y, seed = designs(data.draw)
    order = np.random.default_rng(seed + 1).permutation(len(y))
    first = variance_of(y, frame_from(d))
    moved = {k: v[order] for k, v in d.items()}
    np.testing.assert_allclose(variance_of(y[order], frame_from(moved)), first, rtol=CLOSED)
    renamed = d | {"psu": [f"u{97 - p}" for p in d["psu"]], "unit": [f"{(7 * u) % 5}" for u in d["unit"]]}
    np.testing.assert_allclose(variance_of(y, frame_from(renamed)), first, rtol=CLOSED)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_stages_that_add_nothing(data):
    d, y, _ = designs(data.draw)
    two = frame_from(d)
    one = DesignFrame.of(two.weight, stratum=d["stratum"], psu=d["psu"], fpc=d["fpc"])
    all_taken = frame_from(d | {"f2": np.ones(len(y))})
    with_weights = DesignFrame.of(
        two.weight, stratum=d["stratum"], psu=d["psu"], later=[StageColumns(d["unit"], fpc=None)]
    )
    bare = DesignFrame.of(two.weight, stratum=d["stratum"], psu=d["psu"])
    _, z = ratio(y, np.ones_like(y), two)
    assert covariance(z, two)[0, 0] > covariance(z, one)[0, 0]
    np.testing.assert_array_equal(covariance(z, all_taken), covariance(z, one))
    np.testing.assert_array_equal(covariance(z, with_weights), covariance(z, bare))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_certainty_strata_add_nothing(data):
    d, y, _ = designs(data.draw)
    f = np.where(d["stratum"] == 0, 1.0, d["fpc"])
    frame = DesignFrame.of(1 / f, stratum=d["stratum"], psu=d["psu"], fpc=f)
    _, z = total(y, frame)
    rest = np.where((d["stratum"] == 0)[:, None], 0.0, z)
    np.testing.assert_array_equal(covariance(z, frame), covariance(rest, frame))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(["remove", "adjust", "average", "certainty"]))
def test_a_rule_without_lonely_strata_changes_nothing(seed, rule):
    rng = np.random.default_rng(seed)
    stratum = np.repeat([0, 1, 2], 5)
    y = rng.normal(size=15)
    plain = DesignFrame.of(np.ones(15), stratum=stratum)
    ruled = DesignFrame.of(np.ones(15), stratum=stratum, lonely=rule)
    np.testing.assert_array_equal(variance_of(y, ruled), variance_of(y, plain))


def test_brewer_with_equal_probabilities_is_the_fpc():
    y = np.arange(12.0) ** 1.5
    f = np.full(12, 0.3)
    equal, brewer = (DesignFrame.of(None, fpc=f, pps=pps) for pps in (None, "brewer"))
    assert variance_of(y, equal) == variance_of(y, brewer)


def test_rules_by_hand():
    """Strata of 3, 1 and 2 units; the total of y."""
    stratum, y = np.array([0, 0, 0, 1, 2, 2]), np.array([1.0, 2.0, 6.0, 5.0, 3.0, 4.0])
    known = 3 * y[:3].var(ddof=1) + 2 * y[4:].var(ddof=1)
    expected = {"remove": known, "certainty": known, "adjust": known + 25.0, "average": known * 3 / 2}
    for rule, value in expected.items():
        frame = DesignFrame.of(np.ones(6), stratum=stratum, lonely=rule)
        _, z = total(y, frame)
        np.testing.assert_allclose(covariance(z, frame)[0, 0], value, rtol=CLOSED)


def test_average_counts_the_strata_of_the_domain():
    """A stratum of zeros is in the domain of a total; `member` says so."""
    stratum = np.array([0, 0, 1, 2, 2])
    frame = DesignFrame.of(np.ones(5), stratum=stratum, lonely="average")
    _, z = total(np.array([1.0, 3.0, 2.0, 0.0, 0.0]), frame)
    assert covariance(z, frame, member=np.ones(5, dtype=bool))[0, 0] == pytest.approx(4.0 * 3 / 2)
    assert covariance(z, frame)[0, 0] == pytest.approx(4.0 * 2 / 1)


def test_lonely_units_at_a_later_stage_are_named():
    psu, unit = [1, 1, 2, 3, 3], [1, 2, 1, 1, 2]
    later = [StageColumns(unit, fpc=[4, 4, 3, 4, 4])]
    frame = DesignFrame.of(None, psu=psu, fpc=[10] * 5, later=later)
    with pytest.raises(LonelyPsuError, match=r"in unit '2' \(stage 2\)"):
        variance_of(np.arange(5.0), frame)
    ruled = DesignFrame.of(None, psu=psu, fpc=[10] * 5, later=later, lonely="remove")
    assert variance_of(np.arange(5.0), ruled) > 0


def test_satterthwaite_uses_all_stages():
    d, y, _ = two_stage_example()
    frame = frame_from(d)
    a = np.arange(len(y)) % 2 == 0
    _, z = ratio(np.column_stack([y * a, y * ~a]), np.column_stack([a, ~a]).astype(float), frame)
    df = satterthwaite_df(z[:, 0] - z[:, 1], a, ~a, frame)
    assert 0 < df <= frame.design_df


def two_stage_example() -> tuple[dict[str, Any], np.ndarray, int]:
    stratum = np.repeat([0, 1], 9)
    psu = np.repeat(np.arange(6), 3)
    f = np.full(18, 0.4)
    d = {"stratum": stratum, "psu": psu, "fpc": f, "unit": np.tile(np.arange(3), 6), "f2": f}
    return d, np.random.default_rng(3).normal(size=18), 3


def test_weights_come_from_the_fractions():
    frame = DesignFrame.of(None, stratum=["a", "a", "b"], fpc=[10, 10, 4], lonely="remove")
    assert frame.weight.tolist() == [5.0, 5.0, 4.0]
    assert DesignFrame.of(None, fpc=[0.5, 0.25], pps="brewer").weight.tolist() == [2.0, 4.0]


REFUSED = {
    "later stage without fpc": (
        {"weight": [1] * 4, "psu": [1, 1, 2, 2], "fpc": [9] * 4, "later": [StageColumns([1, 2, 1, 2])]},
        DesignError, "stage 2 has no fpc",
    ),
    "fpc of a later stage alone": (
        {"weight": [1] * 4, "psu": [1, 1, 2, 2], "later": [StageColumns([1, 2, 1, 2], fpc=[9] * 4)]},
        DesignError, "stage 2 has an fpc although",
    ),
    "no weight and no fpc": ({"weight": None}, WeightError, "no fpc to make them from"),
    "count below the sample at stage 2": (
        {"weight": None, "psu": [1, 1, 2, 2], "fpc": [9] * 4, "later": [StageColumns([1, 2, 1, 2], fpc=[1, 1, 3, 3])]},
        DesignError, r"in unit '1' \(stage 2\) is smaller than its sample",
    ),
    "probability above one": ({"weight": None, "fpc": [2, 3], "pps": "brewer"}, DesignError, "above 1"),
    "PPS without probabilities": ({"weight": [1, 1], "pps": "overton"}, DesignError, "inclusion probability"),
    "unknown method": ({"weight": [1, 1], "pps": "brewster"}, DesignError, "no PPS method 'brewster'"),
    "unknown rule": ({"weight": [1, 1], "lonely": "fail"}, DesignError, "no rule 'fail'"),
    "lonely_domain alone": ({"weight": [1, 1], "lonely_domain": True}, DesignError, "needs a rule"),
    "sum_p2 elsewhere": (
        {"weight": None, "fpc": [0.5, 0.5], "pps": {"method": "overton", "sum_p2": 1}}, DesignError, "no use",
    ),
    "one sum_p2 for two strata": (
        {"weight": None, "stratum": [1, 1, 2, 2], "fpc": [0.5] * 4, "pps": {"method": "hartley-rao", "sum_p2": 0.4}},
        DesignError, "2 strata",
    ),
    "matrix of another size": ({"weight": [1] * 3, "pps": np.eye(2)}, DesignError, "the design has 3 units"),
    "matrix with zeros": ({"weight": None, "pps": np.eye(2)}, DesignError, "above 0"),
    "joint probabilities in two stages": (
        {"weight": None, "psu": [1, 1, 2, 2], "fpc": [0.5] * 4, "pps": "overton", "later": [StageColumns([1, 2, 1, 2], fpc=[0.5] * 4)]},
        DesignError, "for one stage",
    ),
    "unit in two strata at stage 2": (
        {"weight": None, "psu": [1, 1, 2, 2], "fpc": [9] * 4, "later": [StageColumns([1, 1, 1, 2], ["x", "y", "x", "x"], [9] * 4)]},
        DesignError, "more than one stratum",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_an_error_with_a_hint(case):
    arguments, kind, text = REFUSED[case]
    arguments = dict(arguments)
    with pytest.raises(kind, match=text):
        covariance(
            np.ones(len(arguments.get("fpc", [1, 1]))), DesignFrame.of(arguments.pop("weight"), **arguments)
        )


def test_a_negative_variance_is_an_error_not_zero():
    """Horvitz-Thompson with y in proportion to the probabilities: the total is certain, the estimates are not 0."""
    p, joint, samples = exact_design()
    negative = 0
    for s, _ in samples:
        rows = list(s)
        frame = DesignFrame.of(None, pps=joint[np.ix_(rows, rows)])
        _, z = total(p[rows], frame)
        D = 1 - np.outer(p[rows], p[rows]) / frame.pps.joint
        np.fill_diagonal(D, 1 - p[rows])
        if D.sum() < 0:
            negative += 1
            with pytest.raises(DesignError, match="is negative") as caught:
                covariance(z, frame)
            assert "yates-grundy" in caught.value.hint
    assert negative
