# The first day: six visitors in three languages, a double tap, a ticket held and recalled, a no-show,
# paper that runs out in mid-ticket and is refilled, and closing time.
# One line an act: TIME WHO VERB THINGS. Times are office time on Monday 6 April 2026.

start 2026-04-06 08:25

# Before the counters open the machine already gives numbers.
08:31 citizen sees idle
08:31 citizen press ticket
08:31 citizen sees choose
08:31 citizen press group:A
08:31 citizen sees services
08:31 citizen press service:resident-record-copy
08:31 citizen sees confirm
08:31 citizen press take
08:31 citizen sees take A-001
08:31 citizen press end

08:32 staff 1001 sign-in
08:32 staff 1001 open 3
08:32 staff 1002 sign-in
08:32 staff 1002 open 4

# The second visitor reads English and taps twice on the last button: one ticket.
08:33 citizen press language:en
08:33 citizen press ticket
08:33 citizen press group:A
08:33 citizen press service:resident-record-copy
08:33 citizen press-twice take
08:33 citizen sees take A-002
08:33 citizen press end

# The third reads やさしい日本語.
08:35 citizen press language:easy
08:35 citizen press ticket
08:35 citizen press group:A
08:35 citizen press service:resident-record-copy
08:35 citizen press take
08:35 citizen sees take A-003
08:35 citizen press end

08:40 staff 1001 next A-001
08:40 display shows A-001 3
08:41 staff 1002 next A-002
08:41 display shows A-002 4

# A-002 has to fill in a form: held, then called again when she is ready.
08:42 staff 1002 hold A-002
08:43 staff 1002 next A-003
08:46 staff 1001 complete A-001
08:47 staff 1001 call A-002
08:47 display shows A-002 3
08:48 staff 1001 recall A-002
08:52 staff 1001 complete A-002
08:53 staff 1002 complete A-003

# The paper runs out in the middle of the fourth ticket; the same number comes out again, marked 再発行.
09:10 printer paper-out-after-lines 150
09:10 citizen press ticket
09:10 citizen press group:A
09:10 citizen press service:resident-record-copy
09:10 citizen press take
09:10 citizen sees doubt
09:10 citizen press no_paper
09:10 citizen sees trouble
09:11 staff 1001 accept-alert
09:12 printer refill
09:12 citizen sees take A-004
09:12 citizen press end

# The fifth goes for a walk and does not come.
09:20 citizen press language:en
09:20 citizen press ticket
09:20 citizen press group:A
09:20 citizen press service:resident-record-copy
09:20 citizen press take
09:20 citizen sees take A-005
09:20 citizen press end
09:25 staff 1001 next A-004
09:30 staff 1001 next A-005
09:31 staff 1001 recall A-005
09:35 staff 1001 no-show A-005
09:35 display missed A-005

# The sixth comes shortly before closing time; afterwards the machine says when it opens again.
16:50 citizen press ticket
16:50 citizen press group:A
16:50 citizen press service:resident-record-copy
16:50 citizen press take
16:50 citizen sees take A-006
16:50 citizen press end
16:55 staff 1001 next A-006
17:00 staff 1001 complete A-006
17:20 citizen sees closed
17:20 staff 1001 close
17:20 staff 1002 close

end issued 6 printed 6 called 6 completed 5 no-shows 1 spoken 9
