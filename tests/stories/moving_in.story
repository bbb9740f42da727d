# A family moves in and does not know what it needs: eight questions at the touchscreen, one number, four counters one
# after the other. Each counter calls the same number when the one before has done its part.

start 2026-04-06 08:25
machine procedures

08:31 citizen sees idle
08:31 citizen press find
08:31 citizen sees proc_events
08:31 citizen press life:move-in
08:31 citizen reads 海外から引っ越してきましたか。
08:31 citizen press reply:no
08:31 citizen press reply:yes
08:31 citizen reads 会社などの健康保険に入っていますか。
08:31 citizen press reply:unsure
08:31 citizen press reply:yes
08:31 citizen press reply:no
08:31 citizen press reply:no
08:31 citizen press reply:no
08:31 citizen reads 最後の質問です。
08:31 citizen press reply:no
08:31 citizen sees proc_list
08:31 citizen press do:child-medical
08:31 citizen press go_on
08:31 citizen sees proc_bring
08:31 citizen press go_on
08:31 citizen sees proc_visit
08:31 citizen press take_route
08:31 citizen sees take H-001
08:31 citizen press end

08:34 staff 1001 sign-in
08:34 staff 1001 open 7
08:34 staff 1002 sign-in
08:34 staff 1002 open 11
08:36 staff 1001 next H-001
08:50 staff 1001 complete H-001
08:52 staff 1002 next H-001
09:00 staff 1002 complete H-001
09:01 staff 1002 close
09:01 staff 1002 open 21
09:02 staff 1002 next H-001
09:10 staff 1002 complete H-001
09:11 staff 1002 close
09:11 staff 1002 open 25
09:12 staff 1002 next H-001
09:20 staff 1002 complete H-001
09:21 staff 1002 close
09:21 staff 1001 close

end issued 1 printed 1 called 1 completed 4
