"""Pure rules of the office: facts, folds, queue, calls, estimates, calendar, catalogue."""
