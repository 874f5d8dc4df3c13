#! /usr/bin/gforth
\ SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
\ SPDX-License-Identifier: LGPL-2.1-or-later
\
\ A backend in Forth: a child, the time, memory.
: must 0= if 1 (bye) then ;
s" true" system $? 0= must
utime d0= 0= must
100000 allocate 0= must free 0= must
s\" {\"type\": \"sample\", \"features\": [\"healthy\"]}" type cr
bye
