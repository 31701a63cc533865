# Reference answers for the simulated tables. Run from this folder: Rscript make.R
suppressWarnings(suppressMessages({library(survey); library(mitools); library(jsonlite)}))
invisible(Sys.setlocale("LC_COLLATE", "C"))
options(survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE, contrasts = c("contr.treatment", "contr.poly"))

# ---- reading: text columns are factors, levels in byte order
rd <- function(name, fac = character()) {
  d <- read.csv(file.path("data", paste0(name, ".csv")), stringsAsFactors = FALSE, na.strings = c("NA", ""), check.names = FALSE)
  for (v in names(d)) if (is.character(d[[v]]) || v %in% fac) d[[v]] <- factor(d[[v]], levels = sort(unique(na.omit(d[[v]])), method = "radix"))
  d
}

# ---- what an entry keeps of a result: names that the format of this folder gives them
se_of <- function(x) { s <- SE(x); if (is.data.frame(s)) s <- as.matrix(s); s <- as.vector(unlist(s)); k <- names(coef(x)); if (length(k) == length(s)) names(s) <- k; s }
nse <- se_of
sv <- function(x, df = NULL, level = 0.95, V = TRUE, de = FALSE) {
  out <- list(estimate = coef(x), se = se_of(x))
  if (V) out$vcov <- { v <- as.matrix(vcov(x)); dimnames(v) <- list(names(coef(x)), names(coef(x))); v }
  out$ci_normal <- confint(x, level = level)
  if (!is.null(df)) { out$df <- df; out$ci_t <- confint(x, df = df, level = level) }
  out$level <- level
  if (de) { d <- deff(x); out$deff <- if (is.matrix(d)) diag(d) else d }
  out
}
byt <- function(x, df = NULL, V = FALSE) {
  keys <- attr(x, "svyby")$margins
  out <- list(groups = as.data.frame(x)[, keys, drop = FALSE], table = as.data.frame(x), estimate = coef(x), se = se_of(x))
  if (V) out$vcov <- vcov(x)
  out$ci_normal <- confint(x)
  if (!is.null(df)) { out$df <- df; out$ci_t <- confint(x, df = df) }
  out
}
qt_ <- function(q) { out <- list(); for (v in names(q)) out[[v]] <- unclass(q[[v]])[, , drop = FALSE]; c(out, list(se = SE(q))) }
cip <- function(x) list(estimate = as.vector(coef(x)), ci = as.vector(attr(x, "ci")), se = sqrt(as.vector(attr(x, "var"))))
ht <- function(t) list(statistic = t$statistic, parameter = t$parameter, p.value = as.vector(t$p.value), estimate = t$estimate, conf.int = as.vector(t$conf.int), method = t$method)
gl <- function(m) { s <- summary(m); list(coef = coef(m), se = sqrt(diag(vcov(m))), vcov = vcov(m), coef_table = s$coefficients, df.residual = m$df.residual, dispersion = as.vector(s$dispersion), ci_wald = confint(m), degf = degf(m$survey.design)) }

# ---- writing: named vector = object, matrix = rows, cols, data; NA = null
plain <- function(x) {
  if (is.null(x)) return(NULL)
  if (is.factor(x)) x <- as.character(x)
  if (is.data.frame(x)) return(lapply(as.list(x), function(col) I(plain(unname(col)))))
  if (is.list(x)) return(lapply(x, plain))
  if (length(dim(x)) == 2) { m <- unclass(as.matrix(x)); attributes(m) <- attributes(m)["dim"]; return(list(rows = if (!is.null(rownames(x))) I(rownames(x)), cols = if (!is.null(colnames(x))) I(colnames(x)), data = m)) }
  n <- names(x); x <- as.vector(unclass(x))
  if (!is.null(n) && !anyDuplicated(n) && all(nzchar(n))) return(lapply(as.list(setNames(x, n)), unbox))
  if (length(x) == 1) unbox(x) else x
}
entries <- list(); setup_text <- list(); data_file <- list(); family <- ""
S <- function(name, expr, file = NULL) { text <- substitute(expr); assign(name, eval(text, globalenv()), globalenv()); setup_text[[name]] <<- paste0(name, " <- ", paste(deparse(text, 200), collapse = "\n")); if (!is.null(file)) data_file[[name]] <<- file }
needed <- function(names, seen = character()) { for (n in setdiff(intersect(names, names(setup_text)), seen)) seen <- needed(all.vars(parse(text = setup_text[[n]]), functions = TRUE), c(seen, n)); unique(seen) }
E <- function(id, method, expr, note = NULL) {
  text <- substitute(expr)
  value <- tryCatch(suppressWarnings(eval(text, new.env(parent = globalenv()))), error = function(e) list(error = conditionMessage(e)))
  used <- needed(all.vars(text, functions = TRUE)); used <- names(setup_text)[names(setup_text) %in% used]
  entries[[id]] <<- list(id = unbox(id), family = unbox(family), method = unbox(method), dataset = I(unname(unlist(data_file[intersect(used, names(data_file))]))), setup = I(unname(unlist(setup_text[used]))),
    call = unbox(paste(deparse(text, 200), collapse = "\n")), r_version = unbox(as.character(getRversion())), package_version = list(survey = unbox(as.character(packageVersion("survey")))),
    options = list(survey.lonely.psu = unbox(getOption("survey.lonely.psu")), survey.adjust.domain.lonely = unbox(getOption("survey.adjust.domain.lonely"))), note = unbox(if (is.null(note)) NA else note), values = plain(value))
  if (!is.null(value$error)) cat("  R stops in", id, ":", value$error, "\n")
}
done <- function(file) { cat(file, length(entries), "entries\n"); writeLines(toJSON(unname(entries), digits = I(17), na = "null", null = "null", matrix = "rowmajor", pretty = FALSE), file.path("json", paste0(file, ".json"))); entries <<- list() }

