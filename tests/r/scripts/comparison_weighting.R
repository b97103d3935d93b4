# Propensity scores, weighted and matched Cox regression, balance (specification 5.1 item 6), on rotterdam:
# hormonal treatment against none. MatchIt matches; everything else is stats and survival.

directory <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(directory, "common.R"))
suppressPackageStartupMessages(library(MatchIt))

frame <- read_data("rotterdam")
settings <- list(
  list(covariates = c("age", "meno", "size", "grade", "nodes", "log_nodes", "year"), rows = 2982, caliper = 0.2),
  list(covariates = c("age", "size", "nodes", "pgr"), rows = 1000, caliper = 0.05),
  list(covariates = c("age", "size", "grade", "er", "year", "pgr"), rows = 2000, caliper = 1)
)

effect <- function(fit) {
  table <- summary(fit)
  limits <- table$conf.int[1, 3:4]
  robust <- "robust se" %in% colnames(table$coefficients)
  list(
    coef = unname(coef(fit)[1]), se = unname(table$coefficients[1, if (robust) "robust se" else "se(coef)"]),
    ci_low = unname(limits[1]), ci_high = unname(limits[2]), p_value = unname(table$coefficients[1, "Pr(>|z|)"])
  )
}

differences <- function(frame, covariates, weights) {
  design <- model.matrix(reformulate(covariates), frame)[, -1, drop = FALSE]
  if ("size" %in% covariates) {
    # A factor of three levels: one difference a level.
    levels <- sapply(levels(frame$size), function(level) as.numeric(frame$size == level))
    colnames(levels) <- paste0("size", colnames(levels))
    design <- cbind(design[, !grepl("^size", colnames(design)), drop = FALSE], levels)
  }
  treated <- frame$hormon == 1
  values <- sapply(colnames(design), function(name) {
    x <- design[, name]
    spread <- function(part) if (grepl("^size", name)) mean(part) * (1 - mean(part)) else var(part)
    (weighted.mean(x[treated], weights[treated]) - weighted.mean(x[!treated], weights[!treated])) /
      sqrt((spread(x[treated]) + spread(x[!treated])) / 2)
  })
  as.list(values)
}

case_of <- function(setting) {
  # The rows in a fixed order that mixes the years of entry.
  data <- frame[order((frame$pid * 7919) %% 2999), ][seq_len(setting$rows), ]
  rownames(data) <- NULL
  control <- glm.control(epsilon = 1e-14, maxit = 100)
  formula <- reformulate(setting$covariates, "hormon")
  score <- unname(fitted(glm(formula, family = binomial, data = data, control = control)))
  treated <- data$hormon == 1
  data$overlap <- ifelse(treated, 1 - score, score)
  data$inverse_probability <- ifelse(treated, 1 / score, 1 / (1 - score))
  effective <- function(w) sum(w)^2 / sum(w^2)
  cox <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 100)
  weighted <- lapply(c("overlap", "inverse_probability"), function(name) {
    data$weight <- data[[name]]
    fit <- coxph(Surv(dtime, death) ~ hormon, data = data, weights = weight, robust = TRUE, control = cox)
    c(
      effect(fit),
      list(
        ess_treated = effective(data$weight[treated]), ess_reference = effective(data$weight[!treated]),
        differences = differences(data, setting$covariates, data$weight)
      )
    )
  })
  subgroups <- lapply(levels(data$size), function(level) {
    part <- subset(data, size == level)
    effect(coxph(Surv(dtime, death) ~ hormon, data = part, weights = overlap, robust = TRUE, control = cox))
  })
  interaction <- coxph(Surv(dtime, death) ~ hormon * size,
    data = data, weights = overlap, robust = TRUE, control = cox
  )
  products <- grepl(":", names(coef(interaction)))
  wald <- drop(coef(interaction)[products] %*% solve(vcov(interaction)[products, products], coef(interaction)[products]))
  # As matchit(method = "nearest", link = "linear.logit", caliper, std.caliper = TRUE, m.order = "largest"), with the
  # distances given as a matrix: MatchIt 4.5.1 cuts distances below 1 to 0 when it makes them itself from the logit.
  # Given a matrix it takes the treated in the order of the data.
  data$logit <- qlogis(score)
  by_logit <- data[order(data$logit, decreasing = TRUE), ]
  distances <- abs(outer(by_logit$logit[by_logit$hormon == 1], by_logit$logit[by_logit$hormon == 0], "-"))
  dimnames(distances) <- list(rownames(by_logit)[by_logit$hormon == 1], rownames(by_logit)[by_logit$hormon == 0])
  matched <- matchit(
    formula,
    data = by_logit, method = "nearest", distance = distances, caliper = setting$caliper * sd(data$logit),
    std.caliper = FALSE, m.order = "data"
  )
  data$pair <- as.integer(matched$subclass[match(rownames(data), rownames(by_logit))])
  partners <- matched$match.matrix[, 1]
  pairs <- cbind(as.integer(rownames(matched$match.matrix)), as.integer(partners))
  pairs <- pairs[!is.na(pairs[, 2]), ]
  matched_fit <- coxph(Surv(dtime, death) ~ hormon,
    data = subset(data, !is.na(pair)), cluster = pair, robust = TRUE, control = cox
  )
  list(
    specification = c(list(data = "rotterdam"), setting),
    call = "glm(binomial); coxph(weights, robust = TRUE); matchit(nearest, distance = |difference of logits|, caliper); coxph(cluster = pair)",
    score_first = column(score[1:20]), score_sum_of_squares = sum(score^2),
    crude = differences(data, setting$covariates, rep(1, nrow(data))),
    overlap = weighted[[1]], inverse_probability = weighted[[2]],
    subgroups = list(
      levels = column(levels(data$size)), effects = subgroups,
      interaction_p_value = pchisq(wald, sum(products), lower.tail = FALSE)
    ),
    pairs = apply(pairs, 1, function(pair) column(pair), simplify = FALSE),
    matched = c(effect(matched_fit), list(differences = differences(data, setting$covariates, 1 * !is.na(data$pair))))
  )
}

write_cases("comparison_weighting", lapply(settings, case_of))
