"""A plan in words: people needed, the difference that can be found, and how both were computed."""

from __future__ import annotations

import math

import pandas as pd

from survey_analysis.results.plan import PlanData
from survey_analysis.wording.captions import Caption
from survey_analysis.wording.numbers import count, fixed, number, percent
from survey_analysis.wording.phrases import listed

NOBODY = "A plan: no people were surveyed."


def sentence_plan(data: PlanData) -> str:
    """What the plan asks for, or what it can find, in sentences."""
    slowest = _slowest(data)
    under = _under(data)
    if data.solved == "n":
        base = f"{count(math.ceil(float(slowest['n_base'])))} {_base(slowest)}"
        found = size(data, float(slowest["difference"]))
        said = [
            f"To find {found} between {_pair(slowest)} with {percent(data.power)} power takes {base}{under}.",
            f"That is {count(data.n)} people analysed{_more(data)}.",
        ]
    else:
        smallest = data.main["detectable"]
        worst = float(smallest.max()) if smallest.notna().all() else math.nan
        what = (
            f"a difference of {size(data, worst)} or more can be found between any two sources compared"
            if math.isfinite(worst)
            else "not every comparison can find a difference within the scale"
        )
        said = [f"With {count(data.n)} people analysed, {what} with {percent(data.power)} power{under}."]
        if data.main["power"].notna().all():
            least = float(data.main["power"].min())
            said.append(
                f"The differences stated are found with a power of {percent(least)} at the least ({_pair(_weakest(data))})."
            )
        said.append(f"It takes {count(data.completes)} finished interviews{_fieldwork(data)}.")
    return " ".join([*said, NOBODY])


def size(data: PlanData, difference: float) -> str:
    """A difference as printed: "9.0 points", "0.30"."""
    return number(abs(difference)) if data.mean else f"{fixed(100 * abs(difference), 1)} points"


def value(data: PlanData, x: float) -> str:
    """A share or a mean as printed."""
    return number(x) if data.mean else percent(x, 0 if abs(100 * x - round(100 * x)) < 1e-9 else 1)


def _slowest(data: PlanData) -> pd.Series:
    return _at(data.main, int(data.main["n"].to_numpy().argmax()))


def _weakest(data: PlanData) -> pd.Series:
    return _at(data.main, int(data.main["power"].to_numpy().argmin()))


def _at(rows: pd.DataFrame, i: int) -> pd.Series:
    return rows.iloc[i]


def _pair(row: pd.Series) -> str:
    return f"{row['a']} and {row['b']}"


def _base(row: pd.Series) -> str:
    return "people who rated both" if row["base"] == "same people" else "people who rated either"


def _under(data: PlanData) -> str:
    parts = [
        f"correlation {_span(data.main['correlation'])}" if (data.main["base"] == "same people").any() else ""
    ]
    parts.append(f"design effect {_span(data.main['deff'])}")
    return f" ({', '.join(p for p in parts if p)}; {family(data)})"


def family(data: PlanData) -> str:
    """The comparisons adjusted together: "5% over 6 comparisons, Holm"."""
    alpha = fixed(100 * (1 - data.level), 0 if abs(100 * data.level - round(100 * data.level)) < 1e-9 else 1)
    if data.comparisons == 1:
        return f"{alpha}%, two-sided, one comparison"
    how = {"holm": "Holm", "bonferroni": "Bonferroni", "none": "not adjusted"}[data.adjust]
    return f"{alpha}%, two-sided, over {data.comparisons} comparisons, {how}"


def _span(values: pd.Series) -> str:
    low, high = float(values.min()), float(values.max())
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _more(data: PlanData) -> str:
    if data.completes == data.n and data.starts == data.n and data.invited is None:
        return ""
    return f": {count(data.completes)} finished interviews{_fieldwork(data)}"


def _fieldwork(data: PlanData) -> str:
    parts = []
    if data.starts != data.completes:
        parts.append(f"{count(data.starts)} people starting")
    if data.invited is not None:
        parts.append(f"{count(data.invited)} people invited")
    return f", {listed(parts)}" if parts else ""


def explain_plan(data: PlanData) -> str:
    """Formulas and sources of a plan, and what it assumes."""
    main = data.main
    kind = "means" if data.mean else "shares"
    paired = (
        "paired t test, noncentral t"
        if data.mean
        else "McNemar (Connor 1987): n = (z_a sqrt(D) + z_b sqrt(D - d²))² / d²"
    )
    lines = [
        f"Plan of {data.comparisons} comparison{'s' if data.comparisons > 1 else ''} of {kind}. {NOBODY}",
        f"  Same people {paired}; n / (deff x loop) people count in full.",
    ]
    if not data.mean:
        lines.append(
            "              D = p q' + q p' - 2 phi sqrt(p q p' q'), the share whose two answers differ."
        )
    lines += [
        "  Own bases   variance deff [s²/r + s'²/r' - 2 r'' rho s s' / (r r')] / n; two samples pooled where nobody rates both.",
        f"  Family      {family(data)}: planned at {float(main['alpha'].iloc[0]):.4g}"
        + ("; Holm has that power at the least." if data.adjust == "holm" and data.comparisons > 1 else "."),
        f"  Reach       {_reach(data)}.",
        f"  Loop        weights 1 / probability of being rated: design effect {_span(main['deff_loop'])}.",
        f"  Fieldwork   {_losses(data)}.",
        "  Not covered other differences than those stated, bias of any kind, small bases of groups within.",
    ]
    return "\n".join(lines)


def _reach(data: PlanData) -> str:
    known = ", ".join(f"{s} {percent(p)}" for s, p in zip(data.sources, data.incidence, strict=True))
    most = "all of them" if data.rates is None else f"at most {data.rates}, drawn at random"
    return f"share who can rate: {known} (known independently of each other unless overlap= says so); rated: {most}"


def _losses(data: PlanData) -> str:
    f = data.fieldwork
    response = (
        "response not known" if f.response is None else f"{percent(f.response, 1)} of those invited start"
    )
    return f"{response}; {percent(f.attrition, 1)} break off or are not eligible; {percent(f.excluded, 1)} are removed for quality"


def caption_plan(data: PlanData) -> Caption:
    """The texts around the figure of a plan."""
    slowest = _slowest(data)
    if data.solved == "n":
        title = f"{count(data.n)} people analysed give every comparison {percent(data.power)} power"
    else:
        title = f"Power of each comparison with {count(data.n)} people analysed"
    main = data.main
    bases = listed(list(dict.fromkeys(main["base"])))
    ends = "; ".join(
        f"{r['a']} and {r['b']} {count(math.ceil(r['n']))}"
        if data.solved == "n"
        else f"{r['a']} and {r['b']} {percent(r['power'])}"
        for _, r in main.iterrows()
    )
    alt = f"Line chart of power by number of people. {'Needed' if data.solved == 'n' else 'Power'}: {ends}"
    if len(alt) > 290:
        alt = alt[:289].rsplit(" ", 1)[0] + " …"
    return Caption(
        title=title,
        subtitle=f"Power to find the difference stated, by people analysed; {bases}; {family(data)}",
        base=f"Hardest: {_pair(slowest)}, {size(data, float(slowest['difference']))}.",
        source=f"{NOBODY} Computed from stated assumptions{_under(data)}.",
        alt=f"{alt}. Table below has all values.",
    )
