# What the reference answers hold of a result; the scripts that made them call these functions.
sv <- function(x, df = NULL, level = 0.95, V = TRUE, de = FALSE) {
  r <- list(estimate = coef(x), se = nse(x))
  if (V) r$vcov <- vcov(x)
  r$ci_normal <- confint(x, level = level)
  if (!is.null(df)) {
    r$df <- df
    r$ci_t <- confint(x, df = df, level = level)
  }
  r$level <- level
  if (de) r$deff <- deff(x)
  r
}
byt <- function(x, df = NULL, V = FALSE) {
  r <- list(groups = by_groups(x), table = as.data.frame(x), estimate = coef(x), se = nse(x))
  if (V) r$vcov <- vcov(x)
  r$ci_normal <- confint(x)
  if (!is.null(df)) {
    r$df <- df
    r$ci_t <- confint(x, df = df)
  }
  r
}
qt_ <- function(q, df = NULL) c(quantile_tables(q), list(se = SE(q)))
cip <- function(x) list(estimate = as.vector(coef(x)), ci = ci_of(x), se = as.vector(SE(x)))
ht <- function(t) list(statistic = t$statistic, parameter = t$parameter, p.value = as.vector(t$p.value), estimate = t$estimate, conf.int = as.vector(t$conf.int), method = t$method)
gl <- function(m) list(coef = coef(m), se = nse(m), vcov = vcov(m), coef_table = coef_table(m), df.residual = m$df.residual, dispersion = dispersion(m), ci_wald = confint(m), degf = degf(m$survey.design))
