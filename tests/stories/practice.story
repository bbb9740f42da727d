# A lesson on a Sunday, with nothing but a touchscreen: the whole way of a certificate in easy Japanese. Each step says first
# what to do and why; a digit of somebody's own PIN does nothing; nothing is given, sold or kept.

start 2026-04-05 14:00
machine practice

14:00 citizen sees lesson_start
14:00 citizen press language
14:00 citizen press language:easy
14:00 citizen press begin_lesson
14:01 citizen sees card_place
14:01 citizen reads カードを置(お)きます。
14:01 citizen press understood
14:01 citizen press lay_card
14:02 citizen sees cert_where
14:02 citizen press understood
14:02 citizen press whose:here
14:02 citizen press understood
14:02 citizen press kind:resident-record
14:03 citizen press understood
14:03 citizen press scope:self
14:03 citizen press understood
14:03 citizen press item:head-and-relation
14:03 citizen press next
14:04 citizen press understood
14:04 citizen press copies:1
14:04 citizen sees card_pin
14:04 citizen reads 練習(れんしゅう)では自分(じぶん)の番号(ばんごう)を押(お)しません。
14:04 citizen press understood
14:04 citizen press pin:1
14:04 citizen press pin:2
14:04 citizen press pin:3
14:04 citizen press pin:4
14:04 citizen press pin:enter
14:05 citizen sees cert_card
14:05 citizen press understood
14:05 citizen press take_card
14:05 citizen sees cert_confirm
14:05 citizen press understood
14:05 citizen press buy
14:06 citizen sees cert_pay
14:06 citizen press understood
14:06 citizen press insert
14:06 citizen sees cert_take
14:06 citizen press understood
14:06 citizen press end
14:07 citizen sees lesson_end
14:07 citizen press sheet
14:07 citizen press sample
14:08 citizen press end
14:08 citizen sees lesson_start

end issued 0 printed 0 called 0 completed 0
