"""The verbs for outcomes that are answers: `ordinal` and `multinomial`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.models.columns import Source
from survey_analysis.models.design import Base, Matrix, model_matrix, right_columns, survey_source
from survey_analysis.models.fit import About, ModelDf, finish
from survey_analysis.models.formula import parse
from survey_analysis.models.multinomial import Multinomial
from survey_analysis.models.ordinal import LINKS, Ordinal, OrdinalLink
from survey_analysis.models.outcomes import answers, in_order, minus_half
from survey_analysis.results.model import ModelData, ModelVariance
from survey_analysis.typing import FloatArray, Where


def ordinal(
    survey: SurveyData,
    formula: str,
    *,
    where: Where = None,
    level: float = 0.95,
    link: OrdinalLink = "logit",
    nominal: str | None = None,
    order: Sequence[str] | None = None,
    df: ModelDf = "domain",
    variance: ModelVariance = "design",
) -> ModelData:
    """Fit a cumulative link model (proportional odds) to a question whose answers have an order.

    Parameters
    ----------
    formula : str
        As in `glm`; the outcome is a question with three or more answers in scale order.
    link : {"logit", "probit", "cloglog", "loglog", "cauchit"}
        F of P(Y <= j) = F(cut_j - x'b). "cloglog" is 1 - exp(-exp(x)) as in `ordinal::clm`; what R `svyolr`
        (and older `MASS::polr`) calls cloglog is "loglog", exp(-exp(-x)).
    nominal : str, optional
        Predictors whose effects differ by cut point, as the right side of a formula (partial proportional
        odds; `ordinal::clm(nominal = ~ ...)`); their coefficients are added to the cut points.
    order : sequence of str, optional
        Labels of the answers from lowest to highest, where no scale, ordered categorical or number says it.
    where, level, df, variance
        As in `glm`.

    Returns
    -------
    ModelData
        Coefficients, then cut points "low|mid". A positive coefficient means higher answers.

    Raises
    ------
    ScoreError
        An outcome without three answers, or whose answers have no known order; a number of many values.
    EstimationError, ConvergenceError
        As in `glm`.

    Notes
    -----
    Weighted maximum likelihood by our own Newton steps on analytic scores: statsmodels `OrderedModel` accepts
    weights and ignores them. z_i = w_i s_i A⁻¹, A the observed information (R `svyolr`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> q = [1, 2, 3, 1, 2, 3, 2, 3, 1, 2]
    >>> data = pd.DataFrame({"q": q, "x": [0.5, 1.5, 2.2, 1.1, 2.6, 1.9, 0.9, 3.1, 1.7, 1.3]})
    >>> sa.read(data).ordinal("q ~ x").coef.round(3).to_dict()
    {'x': 2.244, '1|2': 2.368, '2|3': 5.01}
    """
    if link not in LINKS:
        raise EstimationError(
            f"An ordinal model has no link '{link}'.", hint="it has: " + ", ".join(LINKS) + "."
        )
    parsed = parse(formula)
    if not parsed.intercept:
        raise EstimationError(
            "An ordinal model keeps its intercept: the cut points.", hint="leave '0 +' out."
        )
    source = survey_source(survey)
    y, labels, matrix, base = answers(survey, parsed, source, where, 3, nominal)
    y, labels = in_order(survey, parsed.response, y, labels, order)
    inner = _without_intercept(matrix)
    G, g_names = (None, ()) if nominal is None else _nominal(nominal, source, base)
    borders = [f"{a}|{b}" for a, b in pairwise(labels)]
    cuts = borders if G is None else [f"{b}.{g}" for g in g_names for b in borders]
    engine = Ordinal(inner.X, y, matrix.offset, base.rows, (*inner.names, *cuts), labels, G=G, link=link)
    about = About(
        "ordinal",
        "ordinal",
        link,
        f"{parsed.response}, {labels[0]} to {labels[-1]}",
        inner.terms,
        loglik=minus_half(engine),
    )
    return finish(survey, engine, inner, base, about, where=where, level=level, df=df, variance=variance)


def multinomial(
    survey: SurveyData,
    formula: str,
    *,
    where: Where = None,
    level: float = 0.95,
    df: ModelDf = "domain",
    variance: ModelVariance = "design",
) -> ModelData:
    """Fit a multinomial logit model: the odds of every answer against the first.

    Parameters
    ----------
    formula : str
        As in `glm`; the outcome is a question with three or more answers.
    where, level, df, variance
        As in `glm`.

    Returns
    -------
    ModelData
        One row an answer and term; names are "Labour: age".

    Raises
    ------
    ScoreError, EstimationError, ConvergenceError
        As in `ordinal`.

    Notes
    -----
    Weighted maximum likelihood by our own Newton steps (statsmodels `MNLogit` ignores weights), covariance
    by the core. Unweighted point estimates are those of R `nnet::multinom`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> q = ["a", "b", "c", "a", "b", "c", "b", "c", "a", "b"]
    >>> data = pd.DataFrame({"q": q, "x": [0.5, 1.5, 2.2, 1.1, 2.6, 1.9, 0.9, 3.1, 1.7, 1.3]})
    >>> sa.read(data).multinomial("q ~ x").coef.round(3).to_dict()
    {'b: (Intercept)': -1.972, 'b: x': 1.709, 'c: (Intercept)': -6.577, 'c: x': 3.889}
    """
    parsed = parse(formula)
    y, labels, matrix, base = answers(survey, parsed, survey_source(survey), where, 3, None)
    names = tuple(f"{label}: {name}" for label in labels[1:] for name in matrix.names)
    p = len(matrix.names)
    terms = {
        t: tuple(j * p + c for j in range(len(labels) - 1) for c in places)
        for t, places in matrix.terms.items()
    }
    engine = Multinomial(matrix.X, y, matrix.offset, base.rows, names, labels)
    words = f"{parsed.response}, each answer against {labels[0]}"
    about = About("multinomial", "multinomial", "logit", words, terms, loglik=minus_half(engine))
    out = finish(survey, engine, matrix, base, about, where=where, level=level, df=df, variance=variance)
    rows = out.rows.copy()
    rows.insert(0, "outcome", [label for label in labels[1:] for _ in range(p)])
    rows["term"] = list(matrix.names) * (len(labels) - 1)
    return replace(out, rows=rows)


def _without_intercept(matrix: Matrix) -> Matrix:
    keep = [j for j, name in enumerate(matrix.names) if name != "(Intercept)"]
    at = {j: i for i, j in enumerate(keep)}
    return replace(
        matrix,
        X=matrix.X[:, keep],
        names=tuple(matrix.names[j] for j in keep),
        terms={t: tuple(at[j] for j in places) for t, places in matrix.terms.items()},
    )


def _nominal(text: str, source: Source, base: Base) -> tuple[FloatArray, tuple[str, ...]]:
    parsed = parse(f"~ {text}")
    made = model_matrix(parsed, right_columns(parsed, source), base)
    return made.X, made.names
