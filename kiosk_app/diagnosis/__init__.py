"""`hitofuda diag`: looks the whole machine over and says what is wrong, why, and what to do next."""
