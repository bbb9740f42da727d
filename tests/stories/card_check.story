# My Number cards under a real pcscd: a good one, a wrong PIN, the last try, a locked one and the ticket for its reset,
# an expired one, a driving licence, a card pulled too early, the card service dying, and a card that is left behind.
# The cards are simulated; their PIN is 8642. \r is the key 決定 of the tactile pad.

start 2026-04-06 09:00
machine card-reader

# A good card, checked by touch.
09:00 citizen sees idle
09:00 citizen press card
09:00 citizen sees card_about
09:00 citizen press begin
09:00 citizen sees card_place
09:00 card place my_number
09:00 citizen sees card_pin
09:00 citizen press pin:8
09:00 citizen press pin:6
09:00 citizen press pin:1
09:00 citizen press pin:erase
09:00 citizen press pin:4
09:00 citizen press pin:2
09:00 citizen press pin:enter
09:00 citizen sees card_result
09:00 citizen reads このカードは使えます。
09:00 citizen reads 2030年11月3日
09:00 citizen press end
09:00 citizen sees card_take
09:00 citizen hears chime-001
09:00 card take
09:00 citizen sees idle

# A driving licence first, then a card whose PIN is mistyped; typed on the tactile pad, in English.
09:03 citizen press language:en
09:03 citizen press card
09:03 citizen press begin
09:03 card place driving_licence
09:03 citizen reads "This is a driving licence."
09:03 card take
09:03 citizen reads "Place your card."
09:03 card place my_number
09:03 citizen sees card_pin
09:03 citizen keys "1111\r"
09:03 citizen reads "2 tries left."
09:03 citizen keys "2222\r"
09:03 citizen sees card_last
09:03 citizen press spend
09:03 citizen sees card_pin
09:03 citizen keys "8642\r"
09:03 citizen sees card_result
09:03 citizen reads "This card works."
09:03 citizen press end
09:03 card take
09:03 citizen sees idle

# A locked one, and the ticket to have its PIN reset.
09:06 citizen press card
09:06 citizen press begin
09:06 card place locked
09:06 citizen reads 暗証番号がロックされています。
09:06 citizen press reset
09:06 citizen sees card_take
09:06 card take
09:06 citizen sees confirm
09:06 citizen press take
09:06 citizen sees take M-001
09:06 citizen press end

# An expired one.
09:09 citizen press card
09:09 citizen press begin
09:09 card place expired
09:09 citizen reads 有効期限が切れています
09:09 citizen press end
09:09 card take
09:09 citizen sees idle

# Pulled too early, then the card service dies and comes back, then it works.
09:12 citizen press card
09:12 citizen press begin
09:12 card place my_number
09:12 citizen sees card_pin
09:12 citizen press pin:8
09:12 card take
09:12 citizen reads カードが途中ではなれました。
09:12 card service-dies
09:12 citizen reads カードの読み取りがいま使えません。
09:12 card service-back
09:12 citizen reads カードを置いてください。
09:12 card place my_number
09:12 citizen sees card_pin
09:12 citizen keys "8642\r"
09:12 citizen reads このカードは使えます。

# Its owner walks away: staff are called, and the next visitor takes a ticket.
09:15 citizen sees card_result
09:16 citizen sees card_take
09:18 citizen sees idle
09:18 citizen reads 残っています
09:18 citizen press ticket
09:18 citizen press group:A
09:18 citizen press service:resident-record-copy
09:18 citizen press take
09:18 citizen sees take A-001
09:18 citizen press end
09:18 card take
09:19 citizen sees idle
09:19 citizen reads-no-more 残っています

end issued 2 printed 2 checked 5
