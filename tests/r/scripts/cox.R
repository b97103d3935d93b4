# Cox regression: ties, strata, weights, robust and clustered variance, start-stop data; concordance and the test of
# proportional hazards of every fit.
directory <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(directory, "common.R"))

tests <- function(fit) {
  each <- lapply(c("km", "rank", "identity", "log"), function(transform) {
    table <- cox.zph(fit, transform)$table
    list(covariate = column(rownames(table)), statistic = column(table[, "chisq"]), df = column(table[, "df"]),
         p_value = column(table[, "p"]))
  })
  names(each) <- c("km", "rank", "identity", "log")
  by_term <- cox.zph(fit, "km", terms = FALSE)$table
  each$by_term <- list(covariate = column(rownames(by_term)), statistic = column(by_term[, "chisq"]))
  each
}

run <- function(case) {
  frame <- read_data(case$data)
  call <- sprintf("coxph(%s ~ %s, data = frame", surv_text(case), right_side(case))
  if (!is.null(case$weights)) call <- paste0(call, ", weights = ", case$weights)
  if (!is.null(case$robust)) call <- paste0(call, ", robust = ", case$robust)
  if (!is.null(case$cluster)) call <- paste0(call, ", cluster = ", case$cluster)
  if (!is.null(case$ties)) call <- paste0(call, ", ties = \"", case$ties, "\"")
  call <- paste0(call, ", eps = 1e-14, toler.chol = 1e-15, iter.max = 50)")
  fit <- eval(parse(text = call))
  naive <- if (is.null(fit$naive.var)) fit$var else fit$naive.var
  limits <- confint(fit)
  agreement <- concordance(fit)
  list(
    specification = case, r_call = call, n = fit$n, n_events = fit$nevent,
    term = column(names(coef(fit))), coef = column(coef(fit)), se = column(sqrt(diag(fit$var))),
    naive_se = column(sqrt(diag(naive))), ci_low = column(exp(limits[, 1])), ci_high = column(exp(limits[, 2])),
    p_value = column(summary(fit)$coefficients[, "Pr(>|z|)"]),
    log_likelihood = fit$loglik[2], null_log_likelihood = fit$loglik[1],
    concordance = agreement$concordance, concordance_se = sqrt(agreement$var),
    proportional_hazards = tests(fit)
  )
}

case <- function(data, duration, event, covariates, ...) {
  list(data = data, duration = duration, event = event, covariates = column(covariates), ...)
}

cases <- list(
  case("veteran", "time", "status", c("trt", "celltype", "karno", "age")),
  case("veteran", "month", "status", c("trt", "celltype", "karno", "age")),
  case("veteran", "month", "status", c("trt", "karno", "age"), ties = "breslow"),
  case("veteran", "time", "status", c("trt", "karno", "age"), strata = column("celltype")),
  case("veteran", "time", "status", c("trt", "celltype", "karno"), weights = "weight_whole"),
  case("veteran", "month", "status", c("trt", "celltype", "karno"), weights = "weight_fraction"),
  case("veteran", "month", "status", c("trt", "karno"), weights = "weight_fraction", strata = column("celltype")),
  case("veteran", "month", "status", c("trt", "celltype", "karno"), robust = TRUE),
  case("lung", "time", "event", c("age", "sex", "ph_ecog", "wt_loss")),
  case("lung", "month", "event", c("age", "sex", "ph_karno"), strata = column("ph_ecog")),
  case("lung", "time", "event", c("age", "sex"), strata = column("inst")),
  case("pbc", "time", "death", c("age", "sex", "edema", "log_bili", "albumin", "protime", "stage")),
  case("pbc", "year", "death", c("age", "sex", "log_bili", "stage")),
  case("pbc", "time", "death", c("stage")),
  case("colon_death", "time", "status", c("rx", "sex", "age", "obstruct", "nodes", "differ")),
  case("colon_death", "year", "status", c("rx", "nodes"), strata = column(c("sex", "obstruct")),
       weights = "weight_fraction"),
  case("colon", "time", "status", c("rx", "sex", "age", "nodes"), strata = column("etype"), cluster = "id"),
  case("rotterdam", "dtime", "death", c("age", "meno", "size", "grade", "log_nodes", "pgr", "er", "hormon", "chemo")),
  case("rotterdam", "month", "death", c("size", "grade", "log_nodes"), robust = TRUE),
  case("rotterdam", "rtime", "recur", c("size", "log_nodes", "hormon"), weights = "weight_whole"),
  case("heart", "stop", "event", c("age", "year", "surgery", "transplant"), entry = "start"),
  case("heart", "stop", "event", c("age", "year", "transplant"), entry = "start", strata = column("surgery")),
  case("heart", "stop", "event", c("age", "year", "surgery", "transplant"), entry = "start", cluster = "id")
)
write_cases("cox", lapply(cases, run))
