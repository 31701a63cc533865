# More combined answers by R mitools and survey, for test_oracle_mi.py: glm held to a tight stop, contrasts, ratios and
# differences.
# Run: Rscript mi_more.R DATA_FOLDER OUT.json
suppressMessages({library(survey); library(mitools)}); library(jsonlite)
arg <- commandArgs(TRUE)
rd <- function(f) read.csv(file.path(arg[1], paste0(f, ".csv")), stringsAsFactors = TRUE)
a <- rd("mi_apistrat"); b <- rd("mi_nhanes2")
il2 <- imputationList(split(a, a$.imp)); il1 <- imputationList(split(b, b$.imp))
d <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = il2)
out <- function(x) list(estimate = unname(coef(x)), se = unname(sqrt(diag(as.matrix(vcov(x))))), df = unname(x$df), missinfo = unname(x$missinfo))
tight <- glm.control(epsilon = 1e-15, maxit = 100)
answer <- list(
  glm = out(MIcombine(with(il1, glm(hyp ~ bmi, family = binomial(), control = tight)))),
  ratio = out(MIcombine(with(d, svyratio(~meals, ~api00)))),
  contrast = out(MIcombine(lapply(with(d, svyby(~meals, ~stype, svymean, covmat = TRUE)), function(x) svycontrast(x, list(a = c(E = -1, H = 1, M = 0), b = c(E = -1, H = 0, M = 1)))))),
  log_ratio = out(MIcombine(lapply(with(d, svyby(~meals, ~stype, svymean, covmat = TRUE)), function(x) svycontrast(x, list(a = quote(log(H / E))))))),
  ttest_df50 = out(MIcombine(with(d, svyglm(meals ~ awards)), df.complete = 50)),
  versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey")), mitools = as.character(packageVersion("mitools"))))
write(toJSON(answer, digits = NA, auto_unbox = TRUE), arg[2])
