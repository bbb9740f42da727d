# Practice at a machine without a card reader: a visitor walks the whole journey with a sample card, asks why, calls for
# help and prints what there is to print; a second one, in English and by the tactile pad, gives up at the PIN. Staff
# follow on their console.

start 2026-04-06 09:00
machine practice

09:00 staff 1001 sign-in
09:00 staff 1001 open 3

# The first screen, and which card.
09:00 citizen sees idle
09:00 citizen keys "*"
09:00 citizen press practice:begin
09:00 citizen sees practice_about
09:00 staff 1001 sees-line 0 "1号機　れんしゅう中　はじめ（日本語・9:00から）"
09:00 citizen press practice:why
09:00 citizen press close
09:00 citizen press practice:sample
09:00 citizen sees card_place
09:00 citizen hears card_place
09:00 citizen press practice:place
09:01 citizen sees cert_where

# The choices, as on the real screens.
09:01 citizen press whose:here
09:01 citizen press kind:resident-record
09:01 citizen press scope:all
09:01 citizen press item:head-and-relation
09:01 citizen press practice:why
09:01 citizen press close
09:01 citizen press next
09:01 citizen press copies:1

# What comes of a wrong PIN, digits for practice, and somebody who comes.
09:01 citizen sees card_pin
09:01 staff 1001 sees-line 0 "1号機　れんしゅう中　暗証番号（日本語・9:01から）"
09:01 citizen press staff
09:01 staff 1001 accept-alert
09:01 citizen press close
09:01 citizen press practice:wrong
09:01 citizen reads 暗証番号がちがいます。
09:01 citizen press pin:1
09:01 citizen press pin:2
09:01 citizen press pin:3
09:01 citizen press pin:4
09:01 citizen press pin:enter
09:02 citizen sees cert_card
09:02 citizen press practice:take
09:03 citizen sees cert_confirm
09:03 citizen press practice:why
09:03 citizen press close
09:03 citizen press buy
09:03 citizen sees cert_pay
09:03 citizen press practice:pay
09:03 citizen sees cert_print
09:04 citizen sees cert_take
09:04 citizen press end
09:04 citizen sees practice_lesson

# What one takes along, only when it is asked for.
09:04 citizen press practice:print_lesson
09:04 citizen reads 印刷しました。
09:04 citizen press practice:print
09:04 citizen reads 印刷しました。
09:04 citizen press end
09:04 citizen sees idle

# Somebody who gives up.
09:06 citizen press language:en
09:06 citizen press practice:begin
09:06 citizen press practice:own
09:06 citizen reads "Place your card."
09:06 citizen press practice:place
09:07 citizen sees cert_where
09:07 citizen press whose:here
09:07 citizen press kind:seal-registration
09:07 citizen press copies:1
09:07 citizen sees card_pin
09:07 citizen keys "99"
09:07 staff 1001 sees-line 0 "1号機　れんしゅう中　暗証番号（英語・9:07から）"
09:08 citizen sees card_pin
09:09 citizen sees idle

end issued 0 printed 0 practised 2 papers 2 checked 0
