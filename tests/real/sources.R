# R's answers for tests/real/test_sources_real.py: levels and same-people differences of three real surveys.
# Run beside the folder `shared` (data of this project's tests):  Rscript tests/real/sources.R SHARED OUT
# Packages: survey (svymean, svycontrast, degf), psych (alpha, ICC, polychoric), base (mcnemar.test, friedman.test).
suppressMessages({library(survey); library(psych)})
args <- commandArgs(TRUE)
file <- function(...) file.path(args[1], ...)
out <- list()
diff_of <- function(design, x) {  # mean of the difference among those who gave both, with its standard error
  m <- svymean(x, design)
  c(estimate = as.numeric(coef(m)), std_error = as.numeric(SE(m)), df = degf(design))
}

# British Election Panel Study: three leaders rated by the same people
beps <- read.csv(file("oracles", "data", "beps.csv"))
L <- beps[c("Blair", "Hague", "Kennedy")]
beps$w <- 1 + 0.5 * (beps$gender == "female") + (beps$age %% 7) / 7
srs <- svydesign(~1, weights = ~1, data = beps)
wtd <- svydesign(~1, weights = ~w, data = beps)
for (d in c("srs", "wtd")) {
  des <- get(d)
  m <- svymean(~Blair + Hague + Kennedy, des)
  out[[paste0("beps.levels.", d)]] <- list(estimate = as.numeric(coef(m)), std_error = as.numeric(SE(m)))
  out[[paste0("beps.blair_hague.", d)]] <- as.list(diff_of(des, ~I(Blair - Hague)))
  out[[paste0("beps.blair_kennedy.", d)]] <- as.list(diff_of(des, ~I(Blair - Kennedy)))
  out[[paste0("beps.hague_kennedy.", d)]] <- as.list(diff_of(des, ~I(Hague - Kennedy)))
  out[[paste0("beps.first_higher.", d)]] <- as.list(diff_of(des, ~I(as.numeric(Blair > Hague))))
  high <- svymean(~I(as.numeric(Blair >= 4)) + I(as.numeric(Hague >= 4)) + I(as.numeric(Kennedy >= 4)), des)
  out[[paste0("beps.four_or_five.", d)]] <- list(estimate = as.numeric(coef(high)), std_error = as.numeric(SE(high)))
  out[[paste0("beps.four_or_five_gap.", d)]] <- as.list(diff_of(des, ~I((Blair >= 4) - (Hague >= 4))))
}
p <- c(t.test(L$Blair, L$Hague, paired = TRUE)$p.value, t.test(L$Blair, L$Kennedy, paired = TRUE)$p.value,
       t.test(L$Hague, L$Kennedy, paired = TRUE)$p.value)
out$beps.holm <- p.adjust(p, "holm")
f <- friedman.test(as.matrix(L))
out$beps.friedman <- list(statistic = as.numeric(f$statistic), df = as.numeric(f$parameter))
economy <- beps[c("economic.cond.national", "economic.cond.household", "Blair")]
a <- suppressWarnings(psych::alpha(economy))
out$beps.alpha <- list(raw = a$total$raw_alpha, standardised = a$total$std.alpha)
out$beps.icc <- psych::ICC(L, lmer = FALSE)$results$ICC
out$beps.polychoric <- psych::polychoric(L, correct = 0)$rho[lower.tri(diag(3))]

# Men and masculinity: eleven items rated by the same men, weighted; "No answer" stays in the base of a share
men <- read.csv(gzfile(file("data", "masculinity-survey", "raw-responses.csv.gz")), check.names = FALSE,
                na.strings = c("", "NA"))
