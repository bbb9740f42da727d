"""Pure citizen journeys: step(state, event) -> state, commands."""
