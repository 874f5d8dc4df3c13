#!/usr/bin/Rscript
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in R, which makes a directory for its session before all else: a child, random numbers,
# the name of this machine, time.
stopifnot(identical(commandArgs(TRUE), "--print-capabilities"))
stopifnot(system("uname -s", intern = TRUE) == "Linux")
stopifnot(system2("true") == 0)
stopifnot(runif(1) < 1, nzchar(Sys.info()[["nodename"]]), nzchar(format(Sys.time(), "%Z")))
stopifnot(dir.exists(tempdir()), is.finite(det(diag(3))))
cat('{"type": "sample", "features": ["healthy"]}\n')
