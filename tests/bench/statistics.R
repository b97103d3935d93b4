# Times R's own fits on the table that statistics.py wrote; prints one "name seconds" a line.
suppressPackageStartupMessages(library(survival))
table <- read.csv(commandArgs(trailingOnly = TRUE)[1])
covariates <- grep("^x", names(table), value = TRUE)
right <- paste(covariates, collapse = " + ")
timed <- function(name, expression) {
  cat(name, system.time(expression)[["elapsed"]], "\n")
}
timed("kaplan_meier", survfit(Surv(time_days, is_event) ~ 1, data = table, conf.type = "log-log"))
timed("logistic", glm(as.formula(paste("outcome ~", right)), family = binomial, data = table))
fit <- NULL
timed("cox", fit <- coxph(as.formula(paste("Surv(time_days, is_event) ~", right)), data = table))
timed("cox_robust", coxph(as.formula(paste("Surv(time_days, is_event) ~", right)), data = table, robust = TRUE))
timed("proportional_hazards", cox.zph(fit))
