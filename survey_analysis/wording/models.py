"""What a model is, in words: estimator, variance, degrees of freedom, with sources."""

from __future__ import annotations

from survey_analysis.plurals import counted
from survey_analysis.results.model import ModelData
from survey_analysis.wording.explain import variance_lines

_MODEL = {
    "glm": "weighted score equations sum(w x (y - mu) mu' / V(mu)) = 0 (statsmodels GLM; R svyglm)",
    "ordinal": "weighted maximum likelihood, P(Y <= j) = F(cut_j - x'b), own Newton steps (R svyolr, ordinal::clm)",
    "multinomial": "weighted maximum likelihood, log P(j)/P(first) = x'b_j, own Newton steps (R nnet::multinom)",
    "negative binomial": "weighted maximum likelihood, variance mu + mu^2/theta, own Newton steps (R MASS::glm.nb)",
    "linear mixed": "unweighted (restricted) maximum likelihood, random intercept (statsmodels MixedLM; R lme4::lmer)",
}


def explain_model(model: ModelData) -> str:
    """How a model was fitted, and where its standard errors come from."""
    p = model.provenance
    said = f"{model.kind[:1].upper()}{model.kind[1:]} model of {model.outcome}"
    lines = [
        f"{said}: {model.formula}.",
        f"  Family      {model.family}, {model.link} link.",
        f"  Estimator   {_MODEL[model.kind]}.",
        f"  Base        {counted(model.n, 'complete answer')}; {model.n_missing:,} of the domain lack an answer"
        + (f" ({', '.join(f'{t}: {n:,}' for t, n in model.missing.items())})." if model.missing else "."),
        f"  Design      {p.design}; {p.weighting}.",
    ]
    if model.variance == "model":
        lines.append("  Variance    classical, from the information matrix: right for a simple sample only.")
        lines.append(f"  df          {model.df_residual:g}.")
    else:
        lines.append(variance_lines(p.variance)[0])
        lines.append(
            "              with z = w s A^-1, s the score of a respondent, A the information (Binder 1983)."
        )
        lines.append(
            f"  df          {model.df_residual:g}: those of the complete cases + 1 - coefficients, unless df= says otherwise."
        )
    if model.unweighted:
        lines.append("  Unweighted  weights, strata and clusters do not enter this model.")
    if p.where:
        lines.append(f"  Domain      {p.where}; everybody else stays in the design and counts as zero.")
    if p.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)
