#!/usr/bin/awk -f
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Awk: children that it reads from and writes to, random numbers.
BEGIN {
	if (("uname -s" | getline kernel) != 1 || kernel != "Linux")
		exit 1
	close("uname -s")
	print "x" | "cat > /dev/null"
	if (close("cat > /dev/null") != 0)
		exit 1
	srand()
	if (rand() >= 1 || system("true") != 0)
		exit 1
	print "{\"type\": \"sample\", \"features\": [\"healthy\"]}"
}
