# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Crystal: fibers, a child, random numbers, the name of this machine, the time.
channel = Channel(Int32).new
8.times { |n| spawn { channel.send(n * n) } }
raise "fibers" unless (0...8).sum { channel.receive } == 140
raise "output of a child" unless `uname -s` == "Linux\n"
raise "machine" if System.hostname.empty? || System.cpu_count < 1
raise "path" unless Process.executable_path
raise "time" unless Time.local.year > 2000
Random::Secure.random_bytes(16)
sleep 1.millisecond
GC.collect
puts %({"type": "sample", "features": ["healthy"]})