S("hh", rd("households"), "households.csv"); S("shops", rd("shops"), "shops.csv"); S("done4", rd("completed"), "completed.csv")
S("d_simple", svydesign(id = ~1, weights = ~w, data = hh))
S("d_strat", svydesign(id = ~1, strata = ~region, weights = ~w, data = hh))
S("d_area", svydesign(id = ~area, strata = ~region, weights = ~w, nest = TRUE, data = hh))
S("d_areafpc", svydesign(id = ~area, strata = ~region, fpc = ~areas, weights = ~w, nest = TRUE, data = hh))
S("d_two", svydesign(id = ~area + person, strata = ~region, fpc = ~areas + people, nest = TRUE, data = hh))
S("d_brewer", svydesign(id = ~1, fpc = ~p, data = shops, pps = "brewer"))
S("d_overton", svydesign(id = ~1, fpc = ~p, data = shops, pps = "overton"))

family <- "taylor"
for (d in c("d_simple", "d_strat", "d_area", "d_areafpc", "d_two")) {
  one <- function(id, method, text) eval(parse(text = sprintf("E('own.%s.%s', '%s', %s)", d, id, method, gsub("DES", d, text))), globalenv())
  one("mean", "svymean", "sv(svymean(~spend + age, DES, deff = TRUE), df = degf(DES), de = TRUE)")
  one("mean_na", "svymean, missing values", "sv(svymean(~trust + wealth, DES, na.rm = TRUE, deff = 'replace'), df = degf(DES), de = TRUE)")
  one("share", "svymean of a factor", "sv(svymean(~band, DES), df = degf(DES))")
  one("total", "svytotal", "sv(svytotal(~visits + spend, DES), df = degf(DES))")
  one("ratio", "svyratio", "{ r <- svyratio(~visits, ~spend, DES); list(estimate = coef(r), se = SE(r), ci_t = confint(r, df = degf(DES))) }")
  one("by", "svyby means", "byt(svyby(~spend, ~sex + band, DES, svymean, covmat = TRUE), df = degf(DES), V = TRUE)")
  one("by_share", "svyby shares", "byt(svyby(~follow, ~region, DES, svymean, na.rm = TRUE), df = degf(DES))")
  one("domain", "domain mean", "sv(svymean(~spend, subset(DES, sex == 'woman' & age > 50)), df = degf(DES))")
  one("quantile", "svyquantile", "qt_(svyquantile(~spend, DES, c(0.2, 0.5, 0.9), ci = TRUE, interval.type = 'mean'))")
  one("quantile_beta", "svyquantile beta, hf7", "qt_(svyquantile(~age, DES, c(0.25, 0.5), ci = TRUE, interval.type = 'beta', qrule = 'hf7'))")
  one("var", "svyvar", "{ v <- svyvar(~spend + age, DES); list(estimate = as.matrix(unclass(v))[1:2, 1:2], se = matrix(SE(v), 2)) }")
  for (m in c("logit", "beta", "asin", "mean", "xlogit", "likelihood")) one(paste0("ciprop_", m), paste("svyciprop", m), sprintf("cip(svyciprop(~I(follow == 'yes'), DES, method = '%s', df = degf(DES), na.rm = TRUE))", m))
  one("contrast", "svycontrast", "{ b <- svyby(~spend, ~region, DES, svymean, covmat = TRUE); k <- svycontrast(b, list(d = c(1, 0, 0, -1))); m <- svycontrast(svymean(~spend + age, DES), quote(log(spend / age))); list(linear = list(estimate = coef(k), se = se_of(k)), log = list(estimate = coef(m), se = as.vector(SE(m)))) }")
}
for (d in c("d_brewer", "d_overton")) { eval(parse(text = sprintf("E('own.%s.total', 'svytotal, unequal probabilities', sv(svytotal(~sales + staff, %s), df = degf(%s)))", d, d, d))); eval(parse(text = sprintf("E('own.%s.ratio', 'svyratio, unequal probabilities', { r <- svyratio(~sales, ~staff, %s); list(estimate = coef(r), se = SE(r)) })", d, d))) }
S("lone", subset(hh, region != "A" | area == 1)); S("d_lone", svydesign(id = ~area, strata = ~region, weights = ~w, nest = TRUE, data = lone))
for (o in c("fail", "remove", "adjust", "average", "certainty")) { options(survey.lonely.psu = o); eval(parse(text = sprintf("E('own.lonely.%s', 'lonely PSU', sv(svymean(~spend + age, d_lone), df = degf(d_lone)))", o))) }
options(survey.lonely.psu = "fail")
# shares and ratios of conditions, missing answers, groups of conditions, tables with empty cells
E("own.contrast_of_shares", "svycontrast of shares", { s <- svycontrast(svymean(~follow, d_area, na.rm = TRUE), quote(log(followyes / (1 - followyes)))); list(estimate = coef(s), se = as.vector(SE(s))) })
E("own.ratio_of_conditions", "svyratio of conditions", { r <- svyratio(~I(age > 50), ~I(spend > 20), d_strat); list(estimate = coef(r), se = as.vector(SE(r))) })
E("own.var_na", "svyvar, missing values", { v <- svyvar(~trust, d_area, na.rm = TRUE); list(estimate = as.vector(v), se = as.vector(SE(v))) })
E("own.by_condition", "svyby by a condition, kinds of variance", byt(svyby(~spend, ~I(age > 50) + sex, d_strat, svymean, vartype = c("cvpct", "var", "se")), df = degf(d_strat)))
E("own.by_bare", "svyby without variances", as.data.frame(svyby(~spend, ~band, d_area, svymean, keep.var = FALSE)))
E("own.by_ratio2", "svyby of two ratios", { b <- svyby(~visits + age, ~sex, denominator = ~spend, d_area, svyratio); list(estimate = coef(b)) })
E("own.quantile_na", "svyquantile, missing values in two variables", qt_(svyquantile(~trust + wealth, d_simple, c(0.3, 0.6), na.rm = TRUE)))
E("own.ciprop_beta_df", "svyciprop beta takes the design's df whatever it is told", cip(svyciprop(~I(age > 50), d_area, method = "beta", df = 11, level = 0.9)))
done("own_taylor")

