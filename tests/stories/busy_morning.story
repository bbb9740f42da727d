# A busy morning in an office of several computers: a hub, two ticket machines, six counters, two displays and a voice.
# 150 visitors come between nine and half past ten; one machine is cut off for a while, and the hub dies and comes back.
# One line an act: TIME WHO VERB THINGS. Times are office time on Monday 6 April 2026. How many of the visitors are
# called twice, put aside and so on stands in their line; who it is, the seed says.

start 2026-04-06 08:45
office machines 2 counters 3 4 7 8 11 21 displays 1F 2F voices 1F

08:46 counter 3 opens
08:46 counter 4 opens
08:46 counter 7 opens
08:46 counter 8 opens
08:46 counter 11 opens
08:46 counter 21 opens
08:50 everybody is-looked-at

09:00 visitors come 150 until 10:30 seed 6 by-hand 6 recalled 12 held 8 transferred 6 two-stage 14 no-show 6
09:20 everybody is-looked-at

# Somebody stumbles over a cable: the second machine, a counter and a display are cut off. The machine goes on printing
# from numbers that it has; console and display keep what they know, with its age.
09:40 machine 2 cut-off
09:40 counter 21 cut-off
09:41 display 2F cut-off
09:48 everybody is-looked-at
09:52 machine 2 healed
09:52 counter 21 healed
09:52 display 2F healed

# The hub loses its power. Consoles and displays keep what they know, and the machines go on printing.
10:05 hub killed
10:07 everybody is-looked-at
10:08 hub back

10:25 everybody is-looked-at
11:50 everybody is-looked-at

end issued 150 printed 150 called 150 completed 144 no-shows 6 waiting 0
