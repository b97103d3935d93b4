# Kaplan-Meier with log-log limits: curves, quantiles, fixed times, weights, plateaus, reverse curves.
directory <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(directory, "common.R"))

run <- function(case) {
  frame <- read_data(case$data)
  if (!is.null(case$where)) frame <- frame[frame[[case$where$column]] == case$where$equals, ]
  status <- if (isTRUE(case$reverse)) sprintf("1 - %s", case$event) else case$event
  call <- sprintf("survfit(Surv(%s, %s) ~ 1, conf.type = \"log-log\"", case$duration, status)
  if (!is.null(case$weights)) call <- paste0(call, ", weights = ", case$weights)
  if (!is.null(case$robust)) call <- paste0(call, ", robust = ", case$robust)
  call <- paste0(call, ", data = frame)")
  fit <- eval(parse(text = call))
  # Under a robust variance R keeps the standard error of the survival, else that of its logarithm.
  log_error <- if (fit$logse) fit$std.err else fit$std.err / fit$surv
  curve <- list(
    time = fit$time, at_risk = fit$n.risk, events = fit$n.event, censored = fit$n.censor, survival = fit$surv,
    std_error = ifelse(fit$surv > 0, log_error, NA), ci_low = fit$lower, ci_high = fit$upper
  )
  # Of a long curve a sample of the rows.
  shown <- unique(round(seq(1, length(fit$time), length.out = 120)))
  quantiles <- quantile(fit, probs = c(0.25, 0.5, 0.75))
  at <- summary(fit, times = unlist(case$times))
  list(
    specification = case, r_call = call, n = fit$n,
    curve = lapply(curve, function(values) column(values[shown])),
    quantiles = lapply(quantiles, column),
    at = lapply(list(time = at$time, survival = at$surv, at_risk = at$n.risk), column)
  )
}

case <- function(data, duration, event, ...) {
  list(data = data, duration = duration, event = event, ...)
}

cases <- list(
  case("veteran", "time", "status", times = c(50, 100, 365.25)),
  case("veteran", "month", "status", times = c(1, 6, 12)),
  case("veteran", "time", "status", weights = "weight_whole", times = c(50, 100)),
  case("veteran", "time", "status", weights = "weight_fraction", times = c(50, 100)),
  case("veteran", "time", "status", weights = "weight_fraction", robust = FALSE, times = c(50, 100)),
  case("veteran", "time", "status", robust = TRUE, times = c(50, 100)),
  case("lung", "time", "event", times = c(182.625, 365.25, 730.5)),
  case("lung", "time", "event", where = list(column = "sex", equals = 2), times = c(365.25, 730.5)),
  case("lung", "time", "event", reverse = TRUE, times = c(365.25)),
  case("pbc", "time", "death", times = c(365.25, 1826.25, 3652.5)),
  case("pbc", "year", "death", times = c(1, 5, 10)),
  case("colon_death", "time", "status", where = list(column = "rx", equals = "Lev+5FU"), times = c(365.25, 1826.25)),
  case("colon_death", "time", "status", weights = "weight_fraction", times = c(365.25, 1826.25)),
  case("rotterdam", "dtime", "death", times = c(365.25, 1826.25, 3652.5)),
  case("rotterdam", "rtime", "recur", where = list(column = "chemo", equals = 1), times = c(365.25, 1826.25)),
  case("plateaus", "time", "event", where = list(column = "curve", equals = "half_between"), times = c(2, 6)),
  case("plateaus", "time", "event", where = list(column = "curve", equals = "half_to_the_end"), times = c(2, 6)),
  case("plateaus", "time", "event", where = list(column = "curve", equals = "never_half"), times = c(2, 6)),
  case("plateaus", "time", "event", where = list(column = "curve", equals = "event_at_zero"), times = c(0, 2)),
  case("plateaus", "time", "event", where = list(column = "curve", equals = "one_time"), times = c(3, 5)),
  case("plateaus", "time", "event", where = list(column = "curve", equals = "no_events"), times = c(3)),
  case("plateaus", "time", "event", where = list(column = "curve", equals = "one_person"), times = c(3))
)
write_cases("kaplan_meier", lapply(cases, run))