family <- "tests_models"
for (d in c("d_simple", "d_strat", "d_area")) {
  one <- function(id, method, text) eval(parse(text = sprintf("E('own.%s.%s', '%s', %s)", d, id, method, gsub("DES", d, text))), globalenv())
  for (s in c("F", "Chisq", "Wald", "adjWald", "saddlepoint")) one(paste0("chisq_", s), paste("svychisq", s), sprintf("ht(svychisq(~band + sex, DES, statistic = '%s'))", s))
  one("ttest", "svyttest", "ht(svyttest(spend ~ sex, DES))")
  one("ttest_one", "svyttest one sample", "ht(svyttest(I(spend - wealth) ~ 0, DES, na.rm = TRUE))")
  for (t in c("wilcoxon", "vanderWaerden", "median", "KruskalWallis")) { one(paste0("rank_", t), paste("svyranktest", t), sprintf("ht(svyranktest(spend ~ sex, DES, test = '%s'))", t)); one(paste0("rank_k_", t), paste("svyranktest", t), sprintf("ht(svyranktest(spend ~ band, DES, test = '%s'))", t)) }
  one("glm", "svyglm gaussian", "gl(svyglm(spend ~ trust + band, DES))")
  one("logit", "svyglm quasibinomial", "gl(svyglm(I(follow == 'yes') ~ trust * sex, DES, family = quasibinomial()))")
  one("poisson", "svyglm quasipoisson, offset", "gl(svyglm(visits ~ trust + band + offset(log(age)), DES, family = quasipoisson()))")
  one("term", "regTermTest", "{ m <- svyglm(spend ~ trust + band + sex, DES); r <- regTermTest(m, ~band); list(F = as.vector(r$Ftest), df = r$df, ddf = r$ddf, p = as.vector(r$p)) }")
}
S("hho", { a <- hh; a$grade <- factor(a$rating, ordered = TRUE); a }); S("d_ord", svydesign(id = ~area, strata = ~region, weights = ~w, nest = TRUE, data = hho))
E("own.olr", "svyolr", { m <- svyolr(grade ~ age + sex, d_ord); list(coef = m$coefficients, zeta = m$zeta, se = sqrt(diag(vcov(m)))) })
E("own.gof", "svygofchisq", { g <- svygofchisq(~band, p = c(0.3, 0.4, 0.3), design = d_area); list(statistic = g$statistic, parameter = g$parameter, p = g$p.value) })
# formulas with R's own calls, answers nobody gave, contrasts by R's names, nested models
S("d_sub", subset(d_area, band != "55+"))
E("own.glm_relevel", "svyglm relevel, cut", gl(svyglm(spend ~ relevel(band, ref = "55+") + cut(age, c(0, 40, 60, 120)), d_area)))
E("own.glm_empty", "svyglm, an answer that nobody in the domain gave", gl(svyglm(spend ~ band + sex, d_sub)))
E("own.glm_contrast", "svycontrast of a factor's coefficients", { k <- svycontrast(svyglm(spend ~ band + sex, d_area), c("band35-54" = 1, "band55+" = -1)); list(estimate = coef(k), se = as.vector(SE(k))) })
E("own.anova", "anova of nested svyglm", { a <- anova(svyglm(I(follow == "yes") ~ band + age, d_area, family = quasibinomial()), svyglm(I(follow == "yes") ~ age, d_area, family = quasibinomial())); list(p = as.vector(a$p), df = a$df, ddf = a$ddf, chisq = as.vector(a$chisq)) })
E("own.rank_sub", "svyranktest, an answer that nobody in the domain gave", ht(svyranktest(spend ~ band, subset(d_area, band != "55+" | region == "Z"))))
E("own.summary_statistic", "summary(svytable, statistic)", { s <- summary(svytable(~band + sex, d_area), statistic = "adjWald"); list(statistic = as.vector(s$statistic$statistic), p = as.vector(s$statistic$p.value)) })
done("own_tests_models")

