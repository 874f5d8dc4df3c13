#!/usr/bin/swipl
% SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
% SPDX-License-Identifier: LGPL-2.1-or-later
%
% A backend in Prolog, of SWI: threads, a child, random numbers, the time.
:- use_module(library(process)).
:- use_module(library(readutil)).
:- initialization(main, main).

main(['--print-capabilities']) :-
    first_solution(X, [member(X, [1])], []),
    concurrent(4, [succ(1, A), succ(2, B), succ(3, C)], []),
    [A, B, C] = [2, 3, 4],
    process_create(path(uname), ['-s'], [stdout(pipe(Out))]),
    read_line_to_string(Out, "Linux"),
    close(Out),
    random(R), R < 1,
    get_time(Now), format_time(atom(Zone), '%Z', Now), Zone \== '',
    garbage_collect,
    X == 1,
    writeln('{"type": "sample", "features": ["healthy"]}').
