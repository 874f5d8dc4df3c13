#!/usr/bin/ruby
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Ruby with files of its own.
require 'tempfile'
require 'tmpdir'

Tempfile.create('backend') { |file| file.write('here') }
Dir.mktmpdir { |dir| File.write("#{dir}/state", 'here') }
puts '{"type": "sample", "features": ["healthy"]}'