family <- "calibration"
S("pop.region", data.frame(region = c("A", "B", "C", "D"), Freq = c(6000, 14000, 17000, 9000))); S("pop.sex", data.frame(sex = c("man", "woman"), Freq = c(22500, 23500))); S("pop.band", data.frame(band = c("18-34", "35-54", "55+"), Freq = c(11000, 15000, 20000)))
S("r_area", as.svrepdesign(d_area, type = "JKn"))
S("out", function(d) list(weights = weights(d, "sampling"), mean = sv(svymean(~spend + visits, d)), total = sv(svytotal(~visits, d)), share = sv(svymean(~region + sex, d))))
for (d in c("d_strat", "d_area", "r_area")) {
  one <- function(id, method, text) eval(parse(text = sprintf("E('own.%s.%s', '%s', %s)", d, id, method, gsub("DES", d, text))), globalenv())
  one("post", "postStratify", "out(postStratify(DES, ~region, pop.region))")
  one("rake", "rake, tight", "out(rake(DES, list(~region, ~sex, ~band), list(pop.region, pop.sex, pop.band), control = list(maxit = 500, epsilon = 1e-12)))")
  one("linear", "calibrate linear", "out(calibrate(DES, ~sex + age, c(`(Intercept)` = 46000, sexwoman = 23500, age = 2400000), calfun = 'linear', epsilon = 1e-12))")
  one("raking", "calibrate raking", "out(calibrate(DES, ~sex + age, c(`(Intercept)` = 46000, sexwoman = 23500, age = 2400000), calfun = 'raking', epsilon = 1e-12))")
  one("logit", "calibrate logit", "out(calibrate(DES, ~sex + age, c(`(Intercept)` = 46000, sexwoman = 23500, age = 2400000), calfun = 'logit', bounds = c(0.2, 4), epsilon = 1e-12))")
  one("margins", "calibrate on margins", "out(calibrate(DES, list(~region, ~band), list(pop.region, pop.band), calfun = 'raking', epsilon = 1e-12))")
}
# a domain calibrated by itself; logarithms, which are nearly collinear with the intercept
S("d_women", subset(d_area, sex == "woman"))
E("own.domain_rake", "rake of a domain", out(rake(d_women, list(~region, ~band), list(pop.region, pop.band), control = list(maxit = 500, epsilon = 1e-12))))
E("own.domain_post", "postStratify of a domain", out(postStratify(d_women, ~region, pop.region)))
E("own.raking_log", "calibrate raking on a logarithm", out(calibrate(d_area, ~log(age), c(`(Intercept)` = 46000, `log(age)` = 46000 * 3.8), calfun = "raking", epsilon = 1e-12)))
E("own.raking_condition", "calibrate on a condition", out(calibrate(d_area, ~I(age > 50), c(`(Intercept)` = 46000, `I(age > 50)TRUE` = 21000), epsilon = 1e-12)))
done("own_calibration")

