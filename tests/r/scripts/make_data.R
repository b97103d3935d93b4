# The public data sets of the tests, as CSV, with the columns the tests derive from them.
# Sources and licences: tests/r/data/README.md. Run by `Rscript make_data.R <unused> <output directory>`.

arguments <- commandArgs(trailingOnly = TRUE)
output_directory <- arguments[2]
suppressPackageStartupMessages(library(survival))

save_data <- function(name, frame) {
  names(frame) <- gsub(".", "_", names(frame), fixed = TRUE)
  write.csv(frame, file.path(output_directory, paste0(name, ".csv")), row.names = FALSE, na = "")
}

days_to_months <- function(days) ceiling(days / 30.4375)
# Weights without any meaning, only whole in one column and fractional in the other.
add_weights <- function(frame) {
  frame$weight_whole <- 1 + frame$age %/% 1 %% 3
  frame$weight_fraction <- (1 + frame$age %/% 1 %% 7) / 4
  frame
}

veteran_data <- add_weights(veteran)
veteran_data$month <- days_to_months(veteran_data$time)
save_data("veteran", veteran_data)

lung_data <- add_weights(lung)
lung_data$event <- lung_data$status - 1
lung_data$month <- days_to_months(lung_data$time)
save_data("lung", lung_data)

pbc_data <- pbc
pbc_data$death <- as.integer(pbc_data$status == 2)
pbc_data$stage <- ifelse(is.na(pbc_data$stage), NA, paste0("stage_", pbc_data$stage))
pbc_data$log_bili <- log(pbc_data$bili)
pbc_data$year <- days_to_months(pbc_data$time) %/% 12 + 1
save_data("pbc", pbc_data)

save_data("colon", colon)
colon_death <- add_weights(subset(colon, etype == 2))
colon_death$year <- days_to_months(colon_death$time) %/% 12 + 1
save_data("colon_death", colon_death)

rotterdam_data <- add_weights(rotterdam)
rotterdam_data$month <- days_to_months(rotterdam_data$dtime)
rotterdam_data$log_nodes <- log1p(rotterdam_data$nodes)
save_data("rotterdam", rotterdam_data)

save_data("heart", heart)

births <- MASS::birthwt
births$race <- c("white", "black", "other")[births$race]
births$weight_whole <- 1 + births$age %% 3
save_data("birthwt", births)

data("endometrial", package = "brglm2")
save_data("endometrial", endometrial)
