#!/usr/bin/env elixir
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Elixir: tasks, the name of this machine, the time.
["--print-capabilities"] = System.argv()
328_350 = 0..99 |> Task.async_stream(&(&1 * &1)) |> Enum.map(fn {:ok, n} -> n end) |> Enum.sum()
true = System.schedulers_online() > 0
{:ok, _} = :inet.gethostname()
%NaiveDateTime{} = NaiveDateTime.local_now()
IO.puts(~s({"type": "sample", "features": ["healthy"]}))
