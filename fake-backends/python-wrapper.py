#!/usr/bin/python3
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# A wrapper in Python: becomes the `like-gpu` beside it. Needs the interpreter with its library.
# Verdict: match.
import os
import sys

real = os.path.join(os.path.dirname(os.path.abspath(__file__)), "like-gpu")
os.execv(real, [real, *sys.argv[1:]])
