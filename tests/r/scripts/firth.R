# Firth's penalised likelihood. Debian has neither logistf nor coxphf: the logistic estimates come from brglm2, and
# profile limits, p values and all of the Cox fits from the penalised likelihood written out below.
directory <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(directory, "common.R"))
suppressPackageStartupMessages(library(brglm2))

log_determinant <- function(information) as.numeric(determinant(information, logarithm = TRUE)$modulus)

# Value, score and information of an unpenalised likelihood at given coefficients.
logistic_likelihood <- function(x, y) function(beta) {
  probability <- plogis(drop(x %*% beta))
  list(value = sum(dbinom(y, 1, probability, log = TRUE)), score = drop(crossprod(x, y - probability)),
       information = crossprod(x * sqrt(probability * (1 - probability))))
}

cox_likelihood <- function(formula, frame, ties) function(beta) {
  fit <- coxph(formula, data = frame, init = beta, control = coxph.control(iter.max = 0), ties = ties, x = TRUE)
  size <- length(beta)
  detail <- coxph.detail(fit)
  # Score residuals add up to the score, whatever the ties.
  residual <- residuals(fit, "score")
  list(value = fit$loglik[1], score = if (size == 1) sum(residual) else colSums(residual),
       information = if (size == 1) matrix(sum(detail$imat)) else apply(detail$imat, 1:2, sum))
}

# The maximum over the free coefficients; the penalty is differentiated by central differences.
maximise <- function(likelihood, start, free = rep(TRUE, length(start))) {
  beta <- start
  penalised <- function(beta) {
    at <- likelihood(beta)
    at$value + log_determinant(at$information) / 2
  }
  for (iteration in seq_len(500)) {
    at <- likelihood(beta)
    penalty <- vapply(seq_along(beta), function(index) {
      step <- 1e-4 * max(1, abs(beta[index])) * (seq_along(beta) == index)
      near <- log_determinant(likelihood(beta + step)$information) - log_determinant(likelihood(beta - step)$information)
      far <- log_determinant(likelihood(beta + 2 * step)$information) -
        log_determinant(likelihood(beta - 2 * step)$information)
      (8 * near - far) / (12 * sum(step))
    }, numeric(1))
    score <- (at$score + penalty / 2)[free]
    if (!any(free)) break
    change <- solve(at$information[free, free, drop = FALSE], score)
    change <- change * min(1, 2 / max(abs(change)))
    while (TRUE) {
      candidate <- beta
      candidate[free] <- beta[free] + change
      if (penalised(candidate) >= penalised(beta) - 1e-11) break
      change <- change / 2
    }
    beta <- candidate
    if (max(abs(change)) < 1e-10) break
  }
  list(beta = beta, value = penalised(beta), information = likelihood(beta)$information)
}

profile_limits <- function(likelihood, best, index) {
  free <- seq_along(best$beta) != index
  se <- sqrt(diag(solve(best$information)))[index]
  start <- best$beta
  drop <- function(coefficient) {
    start[index] <- coefficient
    found <- maximise(likelihood, start, free)
    start <<- found$beta
    2 * (best$value - found$value) - qchisq(0.95, 1)
  }
  limit <- function(side) {
    near <- best$beta[index]
    far <- near + side * 1.5 * se
    start <<- best$beta
    while (drop(far) < 0) far <- far + side * se
    start <<- best$beta
    uniroot(drop, sort(c(near, far)), tol = 1e-9)$root
  }
  lower <- limit(-1)
  upper <- limit(1)
  start <- best$beta
  statistic <- drop(0) + qchisq(0.95, 1)
  list(low = lower, high = upper, p_value = pchisq(statistic, 1, lower.tail = FALSE))
}

summarise <- function(likelihood, start, slopes) {
  best <- maximise(likelihood, start)
  limits <- lapply(slopes, function(index) profile_limits(likelihood, best, index))
  list(
    coef = column(best$beta), se = column(sqrt(diag(solve(best$information)))),
    slope_ci_low = column(exp(vapply(limits, function(one) one$low, numeric(1)))),
    slope_ci_high = column(exp(vapply(limits, function(one) one$high, numeric(1)))),
    slope_p_value = column(vapply(limits, function(one) one$p_value, numeric(1)))
  )
}

run_logistic <- function(case) {
  frame <- read_data(case$data)
  formula <- as.formula(paste(case$outcome, "~", right_side(case)))
  frame <- model.frame(formula, frame)
  x <- model.matrix(formula, frame)
  fit <- glm(formula, binomial, frame, method = "brglmFit", type = "AS_mean", epsilon = 1e-12, maxit = 5000)
  values <- summarise(logistic_likelihood(x, model.response(frame)), unname(coef(fit)), seq_len(ncol(x))[-1])
  # Two independent ways to the same estimate.
  stopifnot(max(abs(values$coef - coef(fit))) < 1e-7)
  c(list(specification = case, r_call = "brglmFit(type = \"AS_mean\"); profile written out", model = "logistic",
         n = nrow(frame), term = column(colnames(x)), brglm2_se = column(sqrt(diag(vcov(fit))))), values)
}

run_cox <- function(case) {
  frame <- read_data(case$data)
  if (!is.null(case$where)) frame <- frame[frame[[case$where$column]] == case$where$equals, ]
  formula <- as.formula(paste(surv_text(case), "~", right_side(case)))
  ties <- if (is.null(case$ties)) "efron" else case$ties
  names <- names(suppressWarnings(coef(coxph(formula, frame, ties = ties, iter.max = 3))))
  values <- summarise(cox_likelihood(formula, frame, ties), rep(0, length(names)), seq_along(names))
  c(list(specification = case, r_call = "penalised partial likelihood written out", model = "cox",
         term = column(names)), values)
}

logistic_case <- function(data, outcome, covariates) {
  list(data = data, outcome = outcome, covariates = column(covariates))
}
cox_case <- function(data, duration, event, covariates, ...) {
  list(data = data, duration = duration, event = event, covariates = column(covariates), ...)
}

cases <- c(
  lapply(list(
    logistic_case("endometrial", "HG", c("NV", "PI", "EH")),
    logistic_case("endometrial", "HG", "NV"),
    logistic_case("birthwt", "low", c("age", "lwt", "race", "smoke", "ht"))
  ), run_logistic),
  lapply(list(
    cox_case("monotone", "time", "event", c("treated", "age")),
    cox_case("monotone", "time", "event", "treated", ties = "breslow"),
    cox_case("veteran", "time", "status", c("trt", "karno", "age")),
    cox_case("veteran", "month", "status", c("trt", "karno"), strata = column("celltype"))
  ), run_cox)
)
write_cases("firth", cases)
