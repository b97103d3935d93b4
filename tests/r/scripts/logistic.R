# Logistic regression with what is said about its fit: AUC (DeLong), Hosmer-Lemeshow, variance inflation, factor tests.
directory <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(directory, "common.R"))
suppressPackageStartupMessages(library(pROC))

# Hosmer and Lemeshow (1980) as in ResourceSelection::hoslem.test, the degrees of freedom from the groups there are.
hosmer_lemeshow <- function(outcome, fitted, groups = 10) {
  cuts <- unique(quantile(fitted, probs = seq(0, 1, 1 / groups)))
  group <- cut(fitted, breaks = cuts, include.lowest = TRUE)
  observed <- cbind(tapply(1 - outcome, group, sum), tapply(outcome, group, sum))
  expected <- cbind(tapply(1 - fitted, group, sum), tapply(fitted, group, sum))
  statistic <- sum((observed - expected)^2 / expected)
  df <- nlevels(group) - 2
  list(statistic = statistic, df = df, p_value = pchisq(statistic, df, lower.tail = FALSE))
}

# Fox and Monette's generalised variance inflation, as in car::vif.
variance_inflation <- function(fit) {
  correlation <- cov2cor(vcov(fit)[-1, -1, drop = FALSE])
  assign <- attr(model.matrix(fit), "assign")[-1]
  labels <- attr(terms(fit), "term.labels")
  if (length(labels) < 2) return(NULL)
  value <- vapply(seq_along(labels), function(index) {
    own <- assign == index
    det(correlation[own, own, drop = FALSE]) * det(correlation[!own, !own, drop = FALSE]) / det(correlation)
  }, numeric(1))
  list(covariate = column(labels), gvif = column(value), df = column(as.vector(table(assign))))
}

run <- function(case) {
  frame <- read_data(case$data)
  call <- sprintf("glm(%s ~ %s, family = binomial, data = frame", case$outcome, right_side(case))
  if (!is.null(case$weights)) call <- paste0(call, ", weights = ", case$weights)
  call <- paste0(call, ", epsilon = 1e-14, maxit = 50)")
  fit <- eval(parse(text = call))
  limits <- confint.default(fit)
  result <- list(
    specification = case, r_call = call, n = nobs(fit), n_events = sum(fit$y),
    term = column(names(coef(fit))), coef = column(coef(fit)),
    se = column(summary(fit)$coefficients[, "Std. Error"]),
    ci_low = column(exp(limits[, 1])), ci_high = column(exp(limits[, 2])),
    p_value = column(summary(fit)$coefficients[, "Pr(>|z|)"]),
    log_likelihood = -fit$deviance / 2, null_log_likelihood = -fit$null.deviance / 2
  )
  dropped <- drop1(fit, test = "Chisq")[-1, ]
  result$factor_tests <- list(covariate = column(rownames(dropped)), statistic = column(dropped$LRT),
                              df = column(dropped$Df), p_value = column(dropped[["Pr(>Chi)"]]))
  if (is.null(case$weights)) {
    curve <- roc(fit$y, fitted(fit), quiet = TRUE, direction = "<")
    result$auc <- as.list(setNames(as.numeric(ci.auc(curve)), c("low", "auc", "high")))
    result$hosmer_lemeshow <- hosmer_lemeshow(fit$y, fitted(fit))
  }
  result$variance_inflation <- variance_inflation(fit)
  result
}

case <- function(data, outcome, covariates, ...) {
  list(data = data, outcome = outcome, covariates = column(covariates), ...)
}

cases <- list(
  case("birthwt", "low", c("age", "lwt", "race", "smoke", "ptl", "ht", "ui", "ftv")),
  case("birthwt", "low", c("race")),
  case("birthwt", "low", c("lwt")),
  case("birthwt", "low", c("lwt", "race", "smoke"), weights = "weight_whole"),
  case("lung", "event", c("age", "sex", "ph_ecog", "wt_loss")),
  case("pbc", "death", c("age", "sex", "log_bili", "albumin", "protime", "stage")),
  case("colon_death", "status", c("rx", "sex", "age", "obstruct", "nodes", "differ")),
  case("rotterdam", "death", c("age", "meno", "size", "grade", "log_nodes", "hormon", "chemo")),
  case("endometrial", "HG", c("PI", "EH"))
)
write_cases("logistic", lapply(cases, run))
