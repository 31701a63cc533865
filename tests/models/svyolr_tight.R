# Proportional odds by R survey with optim held to a tight stop and small differences, for test_oracle_models.py.
# Run in the folder that holds the reference data: Rscript svyolr_tight.R DATA_FOLDER OUT.json
suppressMessages(library(survey)); library(jsonlite)
arg <- commandArgs(TRUE)
rd <- function(f) read.csv(file.path(arg[1], paste0(f, ".csv")), na.strings = c("NA", ""), check.names = FALSE, stringsAsFactors = TRUE)
cut3 <- function(a) { a$m3 <- cut(a$mobility, c(-1, 10, 20, 100), labels = c("low", "mid", "high"), ordered_result = TRUE); a }
apis2 <- cut3(rd("apistrat")); apic2 <- cut3(rd("apiclus2"))
nhanes <- rd("nhanes"); nhanes$race <- factor(nhanes$race); nhanes$RIAGENDR <- factor(nhanes$RIAGENDR)
nhanes$ageord <- factor(nhanes$agecat, levels = sort(levels(nhanes$agecat), method = "radix"), ordered = TRUE)
dstrat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apis2)
dw <- svydesign(id = ~1, weights = ~pw, data = apis2)
dclus2 <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apic2)
dnh <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
tight <- function(k, scale) list(reltol = 1e-16, maxit = 5000, ndeps = rep(1e-6, k), parscale = scale)
out <- function(m) list(coef = unname(m$coefficients), zeta = unname(m$zeta), se = unname(sqrt(diag(vcov(m)))), vcov = unname(vcov(m)), df = m$df.residual)
s <- c(.01, .01, 1, 1)
answer <- list(
  `olr.dstrat` = out(svyolr(m3 ~ ell + meals, dstrat, control = tight(4, s))),
  `olr.dw` = out(svyolr(m3 ~ ell + meals, dw, control = tight(4, s))),
  `olr.dclus2` = out(svyolr(m3 ~ ell + meals, dclus2, control = tight(4, s))),
  `olr.probit.dstrat` = out(svyolr(m3 ~ ell + meals, dstrat, method = "probit", control = tight(4, s))),
  `olr.loglog.dstrat` = out(svyolr(m3 ~ ell + meals, dstrat, method = "cloglog", control = tight(4, s))),
  `olr.dnh` = out(svyolr(ageord ~ race + RIAGENDR, dnh, control = tight(7, rep(1, 7)))),
  versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))))
write(toJSON(answer, digits = NA, auto_unbox = TRUE), arg[2])
