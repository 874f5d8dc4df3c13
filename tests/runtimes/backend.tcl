#!/usr/bin/tclsh
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Tcl: children, the event loop, the notifier's thread, the name of this machine, time.
proc must {holds what} {
	if {!$holds} {
		puts stderr $what
		exit 1
	}
}
must [expr {[exec uname -s] eq "Linux"}] "output of a child"
set child [open "|cat" r+]
fconfigure $child -blocking 0
puts $child line
flush $child
fileevent $child readable {gets $child said; set done 1}
after 4000 {set done 0}
vwait done
must $done "event loop"
close $child
must [expr {[info hostname] ne "" && [pid] > 0}] "machine"
must [expr {[clock format [clock seconds] -format %Z] ne ""}] "time"
must [expr {rand() < 1}] "random numbers"
puts {{"type": "sample", "features": ["healthy"]}}
