# A family of four moves in and does not know what it needs: eight questions, then five procedures for today (a sixth is left
# for another day). The machine offers the forms for them; two more are added by hand. Their cards are laid down one after the
# other, one PIN is mistyped; what no card and no answer says is asked once. Six forms, one number for five procedures.

start 2026-04-06 09:00
machine forms
machine procedures

09:00 citizen sees idle
09:00 citizen press find
09:00 citizen sees proc_events
09:00 citizen press life:move-in
09:00 citizen reads 海外から引っ越してきましたか。
09:00 citizen press reply:no
09:00 citizen press reply:yes
09:00 citizen press reply:no
09:00 citizen press reply:yes
09:00 citizen press reply:no
09:00 citizen press reply:no
09:00 citizen press reply:no
09:00 citizen reads 最後の質問です。
09:00 citizen press reply:yes
09:00 citizen sees proc_list
09:00 citizen press do:card-address
09:00 citizen press go_on
09:00 citizen sees proc_bring
09:00 citizen press go_on
09:00 citizen sees proc_forms
09:00 citizen press forms
09:00 citizen sees form_choose
09:00 citizen press form:seal-certificate
09:00 citizen press form:proxy
09:00 citizen press next
09:00 citizen sees form_people
09:00 citizen press people:4
09:00 citizen sees form_way
09:00 card mistypes takasaki
09:00 card person yoshino
09:00 card person tsuji
09:00 card person child
09:00 citizen sees form_ask
09:00 citizen answers
09:00 citizen sees form_confirm
09:00 citizen press print
09:00 citizen sees form_take
09:00 citizen press end
09:00 citizen sees proc_visit
09:00 citizen press take_route
09:00 citizen sees take H-001
09:00 citizen press end
09:00 citizen sees idle

end visits 1 procedures 5 forms 6 people 4 sheets 6 codes 6 wrong 0 read 6 kept 0
