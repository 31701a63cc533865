"""The R script that fits the models with lavaan and prints what a reader needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_analysis.estimation.rcode import quoted
from survey_analysis.results.lavaan import ModelStep
from survey_analysis.typing import LavaanEstimator, LavaanIdentify, LavaanMissing


@dataclass(frozen=True)
class Fitting:
    """Options of the call: estimator, what is ordinal, groups, weight and cluster columns, missing answers."""

    estimator: LavaanEstimator
    missing: LavaanMissing
    identify: LavaanIdentify
    ordered: tuple[str, ...]
    groups: tuple[str, ...]
    weighted: bool
    clustered: bool
    sequence: bool
    factors: tuple[str, ...]


def script(steps: Sequence[ModelStep], fitting: Fitting, notes: Sequence[str]) -> str:
    """The whole script; run in the folder of `data.csv`."""
    lines = [
        "# Written by survey_analysis. Run in the folder that holds data.csv: Rscript model.R",
        *(f"# - {note}" for note in notes),
        "library(lavaan)",
        'd <- read.csv("data.csv", check.names = FALSE)',
        "models <- list(",
        ",\n".join(f"  {_text(s.name)} = {_text(s.syntax)}" for s in steps),
        ")",
        *(_equal(steps) if any(s.equal for s in steps) else []),
        "fit_one <- function(name) cfa(",
        ",\n".join(f"  {x}" for x in _arguments(fitting, equal=any(s.equal for s in steps))),
        ")",
        "fits <- sapply(names(models), fit_one, simplify = FALSE)",
        "fit <- fits[[1]]",
        'for (name in grep(" freed$", names(fits), value = TRUE, invert = TRUE)) {',
        '  cat("\\n==", name, "==\\n")',
        "  print(summary(fits[[name]], fit.measures = TRUE, standardized = TRUE))",
        "}",
        *(_comparisons(fitting) if fitting.sequence else _quality(fitting)),
    ]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """An R string; line ends stay escaped, so that a text from data cannot end the string."""
    return quoted(text)


def _vector(values: Sequence[str]) -> str:
    return f"c({', '.join(_text(v) for v in values)})" if values else '""'


def _equal(steps: Sequence[ModelStep]) -> list[str]:
    inside = ",\n".join(f"  {_text(s.name)} = {_vector(s.equal)}" for s in steps)
    return ["equal <- list(", inside, ")"]


def _arguments(fitting: Fitting, *, equal: bool) -> list[str]:
    out = ["models[[name]]", "data = d", f"estimator = {_text(fitting.estimator)}"]
    if fitting.ordered:
        out.append(f"ordered = {_vector(fitting.ordered)}")
    if fitting.sequence and fitting.ordered:
        out += ['parameterization = "theta"', "std.lv = TRUE"]
    elif fitting.identify == "variance":
        out.append("std.lv = TRUE")
    if fitting.missing != "listwise":
        out.append(f"missing = {_text('ml' if fitting.missing == 'fiml' else fitting.missing)}")
    if fitting.sequence:
        out.append("meanstructure = TRUE")
    if fitting.groups:
        out += ['group = "group"', f"group.label = {_vector(fitting.groups)}"]
    out += ["group.equal = equal[[name]]"] if equal else []
    out += ['sampling.weights = "w"'] if fitting.weighted else []
    out += ['cluster = "cluster"'] if fitting.clustered else []
    return out


def _comparisons(fitting: Fitting) -> list[str]:
    return [
        'cat("\\n== each model against the one before: scaled difference tests ==\\n")',
        'sequence <- fits[!grepl(" freed$", names(fits))]',
        "comparisons <- do.call(lavTestLRT, c(unname(sequence), list(model.names = names(sequence))))",
        "print(comparisons)",
        'cat("\\n== fit; changes of CFI and RMSEA describe, no cut-off decides ==\\n")',
        f"wanted <- {_vector(_fit_names(fitting))}",
        "fit_table <- t(sapply(fits, function(f) { m <- fitMeasures(f); m[intersect(wanted, names(m))] }))",
        "print(round(fit_table, 4))",
        'cat("\\n== factor means of the models with equal intercepts: what freeing an item moves ==\\n")',
        f"factors <- {_vector(fitting.factors)}",
        "means_of <- function(f) {",
        "  p <- parameterEstimates(f)",
        "  p[p$op == '~1' & p$lhs %in% factors, intersect(c('lhs', 'group', 'est', 'se', 'ci.lower', 'ci.upper'), names(p))]",
        "}",
        'for (name in grep("^intercepts", names(fits), value = TRUE)) {',
        '  cat("\\n", name, "\\n", sep = "")',
        "  print(means_of(fits[[name]]), digits = 3)",
        "}",
    ]


def _fit_names(fitting: Fitting) -> tuple[str, ...]:
    suffix = "" if fitting.estimator == "ML" else ".scaled"
    return ("npar", *(f"{n}{suffix}" for n in ("chisq", "df", "pvalue", "cfi", "rmsea")), "srmr")


def _quality(fitting: Fitting) -> list[str]:
    """Composite reliability, variance extracted and HTMT of one group of continuous items."""
    if fitting.groups or fitting.ordered:
        return []
    return [
        "# Composite reliability (alpha; omega with model, and with observed variance), average variance extracted.",
        "quality <- function(f) {",
        '  est <- lavInspect(f, "est"); s <- lavInspect(f, "sampstat")$cov',
        "  sapply(colnames(est$lambda), function(g) {",
        "    i <- names(which(est$lambda[, g] != 0)); l <- est$lambda[i, g]; psi <- est$psi[g, g]",
        "    theta <- est$theta[i, i, drop = FALSE]; o <- s[i, i, drop = FALSE]; k <- length(i)",
        "    true <- sum(l)^2 * psi; shared <- sum(l^2) * psi",
        "    c(alpha = k / (k - 1) * (1 - sum(diag(o)) / sum(o)), omega = true / (true + sum(theta)),",
        "      omega_observed = true / sum(o), ave = shared / (shared + sum(diag(theta))),",
        "      ave_observed = shared / sum(diag(o)))",
        "  })",
        "}",
        "# Heterotrait-monotrait ratios: mean correlations between constructs over those within (Henseler 2015).",
        "htmt <- function(f, middle = mean) {",
        '  r <- abs(cov2cor(lavInspect(f, "sampstat")$cov)); lambda <- lavInspect(f, "est")$lambda != 0',
        "  g <- colnames(lambda); out <- diag(length(g)); dimnames(out) <- list(g, g)",
        "  inside <- sapply(g, function(a) { m <- r[lambda[, a], lambda[, a]]; middle(m[lower.tri(m)]) })",
        "  for (a in g) for (b in setdiff(g, a))",
        "    out[a, b] <- middle(r[lambda[, a], lambda[, b]]) / sqrt(inside[[a]] * inside[[b]])",
        "  out",
        "}",
        'cat("\\n== composite reliability, average variance extracted ==\\n")',
        "print(round(quality(fit), 4))",
        'if (length(lavNames(fit, "lv")) > 1) { cat("\\n== HTMT ==\\n"); print(round(htmt(fit), 4)) }',
    ]
