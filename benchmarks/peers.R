# The same tables with R survey, in its fastest public form: one svyby over all items for each banner variable.
# Usage: Rscript peers.R data.csv element|clustered items variables; prints CPU seconds of the tables alone.
suppressWarnings(suppressMessages(library(survey)))
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1])
items <- sprintf("i%d", seq_len(as.integer(arguments[3])) - 1)
for (name in c(items, grep("^b", names(d), value = TRUE))) d[[name]] <- factor(d[[name]])
design <- if (arguments[2] == "element") svydesign(id = ~1, weights = ~w, data = d) else svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = d)
started <- proc.time()
for (v in seq_len(as.integer(arguments[4])) - 1) svyby(reformulate(items), reformulate(sprintf("b%d", v)), design, svymean, na.rm = TRUE)
took <- proc.time() - started
cat(sum(took[1:2]), "\n")
