# A family of four moves in: five procedures, six forms, one visit. Their cards are laid down one after the other, with the PIN for
# the four attributes; what no card says is answered with few keys. Then one of them has no card, and a PIN that is mistyped.

start 2026-04-06 09:00
machine forms

09:00 citizen sees idle
09:00 citizen press forms
09:00 citizen sees form_choose
09:00 citizen press form:resident-move
09:00 citizen press form:resident-record
09:00 citizen press form:seal-certificate
09:00 citizen press form:health-insurance
09:00 citizen press form:child-allowance
09:00 citizen press form:proxy
09:00 citizen press next
09:00 citizen sees form_people
09:00 citizen press people:4
09:00 citizen sees form_way
09:00 card person takasaki
09:00 card person yoshino
09:00 card person tsuji
09:00 card person child
09:00 citizen sees form_ask
09:00 citizen answers
09:00 citizen sees form_confirm
09:00 citizen press print
09:00 citizen sees form_take
09:00 citizen press end
09:00 citizen sees idle

# In easy Japanese: the PIN is mistyped once, then the card is read.
09:05 citizen press language:easy
09:05 citizen press forms
09:05 citizen press form:proxy
09:05 citizen press next
09:05 citizen press way:card
09:05 citizen sees card_place
09:05 card mistyped latin
09:05 citizen sees form_check
09:05 citizen press right
09:05 card take
09:05 citizen answers
09:05 citizen sees form_confirm
09:05 citizen press print
09:05 citizen sees form_take
09:05 citizen press end
09:05 citizen sees idle

end forms 7 people 5 sheets 7 codes 7 names 7 titles 7 kept 0
