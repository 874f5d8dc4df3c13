#!/usr/bin/env escript
%% SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
%% SPDX-License-Identifier: LGPL-2.1-or-later
%%
%% A backend in Erlang that has children, whom its helper starts, which is sent their descriptors.
main(["--print-capabilities"]) ->
    "Linux\n" = os:cmd("uname -s"),
    Port = open_port({spawn_executable, os:find_executable("cat")}, [binary, stream]),
    port_command(Port, <<"x">>),
    receive {Port, {data, <<"x">>}} -> ok end,
    port_close(Port),
    io:put_chars("{\"type\": \"sample\", \"features\": [\"healthy\"]}\n").
