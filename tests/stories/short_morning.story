# A short morning in an office of several computers: a hub, two ticket machines, two counters and a display. Twenty come
# within a quarter of an hour, and meanwhile one machine is cut off. The suite plays it; busy_morning is the whole.
# One line an act: TIME WHO VERB THINGS. Times are office time on Monday 6 April 2026.

start 2026-04-06 08:55
office machines 2 counters 3 7 displays 1F

08:56 counter 3 opens
08:56 counter 7 opens
09:00 visitors come 20 until 09:15 seed 3 by-hand 2 recalled 2 held 1 transferred 1 two-stage 2 no-show 1
09:05 machine 2 cut-off
09:10 everybody is-looked-at
09:11 machine 2 healed
10:05 counter 3 closes
10:05 counter 7 closes
10:05 everybody is-looked-at

end issued 20 printed 20 called 20 completed 19 no-shows 1 waiting 0
