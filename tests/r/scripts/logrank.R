# Log-rank tests, plain and stratified.
directory <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(directory, "common.R"))

run <- function(case) {
  frame <- read_data(case$data)
  call <- sprintf("survdiff(%s ~ %s, data = frame)", surv_text(case), right_side(list(
    covariates = case$groups, strata = case$strata
  )))
  fit <- eval(parse(text = call))
  expected <- if (is.matrix(fit$exp)) rowSums(fit$exp) else fit$exp
  df <- sum(expected > 0) - 1
  list(
    specification = case, r_call = call, statistic = fit$chisq, df = df,
    p_value = pchisq(fit$chisq, df, lower.tail = FALSE), n = sum(fit$n)
  )
}

case <- function(data, duration, event, groups, ...) {
  list(data = data, duration = duration, event = event, groups = groups, ...)
}

cases <- list(
  case("veteran", "time", "status", "trt"),
  case("veteran", "time", "status", "celltype"),
  case("veteran", "time", "status", "trt", strata = column("celltype")),
  case("veteran", "month", "status", "celltype", strata = column("trt")),
  case("lung", "time", "event", "sex"),
  case("lung", "time", "event", "ph_ecog"),
  case("lung", "month", "event", "sex", strata = column("ph_ecog")),
  case("lung", "time", "event", "sex", strata = column("inst")),
  case("pbc", "time", "death", "stage"),
  case("pbc", "year", "death", "sex", strata = column(c("stage", "edema"))),
  case("colon_death", "time", "status", "rx"),
  case("colon_death", "year", "status", "rx", strata = column("sex")),
  case("rotterdam", "dtime", "death", "size"),
  case("rotterdam", "month", "death", "chemo", strata = column("grade"))
)
write_cases("logrank", lapply(cases, run))
