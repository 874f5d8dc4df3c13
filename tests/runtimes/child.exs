#!/usr/bin/env elixir
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Elixir that has a child.
{"Linux\n", 0} = System.cmd("uname", ["-s"])
IO.puts(~s({"type": "sample", "features": ["healthy"]}))
