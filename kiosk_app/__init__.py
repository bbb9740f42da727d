"""The core of one machine, headless: office rules, journeys, devices, the one API."""
