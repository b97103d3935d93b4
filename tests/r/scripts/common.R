# Shared by all scripts: reading data, writing expected values with the session that made them.
#
# A script is run as `Rscript <script> <data directory> <output directory>` and writes one JSON file of cases. A case
# holds what was computed (`specification`, read by the Python tests), the R call in words, and the values.

suppressPackageStartupMessages({
  library(jsonlite)
  library(survival)
})
# Levels of text columns in the order of their code points, everywhere.
invisible(Sys.setlocale("LC_COLLATE", "C"))
options(warn = 1)

arguments <- commandArgs(trailingOnly = TRUE)
data_directory <- arguments[1]
output_directory <- arguments[2]

read_data <- function(name) {
  frame <- read.csv(file.path(data_directory, paste0(name, ".csv")), stringsAsFactors = TRUE, na.strings = "")
  # Integer weights make cox.zph stop with an error.
  whole <- vapply(frame, is.integer, logical(1))
  frame[whole] <- lapply(frame[whole], as.numeric)
  frame
}

write_cases <- function(name, cases) {
  information <- sessionInfo()
  packages <- c(information$otherPkgs, information$loadedOnly)
  versions <- vapply(packages, function(package) package$Version, character(1))
  session <- list(
    r_version = R.version.string, platform = R.version$platform, running = information$running,
    packages = as.list(versions[order(names(versions))])
  )
  text <- function(value) toJSON(value, digits = NA, na = "null", null = "null", auto_unbox = TRUE)
  # One line a case, so that a change shows where it is.
  lines <- paste(vapply(cases, text, character(1)), collapse = ",\n")
  path <- file.path(output_directory, paste0(name, ".json"))
  writeLines(paste0("{\"session\": ", text(session), ",\n\"cases\": [\n", lines, "\n]}"), path)
}

# A vector stays a list in JSON even when it has one element; names would turn it into an object.
column <- function(values) I(unname(values))

surv_text <- function(case) {
  times <- if (is.null(case$entry)) case$duration else paste(case$entry, case$duration, sep = ", ")
  sprintf("Surv(%s, %s)", times, case$event)
}

right_side <- function(case) {
  strata <- if (is.null(case$strata)) NULL else sprintf("strata(%s)", paste(case$strata, collapse = ", "))
  paste(c(case$covariates, strata), collapse = " + ")
}