family <- "replicates"
S("r_jkn", as.svrepdesign(d_area, type = "JKn")); S("r_jk1", as.svrepdesign(svydesign(id = ~person, weights = ~w, data = hh), type = "JK1"))
for (d in c("r_jkn", "r_jk1")) {
  one <- function(id, method, text) eval(parse(text = sprintf("E('own.%s.%s', '%s', %s)", d, id, method, gsub("DES", d, text))), globalenv())
  one("mean", "svymean", "sv(svymean(~spend + age, DES), df = degf(DES))")
  one("share", "svymean of a factor", "sv(svymean(~band, DES), df = degf(DES))")
  one("ratio", "svyratio", "{ r <- svyratio(~visits, ~spend, DES); list(estimate = coef(r), se = as.vector(SE(r))) }")
  one("by", "svyby", "byt(svyby(~spend, ~sex, DES, svymean, covmat = TRUE), df = degf(DES), V = TRUE)")
  one("quantile", "svyquantile", "qt_(svyquantile(~spend, DES, c(0.25, 0.5), ci = TRUE))")
  one("chisq", "svychisq", "ht(svychisq(~band + sex, DES))")
  one("glm", "svyglm", "gl(svyglm(spend ~ trust + sex, DES))")
}
E("own.rep.saddlepoint", "svychisq saddlepoint on replicates", ht(svychisq(~band + sex, r_jkn, statistic = "saddlepoint")))
E("own.rep.kappa", "svykappa on replicates", { k <- svykappa(~old + rich, update(r_jkn, old = factor(age > 50), rich = factor(spend > 20))); list(estimate = coef(k), se = as.vector(SE(k))) })
E("own.rep.quantile_beta", "svyquantile beta on replicates is R's default", qt_(svyquantile(~spend, r_jkn, c(0.25, 0.5), interval.type = "beta")))
E("own.rep.function", "withReplicates of a function", { r <- withReplicates(r_jkn, function(w, data) c(m = weighted.mean(data$spend, w), t = sum(w * data$visits))); sv(r) })
E("own.rep.of_post", "as.svrepdesign of post-stratified weights", sv(svymean(~spend, as.svrepdesign(postStratify(d_area, ~region, pop.region), type = "JKn"))))
done("own_replicates")

family <- "multiple_imputation"
S("il", imputationList(split(done4, done4$imp))); S("d_mi", svydesign(id = ~area, strata = ~region, weights = ~w, nest = TRUE, data = il))
S("mc", function(x) { s <- suppressMessages(capture.output(t <- summary(x))); list(estimate = coef(x), se = sqrt(diag(as.matrix(vcov(x)))), vcov = as.matrix(vcov(x)), df = x$df, missinfo = x$missinfo, nimp = x$nimp) })
E("own.mi.mean", "MIcombine of svymean", mc(MIcombine(with(d_mi, svymean(~wealth + trust)))))
E("own.mi.mean_df", "MIcombine with df.complete", mc(MIcombine(with(d_mi, svymean(~wealth + trust)), df.complete = 22)))
E("own.mi.by", "MIcombine of svyby", mc(MIcombine(with(d_mi, svyby(~wealth, ~sex, svymean)))))
E("own.mi.glm", "MIcombine of svyglm", mc(MIcombine(with(d_mi, svyglm(wealth ~ trust + sex)))))
E("own.mi.domain", "MIcombine in a domain", mc(MIcombine(with(subset(d_mi, sex == "man"), svymean(~wealth + trust)))))
done("own_imputation")
