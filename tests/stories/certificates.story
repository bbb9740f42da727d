# Certificates at a kiosk, paid into a coin-and-note unit: ten residents whose names are hard to print, three who get none,
# paper that ends in the first of two pages, and a network that is gone once the money is inside.
# The cards are simulated under a real pcscd; their PIN is 8642. Residents: kiosk_people.py.

start 2026-04-06 09:00
machine certificate-kiosk unit

09:00 central refuses-alike mayumi kazuko
09:00 staff 1001 sign-in
09:00 staff 1001 open 3

09:01 misaki comes-for resident-record self with head-and-relation
09:01 misaki buys-for 200
09:01 misaki inserts 100 100
09:01 misaki takes 1

09:03 ichiro comes-for seal-registration self
09:03 ichiro buys-for 200
09:03 ichiro inserts 1000
09:03 ichiro takes 1

# Two of one household, one after the other: their characters need a variation selector.
09:05 osamu comes-for family-register all
09:05 osamu buys-for 450
09:05 osamu inserts 500
09:05 osamu takes 1
09:07 aya comes-for resident-record self with domicile
09:07 aya buys-for 200
09:07 aya inserts 100 50 50
09:07 aya takes 1

09:09 nguyen comes-for resident-record self with nationality,residence-status
09:09 nguyen buys-for 200
09:09 nguyen inserts 500
09:09 nguyen takes 1

# The authority has taken this card back: it is told so, exactly.
09:11 kenta comes-for resident-record self
09:11 kenta is-refused 電子証明書が失効しています。

# Whatever the register's cause is, it is one sentence after one time.
09:13 mayumi comes-for resident-record self
09:13 mayumi is-refused この機械では発行できません。 窓口へお越しください。
09:16 kazuko comes-for resident-record self
09:16 kazuko is-refused この機械では発行できません。 窓口へお越しください。

09:19 chizuru comes-for income-tax self
09:19 chizuru buys-for 300
09:19 chizuru inserts 100 100 100
09:19 chizuru takes 1

09:21 mitsu comes-for resident-record self with domicile copies 2
09:21 mitsu buys-for 400
09:21 mitsu inserts 500
09:21 mitsu takes 2

09:23 alexandra comes-for resident-record self with nationality
09:23 alexandra buys-for 200
09:23 alexandra inserts 100 100
09:23 alexandra takes 1

# Three people at home: two sheets. The paper ends in the first: half a certificate is none, and the money comes back.
# When somebody has loaded paper it is sold again.
09:25 tokunaga comes-for resident-record all with head-and-relation,domicile
09:25 documents end-after-lines 1200
09:25 tokunaga buys-for 200
09:25 tokunaga inserts 100 100
09:25 tokunaga reads お返し
09:25 tokunaga gets-back 200
09:25 staff 1001 accepts-alert
09:26 documents refilled
09:27 tokunaga comes-for resident-record all with head-and-relation,domicile
09:27 tokunaga buys-for 200
09:27 tokunaga inserts 100 100
09:27 tokunaga takes 2

# A hundred yen are inside when the network goes. Everything that is needed is in the machine; central hears of it later.
09:30 minato comes-for resident-record self
09:30 minato buys-for 200
09:30 minato inserts 100
09:30 network cut-off
09:30 minato inserts 100
09:30 minato takes 1
09:31 central has issuing 1 issued 10
09:32 network healed
09:32 central has issuing 0 issued 11

end residents 10 refused 3 certificates 11 sheets 12 torn 1 sold-yen 2550 claims 0
