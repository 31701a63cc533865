"""Estimates, standard errors, covariances, df, design effects and intervals against R `survey`.

Which entries: id `taylor.<design>...`, method svymean, svytotal, svyratio, svyby or svyciprop. Each of them is
compared or named in LEFT_OUT; a count says so.

Tolerance 1e-9 relative (closed forms). One exception: svyciprop(method = "logit") is a quasibinomial glm in R,
which stops at a relative change of the deviance of 1e-8. The oracle folder advises 1e-6 for glm; 1e-8 holds. The same
formula without the glm, method = "xlogit", agrees to the last digits.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from oracles import harness

from survey_analysis.core.covariance import covariance, domain_df, zero_small_matrix
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio, total
from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.core.srs import deff

pytestmark = pytest.mark.oracle

DESIGNS = ("dsrs", "dstrat", "dstratwr", "dw", "dclus1", "dclus1wr", "dclus2", "dclus2wr", "dnh")
METHODS = ("svymean", "svytotal", "svyratio", "svyby", "svyciprop")
LEFT_OUT = re.compile(r"_likelihood$")  # iterated: tests/estimation/test_intervals.py
CLOSED, GLM = 1e-9, 1e-8
NAME = f"(?:{'|'.join(DESIGNS)})\\b"


def selected() -> dict[str, dict[str, Any]]:
    return {
        i: e
        for i, e in harness.entries("01_taylor").items()
        if i.split(".")[1] in DESIGNS and i.startswith("taylor.") and e["method"].startswith(METHODS)
    }


@dataclass(frozen=True)
class Asked:
    """What a call asks for."""

    statistic: str
    y: np.ndarray
    x: np.ndarray
    frame: DesignFrame
    groups: harness.Groups | None
    rows: np.ndarray
    replacement: str
    call: str


def parse(call: str, frame: DesignFrame | None = None) -> Asked:
    """Read variables, domains and design from the call of an entry."""
    text = re.sub(r"\s+", " ", call)
    by = re.search(rf"svyby\(~(.+?), ~(.+?), (?:denominator = ~(.+?), )?({NAME}), (svy\w+)", text)
    pair = re.search(rf"svyratio\(~(.+?), ~(.+?), ({NAME})", text)
    one = re.search(rf"(svymean|svytotal|svyciprop)\(~(.+?), ({NAME})[,)]", text)
    if by:
        y, grouping, x, name, statistic = by.groups()
    elif pair:
        (y, x, name), grouping, statistic = pair.groups(), None, "svyratio"
    elif one:
        (statistic, y, name), x, grouping = one.groups(), None, None
    else:
        raise AssertionError(f"no pattern reads this call: {text}")
    design = harness.design(name)
    top = harness.terms(y, design.table).values
    base = np.ones_like(top) if x is None else harness.terms(x, design.table).values
    if x is not None:  # R: numerators run fastest
        top, base = np.tile(top, base.shape[1]), np.repeat(base, top.shape[1], axis=1)
    used = ~(np.isnan(top) | np.isnan(base)).any(axis=1)
    if not used.all():
        assert "na.rm = TRUE" in text, f"missing values without na.rm: {text}"
    found = harness.groups(grouping, design.table) if grouping else None
    rows = found.member if found else np.ones((len(used), 1), dtype=bool)
    inside = used[:, None]
    if found:
        inside = np.concatenate([found.member & inside] * top.shape[1], axis=1)
        top, base = (np.repeat(v, found.member.shape[1], axis=1) for v in (top, base))
    top, base = (np.where(inside, np.nan_to_num(v), 0.0) for v in (top, base))
    replacement = "with" if re.search("deff = .replace.", text) else "without"
    return Asked(statistic, top, base, frame or design.frame, found, rows, replacement, text)


def estimate(a: Asked) -> tuple[np.ndarray, np.ndarray]:
    w = a.frame.weight
    theta, z = total(a.y, w) if a.statistic == "svytotal" else ratio(a.y, a.x, w)
    v = covariance(z, a.frame)
    scale = np.abs(theta) if a.statistic == "svytotal" else np.abs(a.y).max(axis=0)
    return theta, zero_small_matrix(v, scale)


def compare(entry: dict[str, Any], worst: harness.Worst, frame: DesignFrame | None = None) -> Counter[str]:
    """Compare all that an entry gives; returns how many values of each kind."""
    a = parse(entry["call"], frame)
    if "svyciprop" in a.call:
        return compare_ciprop(entry, a, worst)
    theta, v = estimate(a)
    se = np.sqrt(np.diag(v))
    family = entry["method"].split()[0].strip(",")
    values, done = entry["values"], Counter[str]()
    statistic = {"svymean": "mean", "svyratio": "ratio", "svytotal": "total"}[a.statistic]
    effect = deff(np.diag(v), a.y, a.x, a.frame.weight, statistic=statistic, replacement=a.replacement)
    df = float(a.frame.design_df)
    outer = np.outer(se, se)
    ours: dict[str, tuple[Any, Any]] = {
        "estimate": (theta, 0.0),
        "se": (se, 0.0),
        "vcov": (v, 1e-3 * outer),
        "ci_normal": (np.column_stack(t_interval(theta, np.diag(v), np.inf)), np.repeat(np.abs(theta), 2)),
        "ci_t": (np.column_stack(t_interval(theta, np.diag(v), df)), np.repeat(np.abs(theta), 2)),
        "df": (df, 0.0),
        "deff": (effect, 1e-12),
    }
    for key, given in values.items():
        if key in ours:
            mine, scale = ours[key]
            if key == "vcov" and not isinstance(given, dict):
                mine, scale = np.diag(v), 0.0
            worst.check(f"{family}.{key}", f"{entry['id']} {key}", mine, given, scale=scale, tolerance=CLOSED)
            done[key] += 1
        elif key == "groups":
            check_groups(a, given)
            done[key] += 1
        elif key == "table":
            done += compare_table(entry, a, worst, {"est": theta, "se": se, "deff": effect})
        else:
            assert key == "level", f"{entry['id']}: '{key}' was not compared"
    return done


def check_groups(a: Asked, given: dict[str, list[Any]]) -> None:
    assert a.groups is not None
    theirs = list(zip(*given.values(), strict=True))
    assert [tuple(map(str, g)) for g in a.groups.labels] == [tuple(map(str, g)) for g in theirs]


def compare_table(
    entry: dict[str, Any], a: Asked, worst: harness.Worst, mine: dict[str, np.ndarray]
) -> Counter[str]:
    """The columns of the data frame that svyby gives: estimates, then se, ci, cv, var, DEff of each variable."""
    assert a.groups is not None
    g = len(a.groups.labels)
    parts = {key: value.reshape(-1, g) for key, value in mine.items()}
    low, high = t_interval(parts["est"], parts["se"] ** 2, np.inf)
    cv = np.divide(parts["se"], parts["est"], out=np.full_like(low, np.nan), where=parts["est"] != 0)
    kinds = {
        "se": parts["se"],
        "ci_l": low,
        "ci_u": high,
        "cv": cv,
        "var": parts["se"] ** 2,
        "DEff": parts["deff"],
    }
    names = [name for name in entry["values"]["table"] if name not in entry["values"].get("groups", {})]
    if "groups" not in entry["values"]:
        names = names[1:]
    seen: Counter[str] = Counter()
    for name in names:
        kind = re.fullmatch(r"(se|ci_l|ci_u|cv|var|DEff)(\..+)?", name)
        key = kind[1] if kind else "estimate"
        column = (kinds[key] if kind else parts["est"])[seen[key]]
        seen[key] += 1
        where = f"{entry['id']} table {name}"
        scale = np.abs(parts["est"]).max() if key in {"ci_l", "ci_u"} else 0.0
        worst.check(
            f"svyby.{key}", where, column, entry["values"]["table"][name], scale=scale, tolerance=CLOSED
        )
    return Counter({f"table {k}": n for k, n in seen.items()})


def compare_ciprop(entry: dict[str, Any], a: Asked, worst: harness.Worst) -> Counter[str]:
    """svyciprop, alone or in svyby. R takes rows and df of the subset before missing values are dropped."""
    theta, v = estimate(replace(a, statistic="svymean"))
    method = re.search(r'method = "(\w+)"', a.call)[1]
    level = float((re.search(r"level = ([\d.]+)", a.call) or [0, "0.95"])[1])
    df, rows = domain_df(a.rows, a.frame), a.rows.sum(axis=0)
    ours = {"mean": "t"}.get(method, method)
    got = interval(theta, np.diag(v), df, n=rows, n_effective=rows, level=level, method=ours)
    tolerance = GLM if method == "logit" else CLOSED
    limits = np.concatenate([got.low, got.high])
    values = entry["values"]
    if a.groups:
        check_groups(a, {"race": values["race"]})
        estimates, theirs, se = values["HI_CHOL"], values["ci_l"] + values["ci_u"], None
    else:
        estimates, theirs, se = values["estimate"], values["ci"], values["se"]
    scale = np.abs(limits).max()
    worst.check("svyciprop.estimate", entry["id"], theta, estimates, tolerance=tolerance)
    worst.check(f"svyciprop.{method}", entry["id"], limits, theirs, scale=scale, tolerance=tolerance)
    if se is not None:
        worst.check("svyciprop.se", entry["id"], np.sqrt(np.diag(v)), se, tolerance=tolerance)
    return Counter({"ci": 1, "estimate": 1})


def test_every_selected_entry_is_compared(capsys):
    worst, done, left = harness.Worst(), Counter(), []
    failures = []
    for identifier, entry in selected().items():
        if LEFT_OUT.search(identifier):
            left.append(identifier)
            continue
        try:
            counted = compare(entry, worst)
        except AssertionError as error:
            failures.append(str(error).splitlines()[0])
            continue
        assert counted, f"{identifier}: nothing was compared"
        done["entries"] += 1
        done.update(counted)
    with capsys.disabled():
        print(f"\nR survey, {done['entries']} entries ({len(left)} left out: likelihood); worst difference:")
        print(worst.lines())
    assert not failures, "\n".join(failures)
    assert done["entries"] + len(left) == len(selected()) == 226
    assert len(left) == 18


@pytest.mark.parametrize(
    "identifier", ["taylor.dstrat.mean", "taylor.dclus1.by_prop", "taylor.dnh.ciprop_beta"]
)
def test_one_changed_weight_is_noticed(identifier):
    entry = harness.entries("01_taylor")[identifier]
    frame = parse(entry["call"]).frame
    weight = frame.weight.copy()
    weight[3] *= 1.01
    compare(entry, harness.Worst())
    with pytest.raises(AssertionError, match="relative"):
        compare(entry, harness.Worst(), replace(frame, weight=weight))


def test_confidence_level_other_than_95():
    entry = harness.entries("01_taylor")["taylor.dnh.confint99"]
    a = parse(entry["call"])
    theta, v = estimate(a)
    limits = t_interval(theta, np.diag(v), a.frame.design_df, 0.99)
    np.testing.assert_allclose(np.ravel(limits), harness.numbers(entry["values"]), rtol=CLOSED)


def test_subpopulation_df_and_estimates():
    values = harness.entries("01_taylor")["taylor.dnh.sub"]["values"]
    d = harness.design("dnh")
    sex, age = d.table.factor("RIAGENDR"), d.table.factor("agecat")
    member = (sex.codes == sex.levels.index(2)) & (age.codes != age.levels.index("(0,19]"))
    assert domain_df(member, d.frame)[0] == values["degf"]
    y = d.table["HI_CHOL"]
    x = (member & ~np.isnan(y)).astype(float)
    theta, z = ratio(np.where(x > 0, y, 0.0), x, d.frame.weight)
    np.testing.assert_allclose(theta, harness.numbers(values["mean"]["estimate"]), rtol=CLOSED)
    np.testing.assert_allclose(
        covariance(z, d.frame).ravel(), harness.numbers(values["mean"]["vcov"]), rtol=CLOSED
    )
