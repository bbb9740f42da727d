"""A process of its own that appends until it is killed, alone or several together, and says on its output what has
been acknowledged."""

import random
import sys
from pathlib import Path

from offline_store.log import Log, NewFact

path, seed = Path(sys.argv[1]), int(sys.argv[2])
choose = random.Random(seed)
log = Log.open(path, "m1").log
while True:
    count = choose.choice((1, 1, 1, 2, 7, 60))
    body = b'{"x":"%s"}' % (b"x" * choose.randrange(6000))
    facts = [NewFact("child", "Called", body, 0)] * count
    if choose.random() < 0.3:
        with log.together():
            log.append(facts)
            acknowledged = log.append(facts)[-1].seq
    else:
        acknowledged = log.append(facts)[-1].seq
    sys.stdout.write(f"{acknowledged}\n")
    sys.stdout.flush()
