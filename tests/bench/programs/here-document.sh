#!/bin/sh
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A wrapper as people write it.
cat << END
{"type": "block", "features": []}
END
