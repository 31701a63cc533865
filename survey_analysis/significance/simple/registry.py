"""The tests of simple samples: name, function, what it takes, and the design-based test to use instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from survey_analysis.errors import EstimationError, closest
from survey_analysis.significance.simple import (
    agreement,
    anova,
    means,
    ordinal,
    paired,
    posthoc,
    proportions,
    ranks,
    rates,
    stratified,
    tables,
)
from survey_analysis.significance.simple.result import Pairwise, SimpleTest

Needs = Literal[
    "share", "two shares", "several shares", "table", "square table", "strata", "shares",
    "numbers", "pair", "two groups", "groups", "columns", "codes", "paired shares", "several paired shares",
]  # fmt: skip

WORDS: dict[Needs, str] = {
    "share": "one question and answers=",
    "two shares": "a question with answers=, and by= with two groups",
    "several shares": "a question with answers=, and by=",
    "table": "one question and by=",
    "square table": "two questions with the same answers",
    "strata": "one question and by=[column, stratum]",
    "shares": "one question and shares={answer: share}",
    "numbers": "one question with numbers",
    "pair": "two questions with numbers, of the same people",
    "two groups": "a question with numbers, and by= with two groups",
    "groups": "a question with numbers, and by=",
    "columns": "two or more questions with numbers, of the same people",
    "codes": "two or more questions with the same answers",
    "paired shares": "two questions and answers=",
    "several paired shares": "two or more questions and answers=",
}
"""What a test takes, in words."""


@dataclass(frozen=True)
class Entry:
    """A test of simple samples.

    Attributes
    ----------
    name : str
    test : callable
        Takes plain arrays or a table, and the test's own options by keyword.
    summary : str
        When to use it, one line.
    needs : Needs
        What the verb must be given.
    instead : str
        The design-based call for weighted or clustered data.
    source : str
        Paper, and the R or Python function that gives the same number.
    """

    name: str
    test: Callable[..., SimpleTest | Pairwise]
    summary: str
    needs: Needs
    instead: str
    source: str


PROPORTION, TTEST = "survey.proportion(QUESTION)", "survey.ttest(QUESTION, by=GROUP)"
COMPARE_SHARES = "survey.proportion(QUESTION, by=GROUP).compare()"
COMPARE_MEANS = "survey.mean(QUESTION, by=GROUP).compare()"
OMNIBUS = "survey.mean(QUESTION, by=GROUP).test()"
INDEPENDENCE = "survey.independence(ROW, COLUMN)"
PAIRED = 'survey.ttest(QUESTION, to="OTHER")'
SOURCES = "survey.mean(BATTERY).test()"
RANKS = "survey.rank_test(QUESTION, GROUP)"
KRUSKAL = 'survey.rank_test(QUESTION, GROUP, test="kruskal-wallis")'
KAPPA = "survey.kappa(A, B)"
CORRELATION = "survey.correlation([A, B])"
VARIANCE = "survey.variance(QUESTION, by=GROUP).compare()"
MODEL = 'survey.glm("QUESTION ~ GROUP + OTHERS")'
POISSON = 'survey.glm("COUNT ~ GROUP", family="poisson")'
MARGINS = "survey.proportion(BATTERY).test()"
ORDINAL = 'survey.ordinal("ROW ~ COLUMN")'

_ROWS: tuple[Entry, ...] = (
    Entry("one-proportion", proportions.one_proportion_test, "is a share p0? score test", "share", PROPORTION, "Wilson (1927); R prop.test"),
    Entry("binomial", proportions.binomial_test, "is a share p0? exact", "share", PROPORTION, "Clopper & Pearson (1934); R binom.test"),
    Entry("two-proportions", proportions.two_proportion_test, "two independent shares", "two shares", COMPARE_SHARES, "Newcombe (1998); R prop.test"),
    Entry("tost-proportions", proportions.equivalence_of_proportions, "are two shares equivalent within margin=?", "two shares", COMPARE_SHARES, "Schuirmann (1987)"),
    Entry("several-proportions", proportions.several_proportions, "several independent shares", "several shares", INDEPENDENCE, "Pearson (1900); R prop.test"),
    Entry("proportion-trend", proportions.proportion_trend, "a linear trend of shares over ordered groups", "several shares", MODEL, "Cochran (1954), Armitage (1955); R prop.trend.test"),
    Entry("pairwise-proportions", proportions.pairwise_proportions, "every two independent shares", "several shares", COMPARE_SHARES, "R pairwise.prop.test"),
    Entry("chi-square", tables.chi_square, "are two answers related?", "table", INDEPENDENCE, "Pearson (1900); R chisq.test"),
    Entry("goodness-of-fit", tables.goodness_of_fit, "do the answers have given shares?", "shares", "survey.goodness_of_fit(QUESTION, SHARES)", "Pearson (1900); R chisq.test(p=)"),
    Entry("fisher", tables.fisher_exact, "are two answers related? exact, small counts", "table", INDEPENDENCE, "Fisher (1935), Freeman & Halton (1951); R fisher.test"),
    Entry("boschloo", tables.boschloo_exact, "two shares, exact and unconditional (2 x 2)", "table", INDEPENDENCE, "Boschloo (1970); scipy boschloo_exact"),
    Entry("cmh", stratified.cochran_mantel_haenszel, "are two answers related within strata?", "strata", MODEL, "Mantel & Haenszel (1959); R mantelhaen.test"),
    Entry("ordinal-association", ordinal.ordinal_association, "gamma, tau-b, tau-c, Somers' d, lambda", "table", ORDINAL, "Goodman & Kruskal (1954), Somers (1962)"),
    Entry("linear-by-linear", ordinal.linear_by_linear, "are two ordered answers related linearly?", "table", ORDINAL, "Mantel (1963); coin::lbl_test"),
    Entry("mcnemar", paired.mcnemar, "two shares of the same people", "paired shares", MARGINS, "Fagerland, Lydersen & Laake (2013), Bonett & Price (2012); R mcnemar.test"),
    Entry("cochran-q", paired.cochran_q, "several shares of the same people", "several paired shares", MARGINS, "Cochran (1950); statsmodels cochrans_q"),
    Entry("stuart-maxwell", paired.marginal_homogeneity, "all shares of two answers of the same people", "square table", MARGINS, "Stuart (1955), Maxwell (1970); coin::mh_test"),
    Entry("bhapkar", partial(paired.marginal_homogeneity, variant="bhapkar"), "as Stuart-Maxwell, with the covariance as found", "square table", MARGINS, "Bhapkar (1966); statsmodels SquareTable"),
    Entry("bowker", paired.bowker, "is a square table symmetric?", "square table", MARGINS, "Bowker (1948); R mcnemar.test"),
    Entry("cohen-kappa", agreement.cohen_kappa, "agreement of two raters", "square table", KAPPA, "Cohen (1960), Fleiss, Cohen & Everitt (1969); vcd::Kappa"),
    Entry("fleiss-kappa", agreement.fleiss_kappa, "agreement of several raters", "codes", KAPPA, "Fleiss (1971); statsmodels fleiss_kappa"),
    Entry("icc", agreement.intraclass_correlation, "intraclass correlation of ratings", "columns", 'survey.mixed("QUESTION ~ 1", groups=SUBJECT, unweighted=True)', "Shrout & Fleiss (1979); psych::ICC"),
    Entry("t-one", means.t_test_one, "is a mean mu?", "numbers", "survey.ttest(QUESTION, mu=MU)", "Student (1908); R t.test"),
    Entry("t-paired", means.t_test_paired, "two means of the same people", "pair", PAIRED, "Student (1908); R t.test(paired = TRUE)"),
    Entry("t", means.t_test_two, "two independent means: Welch, or pooled", "two groups", TTEST, "Welch (1947); R t.test"),
    Entry("tost", means.equivalence_of_means, "are two independent means equivalent within low=, high=?", "two groups", TTEST, "Schuirmann (1987)"),
    Entry("tost-paired", partial(means.equivalence_of_means, design="paired"), "are two means of the same people equivalent?", "pair", PAIRED, "Schuirmann (1987)"),
    Entry("variance-ratio", means.variance_ratio, "two variances of normal answers", "two groups", VARIANCE, "R var.test"),
    Entry("equal-variances", means.equal_variances, "several variances: Brown-Forsythe, Levene, Bartlett, Fligner", "groups", VARIANCE, "Brown & Forsythe (1974); car::leveneTest"),
    Entry("shapiro-wilk", means.shapiro_wilk, "are the answers normal?", "numbers", "survey.cdf(QUESTION)", "Royston (1995); R shapiro.test"),
    Entry("anova", anova.one_way, "several independent means: Welch, or classical", "groups", OMNIBUS, "Welch (1951); R oneway.test"),
    Entry("repeated-anova", anova.repeated_measures, "several means of the same people", "columns", SOURCES, "Greenhouse & Geisser (1959)"),
    Entry("tukey", posthoc.tukey, "every two independent means, equal variances", "groups", COMPARE_MEANS, "Tukey (1953), Kramer (1956); R TukeyHSD"),
    Entry("games-howell", posthoc.games_howell, "every two independent means, unequal variances", "groups", COMPARE_MEANS, "Games & Howell (1976); rstatix"),
    Entry("pairwise-t", posthoc.pairwise_t, "every two independent means by t", "groups", COMPARE_MEANS, "R pairwise.t.test"),
    Entry("mann-whitney", ranks.mann_whitney, "does one group answer higher? with the Hodges-Lehmann shift", "two groups", RANKS, "Mann & Whitney (1947), Hodges & Lehmann (1963); R wilcox.test"),
    Entry("signed-rank", ranks.signed_rank, "do the same people answer one question higher?", "pair", PAIRED, "Wilcoxon (1945), Pratt (1959); R wilcox.test(paired = TRUE)"),
    Entry("kruskal-wallis", ranks.kruskal_wallis, "does one of several groups answer higher?", "groups", KRUSKAL, "Kruskal & Wallis (1952); R kruskal.test"),
    Entry("dunn", posthoc.dunn, "every two groups after Kruskal-Wallis", "groups", RANKS, "Dunn (1964); rstatix::dunn_test"),
    Entry("pairwise-wilcoxon", posthoc.pairwise_wilcoxon, "every two groups by Mann-Whitney", "groups", RANKS, "R pairwise.wilcox.test"),
    Entry("jonckheere", ordinal.jonckheere, "a trend over ordered groups", "groups", ORDINAL, "Jonckheere (1954), Terpstra (1952)"),
    Entry("friedman", ranks.friedman, "several ratings of the same people, by ranks; Kendall's W", "columns", SOURCES, "Friedman (1937), Kendall & Babington Smith (1939); R friedman.test"),
    Entry("kolmogorov-smirnov", ranks.kolmogorov_smirnov, "do two groups have one distribution?", "two groups", RANKS, "Smirnov (1948); R ks.test"),
    Entry("pearson", ordinal.correlation_test, "are two numbers related linearly?", "pair", CORRELATION, "R cor.test"),
    Entry("spearman", partial(ordinal.correlation_test, method="spearman"), "are two numbers related in order?", "pair", CORRELATION, 'R cor.test(method = "spearman")'),
    Entry("kendall", partial(ordinal.correlation_test, method="kendall"), "are two numbers related in order? tau-b", "pair", CORRELATION, 'R cor.test(method = "kendall")'),
    Entry("negative-binomial-ratio", rates.negative_binomial_ratio, "two mean counts that vary more than Poisson's", "two groups", POISSON, "MASS::glm.nb"),
)  # fmt: skip

TESTS: dict[str, Entry] = {entry.name: entry for entry in _ROWS}
"""Every test by its name."""

_SYMBOLS: dict[str, str] = {
    "t": "t t-one t-paired tost tost-paired pairwise-t tukey games-howell pearson spearman",
    "F": "anova repeated-anova icc variance-ratio",
    "χ²": "one-proportion several-proportions proportion-trend chi-square goodness-of-fit cmh stuart-maxwell "
    "bhapkar bowker kruskal-wallis friedman",
    "z": "two-proportions tost-proportions pairwise-proportions linear-by-linear cohen-kappa fleiss-kappa dunn "
    "kendall negative-binomial-ratio",
    "U": "mann-whitney pairwise-wilcoxon",
    "Q": "cochran-q",
    "V": "signed-rank",
    "W": "shapiro-wilk",
    "D": "kolmogorov-smirnov",
    "J": "jonckheere",
    "hits": "binomial",
}


def symbol_of(name: str, df: float, df_residual: float) -> str:
    """Letter of a test's statistic.

    Examples
    --------
    >>> symbol_of("mcnemar", 1.0, float("nan")), symbol_of("t", 9.0, float("nan"))
    ('χ²', 't')
    """
    for symbol, names in _SYMBOLS.items():
        if name in names.split():
            return symbol
    if df == df:  # noqa: PLR0124  not NaN: variants with a reference distribution
        return "F" if df_residual == df_residual else "χ²"  # noqa: PLR0124
    return ""


def entry_of(name: str) -> Entry:
    """The entry of a test; an error suggests the nearest names.

    Examples
    --------
    >>> entry_of("mcnemar").needs
    'paired shares'
    """
    if name not in TESTS:
        raise EstimationError(f"there is no simple test '{name}'.", hint=closest(name, TESTS))
    return TESTS[name]
