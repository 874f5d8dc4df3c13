# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A caller of the kit in Python: see tests/cli/kits.bats."""

import json
import os
import sys

import vhost_probe

KINDS = {
    vhost_probe.NoMatch: "no-match",
    vhost_probe.Failed: "failed",
    vhost_probe.NotCached: "not-cached",
    vhost_probe.Timeout: "deadline",
}

words = sys.argv[1:]
options = []
if "--" in words:
    options = words[words.index("--") + 1:]
    words = words[:words.index("--")]
deadline = os.environ.get("DEADLINE")
try:
    print(vhost_probe.find(*words, options=options, program=os.environ["VHOST_PROBE"],
                           timeout=float(deadline) if deadline else None))
except vhost_probe.Error as error:
    kind = KINDS.get(type(error), "foreign")
    if isinstance(error.__cause__, OSError):
        kind = "missing"
    print(kind)
    for one in error.candidates:
        print(one.name, one.verdict, json.dumps(one.reason), sep="\t")
    print(error, file=sys.stderr)
    sys.exit(1)
