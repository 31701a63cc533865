# Waves of the sporting-goods tracker against R survey: Rscript tracker_waves.R example_a.csv.gz > tracker_waves.json
suppressMessages({library(survey); library(jsonlite)})
options(survey.lonely.psu = "fail")
d <- read.csv(gzfile(commandArgs(TRUE)[1]))
d <- d[d$Wave %in% 1:5, ]
d$place <- ave(d$Wave, d$Wave, FUN = seq_along)
d$q2b_1 <- as.numeric(d$q2b == 1)
d$age <- cut(d$age, c(-Inf, 29, 39, Inf), labels = c("to 29", "30 to 39", "40 and over"))
known <- !is.na(d$q2b)
d$y <- ifelse(known, d$q2b_1, 0)

by_wave <- function(design) {
  got <- svyby(~q2b_1, ~Wave, subset(design, !is.na(q2b)), svymean, covmat = TRUE)
  last <- svycontrast(got, c(0, 0, 0, -1, 1))
  first <- svycontrast(got, c(-1, 0, 0, 0, 1))
  list(share = as.numeric(coef(got)), se = as.numeric(SE(got)),
       previous = c(coef(last), SE(last)), first = c(coef(first), SE(first)))
}
whole <- svydesign(ids = ~1, strata = ~Wave, weights = ~weight_a, data = d)
panel <- svydesign(ids = ~person, weights = ~weight_a,
                   data = transform(d, person = ifelse(place <= 900, place, 10000 * Wave + place)))

# rate and mix between waves 1 and 5, as functions of totals
for (w in c(1, 5)) for (g in 1:3) {
  cell <- known & d$Wave == w & as.integer(d$age) == g
  d[[paste0("n", g, "w", w)]] <- as.numeric(cell)
  d[[paste0("y", g, "w", w)]] <- as.numeric(cell) * d$y
}
cells <- c(t(outer(c("n", "y"), 1:3, paste0)))
cells <- c(paste0(cells, "w1"), paste0(cells, "w5"))
parts <- function(design) {
  total <- svytotal(as.formula(paste("~", paste(cells, collapse = "+"))), design)
  N <- function(w) paste0("(", paste0("n", 1:3, "w", w, collapse = "+"), ")")
  s <- function(g, w) paste0("(n", g, "w", w, "/", N(w), ")")
  p <- function(g, w) paste0("(y", g, "w", w, "/n", g, "w", w, ")")
  rate <- paste0("(", s(1:3, 1), "+", s(1:3, 5), ")/2*(", p(1:3, 5), "-", p(1:3, 1), ")", collapse = "+")
  mix <- paste0("(", p(1:3, 1), "+", p(1:3, 5), ")/2*(", s(1:3, 5), "-", s(1:3, 1), ")", collapse = "+")
  got <- svycontrast(total, list(rate = parse(text = rate)[[1]], mix = parse(text = mix)[[1]]))
  list(estimate = as.numeric(coef(got)), se = as.numeric(SE(got)))
}
whole2 <- svydesign(ids = ~1, strata = ~Wave, weights = ~weight_a, data = d)
panel2 <- svydesign(ids = ~person, weights = ~weight_a,
                    data = transform(d, person = ifelse(place <= 900, place, 10000 * Wave + place)))
out <- list(independent = by_wave(whole), panel = by_wave(panel),
            decomposed = parts(whole2), decomposed_panel = parts(panel2),
            version = as.character(packageVersion("survey")))
cat(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
