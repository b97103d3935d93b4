# Times R's own fits on the table that tests.bench wrote; prints one "name seconds" a line.
# The robust fit is timed on the first rows only: its time grows with the square of the rows.
suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
table <- read.csv(arguments[1])
first <- head(table, as.integer(arguments[2]))
covariates <- grep("^x", names(table), value = TRUE)
right <- paste(covariates, collapse = " + ")
model <- as.formula(paste("Surv(time_days, is_event) ~", right))
timed <- function(name, expression) {
  cat(name, sum(system.time(expression)[c("user.self", "sys.self")]), "\n")
}
timed("kaplan_meier", survfit(Surv(time_days, is_event) ~ 1, data = table, conf.type = "log-log"))
timed("logistic", glm(as.formula(paste("outcome ~", right)), family = binomial, data = table))
fit <- NULL
timed("cox", fit <- coxph(model, data = table))
timed("proportional_hazards", cox.zph(fit))
timed("cox_robust_first_rows", coxph(model, data = first, robust = TRUE))
