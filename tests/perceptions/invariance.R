# Reference answers for to_lavaan(model = "invariance"), by another author's code:
#   Rscript invariance.R > invariance.json        (in this folder; lavaan 0.6-14, semTools 0.5-6)
# semTools::measEq.syntax writes the models of Wu and Estabrook (2016); lavaan fits them.
suppressMessages({library(lavaan); library(semTools)})
d <- read.csv("ratings_twice.csv")
items <- c("honest", "fair", "kind", "open")
steps <- list(configural = "", thresholds = "thresholds", loadings = c("thresholds", "loadings"),
              intercepts = c("thresholds", "loadings", "intercepts"))
measures <- function(f) as.list(fitMeasures(f, c("npar", "chisq", "df", "chisq.scaled", "df.scaled")))
one <- d[c(paste0("micro_", items), "group")]; names(one) <- c(items, "group")
by_group <- lapply(steps, function(equal) {
  s <- measEq.syntax(paste("trust =~", paste(items, collapse = " + ")), data = one, ordered = items,
    parameterization = "theta", ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016", group = "group", group.equal = equal)
  measures(cfa(as.character(s), data = one, ordered = items, parameterization = "theta", group = "group",
    estimator = "WLSMV"))
})
two <- "t1 =~ micro_honest + micro_fair + micro_kind + micro_open
t2 =~ average_honest + average_fair + average_kind + average_open"
factors <- list(trust = c("t1", "t2"))
same <- lapply(setNames(items, items), function(i) paste0(c("micro_", "average_"), i))
columns <- unlist(same)
repeated <- lapply(steps, function(equal) {
  s <- measEq.syntax(two, data = d, ordered = columns, parameterization = "theta", ID.fac = "std.lv",
    ID.cat = "Wu.Estabrook.2016", longFacNames = factors, longIndNames = same, long.equal = equal, auto = "all")
  measures(cfa(as.character(s), data = d, ordered = columns, parameterization = "theta", estimator = "WLSMV"))
})
continuous <- lapply(list(configural = "", loadings = "loadings", intercepts = c("loadings", "intercepts")), function(equal) {
  s <- measEq.syntax(two, data = d, ID.fac = "std.lv", longFacNames = factors, longIndNames = same,
    long.equal = equal, auto = "all", meanstructure = TRUE)
  measures(cfa(as.character(s), data = d, estimator = "MLR", meanstructure = TRUE))
})
out <- list(by_group = by_group, repeated = repeated, repeated_continuous = continuous)
cat(jsonlite::toJSON(out, auto_unbox = TRUE, digits = I(10), pretty = TRUE), "\n")
