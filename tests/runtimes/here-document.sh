#!/bin/sh
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in a shell that prints a here-document, a short one and one longer than a pipe.
long=$(awk 'BEGIN { for (i = 0; i < 10000; i++) printf "a line of it\n" }')
lines=$(wc -l << end
$long
end
)
[ "$lines" -eq 10000 ] || exit 1
cat << end
{"type": "sample", "features": ["healthy"]}
end
