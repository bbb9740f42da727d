# A technician comes at 8:06, before the office opens. The touch panel's cable has come out in the night, the computer is hot:
# both are found with what to do, the slip takes them along, and each device is tried by hand.

start 2026-04-06 08:06
machine technician

# By the door of staff: a finger that rests on the time, then the technician's code.
08:06 computer touch-unplugged
08:06 computer hot
08:06 citizen press staff_door
08:06 citizen press pin:9
08:06 citizen press pin:0
08:06 citizen press pin:0
08:06 citizen press pin:1
08:06 citizen press pin:enter
08:06 citizen press pin:5
08:06 citizen press pin:7
08:06 citizen press pin:9
08:06 citizen press pin:1
08:06 citizen press pin:enter
08:06 citizen sees tech_list

# What is wrong, and the slip to take along.
08:07 citizen press check:temperature
08:07 citizen reads "温度：85 ℃"
08:07 citizen press check:touch
08:07 citizen reads タッチ：ありません
08:07 citizen press slip
08:07 citizen reads 紙が出て、切れました。
08:07 citizen press back

# The cable is plugged in, the dust is out.
08:10 computer well
08:10 citizen press look
08:10 citizen sees tech_list
08:10 citizen press check:temperature
08:10 citizen reads "温度：48 ℃"

# The printer: what it is, a trial page, the cutter.
08:11 citizen press check:printer
08:11 citizen press try:printer
08:11 citizen sees tech_device
08:11 technician reads-line できます
08:11 citizen press do:test
08:11 citizen reads 紙が出て、切れました。
08:11 citizen press back
08:11 citizen press do:recover
08:11 citizen reads 印刷できるようになりました。
08:11 citizen press back
08:11 citizen press back

# The card reader.
08:12 citizen press check:card_reader
08:12 citizen press try:card_reader
08:12 technician reads-line 何も置かれていません
08:12 card place my_number
08:12 technician reads-line マイナンバーカード（証明書あり）
08:12 card take
08:12 technician reads-line 何も置かれていません
08:12 citizen press say:good

# Touch, keys, colours, sound.
08:13 citizen press check:touch
08:13 citizen press try:touch
08:13 technician touches-all
08:13 citizen reads のすべてが反応しました。
08:13 citizen press back
08:14 citizen press check:keys
08:14 citizen press try:keys
08:14 technician types-all
08:14 citizen reads のすべてのキーが届きました。
08:14 citizen press back
08:15 citizen press check:screen
08:15 citizen press try:screen
08:15 technician looks-at-colours
08:15 citizen press say:good
08:16 citizen press check:sound
08:16 citizen press try:sound
08:16 citizen press sound:earphone
08:16 citizen hears tech_device
08:16 citizen press sound:machine
08:16 citizen hears aloud-
08:16 citizen press say:good

# At the end a slip with all that was found and tried.
08:17 citizen press slip
08:17 citizen reads 紙が出て、切れました。
08:17 citizen press back
08:18 citizen press back
08:18 citizen sees closed

end issued 0 papers 3 tried 5 pictured 1
