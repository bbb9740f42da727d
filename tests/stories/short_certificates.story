# One certificate that is paid at a counter, and one that the register refuses. What the suite plays of certificates.story.

start 2026-04-06 09:00
machine certificate-kiosk counter

09:00 central refuses-alike mayumi
09:00 staff 1001 sign-in
09:00 staff 1001 open 3
09:01 misaki comes-for resident-record self with head-and-relation
09:01 misaki buys-for 200
09:01 misaki pays-clerk 1001
09:01 misaki takes 1
09:03 mayumi comes-for resident-record self
09:03 mayumi is-refused この機械では発行できません。 窓口へお越しください。
09:04 central has issued 1

end residents 1 refused 1 certificates 1 sheets 1 torn 0 sold-yen 200 claims 0
