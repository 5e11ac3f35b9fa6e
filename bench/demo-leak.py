#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demonstration's leaked list: demo-leak.py PORTAL-DIR > leaked.txt

Thirty people of each seller whom nobody else asked for, forty of anybody's,
ten whom many asked for, and ten whom nobody did, shuffled.
"""

import random
import sys

sys.dont_write_bytecode = True
import leaks  # noqa: E402

portal = leaks.read(sys.argv[1])
rng = random.Random(1)
subjects = []
for seller in portal.sellers():
    own = [s for s in portal.of_user[seller] if portal.askers[s] == 1]
    subjects += leaks.sample(rng, own, 30)
subjects += leaks.draw_lookups(portal, rng, 40)
subjects += leaks.draw_popular(portal, rng, 10)
subjects += [f"019{rng.randrange(10 ** 8):08}" for _ in range(10)]
subjects = sorted(set(subjects))
rng.shuffle(subjects)
print("# found on a channel, put together from several files")
print("\n".join(subjects))