names(men)[1] <- "row"
items <- sprintf("q0007_%04d", 1:11)
often <- as.data.frame(lapply(men[items], function(x) as.numeric(x %in% c("Often", "Sometimes"))))
levels <- c("Often", "Sometimes", "Rarely", "Never, but open to it", "Never, and not open to it")
score <- as.data.frame(lapply(men[items], function(x) match(x, levels)))
names(score) <- paste0("s", 1:11)
men <- cbind(men["weight"], often, score)
des <- svydesign(~1, weights = ~weight, data = men)
m <- svymean(as.formula(paste("~", paste(items, collapse = "+"))), des)
out$masculinity.often <- list(estimate = as.numeric(coef(m)), std_error = as.numeric(SE(m)))
out$masculinity.advice_cry <- as.list(diff_of(des, ~I(q0007_0001 - q0007_0004)))
out$masculinity.sports_sex <- as.list(diff_of(des, ~I(q0007_0008 - q0007_0006)))
both <- subset(des, !is.na(s4) & !is.na(s5))  # those who put both on the scale
out$masculinity.cry_more_than_fight <- c(as.list(diff_of(both, ~I(as.numeric(s4 < s5)))), n = sum(!is.na(men$s4) & !is.na(men$s5)))
out$masculinity.cry_fight_mean <- as.list(diff_of(both, ~I(s4 - s5)))

# Sporting goods tracker: up to three stores rated by each person on ten items, weighted; people left the loop early
tracker <- read.csv(gzfile(file("data", "sporting-goods-tracker", "example_a.csv.gz")))
stores <- c("q14r01c01", "q14r01c02", "q14r01c03")
des <- svydesign(~1, weights = ~weight_a, data = tracker)
out$tracker.levels <- lapply(stores, function(s) {
  m <- svymean(as.formula(paste0("~", s)), des, na.rm = TRUE)
  list(estimate = as.numeric(coef(m)), std_error = as.numeric(SE(m)), n = sum(!is.na(tracker[[s]])))
})
for (pair in list(c(1, 2), c(1, 3), c(2, 3))) {
  a <- tracker[[stores[pair[1]]]]; b <- tracker[[stores[pair[2]]]]
  key <- paste0("tracker.", pair[1], pair[2])
  tracker$gap <- a - b
  d <- svydesign(~1, weights = ~weight_a, data = tracker)
  out[[paste0(key, ".same")]] <- c(as.list(diff_of(subset(d, !is.na(gap)), ~gap)), n = sum(!is.na(tracker$gap)))
  # own bases: ratio of totals of each store, linearised jointly
  tracker$ya <- ifelse(is.na(a), 0, a); tracker$xa <- as.numeric(!is.na(a))
  tracker$yb <- ifelse(is.na(b), 0, b); tracker$xb <- as.numeric(!is.na(b))
  d <- svydesign(~1, weights = ~weight_a, data = tracker)
  t <- svytotal(~ya + xa + yb + xb, d)
  g <- svycontrast(t, quote(ya / xa - yb / xb))
  out[[paste0(key, ".own")]] <- list(estimate = as.numeric(coef(g)), std_error = as.numeric(SE(g)))
}
q5 <- paste0("q5_", 1:6)
would <- as.data.frame(lapply(tracker[q5], function(x) as.numeric(x %in% c(4, 5))))
would$weight_a <- tracker$weight_a
des <- svydesign(~1, weights = ~weight_a, data = would)
m <- svymean(as.formula(paste("~", paste(q5, collapse = "+"))), des)
out$tracker.would <- list(estimate = as.numeric(coef(m)), std_error = as.numeric(SE(m)))
out$tracker.would_12 <- as.list(diff_of(des, ~I(q5_1 - q5_2)))
out$r_version <- R.version.string
out$packages <- c(survey = as.character(packageVersion("survey")), psych = as.character(packageVersion("psych")))

say <- function(x) {
  if (is.list(x) && !is.null(names(x))) return(paste0("{", paste0('"', names(x), '": ', vapply(x, say, ""), collapse = ", "), "}"))
  if (is.list(x)) return(paste0("[", paste(vapply(x, say, ""), collapse = ", "), "]"))
  if (!is.null(names(x))) return(say(as.list(x)))
  one <- if (is.character(x)) paste0('"', x, '"') else formatC(x, digits = 15, format = "g", width = 1)
  if (length(one) == 1) one else paste0("[", paste(one, collapse = ", "), "]")
}
lines <- vapply(names(out), function(n) paste0(' "', n, '": ', say(out[[n]])), "")
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), args[2])
