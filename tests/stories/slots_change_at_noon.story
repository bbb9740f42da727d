# A day with time slots: the city sells times of two of three lanes on its pages, people come with them or without, and
# the office has no network to the city for an hour. At noon the slots of M become shorter, and it is taken back again.
# One line an act: TIME WHO VERB THINGS. Times are office time on Monday 6 April 2026.

start 2026-04-06 08:45
office machines 2 counters 7 8 11 12 13 displays 1F central

08:46 counter 7 opens
08:46 counter 8 opens
08:46 counter 11 opens
08:46 counter 12 opens
08:46 counter 13 opens
08:47 leader signs-in M
# Whoever calls comes with the last digits of the telephone alone; the first one's are also those of somebody for H.
08:47 caller books M at 9:30 number 08000000018 mistypes 8100
08:48 phones book 14 M from 9:40 until 12:00 pictures 1
08:49 phones book 8 H from 9:40 until 12:00
09:00 visitors come 24 until 11:40 seed 9 by-hand 1
09:05 planners come 1 H for 10:00
09:30 everybody is-looked-at

# A cable of the city's is cut. Its pages go on selling what is theirs, and say how old they are.
10:30 central cut-off
10:32 phones book 12 M from 11:05 until 14:00
10:33 phones book 6 H from 11:10 until 14:00
10:34 caller books H at 13:30 number 0930000777
10:34 planners come 2 M for 11:00
10:40 central is-looked-at
11:30 central healed

# The machines sell times of M until its lunch begins.
11:50 leader tries 7
11:51 leader changes 7
11:52 planners come 4 M for 13:00
12:05 leader takes-back
12:30 everybody is-looked-at
13:05 planners come 1 M for 13:30
14:50 everybody is-looked-at

end booked 40 booked-by-telephone 2 waiting 0 no-shows 0
