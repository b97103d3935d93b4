"""A naive, row-by-row reference of the specification (1-sources, 2-derivations, shapes of 4-releases).

Plain dictionaries, lists and loops; pandas only gives the finished tables their frames. Modules follow the
specification: drops and containers (1.1), rows (1.2), contract (1.3, 1.4), parsing, units, terms, free_text and values
(1.4, 1.5), judge and ledger (1.6), identity (1.7), events, lines (2.1), response and best_response (2.2),
cohort (2.3), covariates and scores (2.4), labels (2.5), endpoints (2.6), shapes and release (4).

Entry point
    release.build_release(raw, key, protocols, parameters=WAREHOUSE) -> {table: pandas.DataFrame}
    raw         folder holding <center>/<drop>/manifest.json
    key         bytes of the pseudonym secret
    protocols   dicts with the parameter names of section 2 plus `study_id`; missing ones take the defaults of
                parameters.PROTOCOL_DEFAULTS, unknown ones raise ValueError; parameters.LENVATINIB and
                parameters.SORAFENIB are the published two

Inner steps, for tests with made-up patients (all dates are datetime.date, all lengths tenths of a millimetre as int)
    lines.exposure(agent, start, stop, center, cut_off, death) -> Exposure
        applies minimum_exposure_days, cut-off and death to one order
    lines.Exposure(agent, first_day, last_day, center="center_a")
    lines.build_eras([Exposure], parameters) -> [Era(agent, first_day, last_day)]
        systemic anticancer agents only, in order of agent and day
    lines.build_lines([Exposure], {center: cut-off date}, parameters)
        -> [Line(number, start, end, regimen, regimen_class, is_ongoing)]
    response.Lesion(number, organ="liver", is_node=False, status="measured", longest=None, viable=None)
        status measured, absent, too_small or not_evaluable; for a node `longest` is the short axis
    response.Assessment(study_id, day, center, modality "CT" or "MRI", lesions=(Lesion, ...), non_target_status,
                        new_lesion "Y" / "N" / None, reported_response, ...)
        studies that are no assessments (2.2) are left out by the caller; several a day are allowed
    response.timepoints_of_line([Assessment], start, next_start or None, "mRECIST" or "RECIST-1.1", parameters)
        -> (Baseline or None, [Timepoint]); timepoints after the next line's start have is_within false
    response.Timepoint(day, overall, ..., is_within=True)
        can be made by hand with day and overall alone for the three steps below
    best_response.best_responses([Timepoint], line_start, protocol) -> (best, confirmed)
    labels.resistance_label([Timepoint] of line 1, index, line 2 start or None, death or None, protocol)
        -> Label(resistance, progression date or None)
    endpoints.Course(line_starts, {line number: [Timepoint]}, death, last_known_alive)
    endpoints.all_endpoints(Course, protocol) -> [Endpoint(endpoint, start, end, is_event, reason)], .time_days
        `new_therapy_policy` ("censor", "ignore") and `max_assessment_gap_days` come from the protocol
    endpoints.landmark(Course, Label, protocol) and endpoints.second_line_comparison(Label, [Line])
    A protocol here is a full one: parameters.complete({...}) or a published constant with changes.

Comparison
    compare.compare_tables(expected, actual) -> readable differences, [] when the tables are equal
"""
