#!/usr/bin/ruby
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Ruby: threads, fibers, a Ractor's thread, children, a pair of sockets, random numbers.
require 'etc'
require 'json'
require 'open3'
require 'securerandom'
require 'socket'
require 'timeout'

def must(holds, what)
  raise what unless holds
end

Signal.trap('TERM') { exit 1 }
must((1..8).map { |n| Thread.new { 'x' * (n << 20) } }.map { |t| t.value.size >> 20 }.sum == 36, 'threads')
must(Fiber.new { Fiber.yield 42 }.resume == 42, 'fiber')
Warning[:experimental] = false
must(Ractor.new { 42 }.take == 42, 'ractor')
must(`uname -s` == "Linux\n", 'output of a child')
must(Open3.capture3('cat', stdin_data: 'x')[0] == 'x', 'pipes')
must(Process.wait2(fork { exit! 7 })[1].exitstatus == 7, 'status of a child')
one, other = UNIXSocket.pair
one.puts 'line'
must(other.gets == "line\n", 'pair of sockets')
Timeout.timeout(4) { sleep 0.001 }
must(Etc.nprocessors.positive? && Etc.uname[:sysname] == 'Linux', 'machine')
must(Socket.gethostname != '' && Etc.getpwuid(0).name, 'names')
must(SecureRandom.hex(16).size == 32 && Time.now.zone, 'random numbers and zone')
must(File.read('/usr/lib/os-release') != '', 'os-release') if File.exist?('/usr/lib/os-release')
GC.start
puts JSON.generate(type: 'sample', features: ['healthy'])
