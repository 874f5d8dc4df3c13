#!/usr/bin/lua
-- SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- A backend in Lua, in what 5.1 (LuaJIT) and 5.4 share: a child, coroutines, the time.
local child = assert(io.popen("uname -s"))
assert(child:read("*l") == "Linux")
child:close()
local status = os.execute("true")
assert(status == true or status == 0)
local routine = coroutine.wrap(function() coroutine.yield(42) end)
assert(routine() == 42)
assert(os.date("%Y") and os.time() > 0 and os.getenv("PATH"))
assert(os.setlocale(""))
local release = io.open("/usr/lib/os-release")
assert(not release or release:read("*l"))
-- enough for a compiler to begin
local sum = 0
for i = 1, 1000000 do sum = sum + i % 7 end
assert(sum > 0)
if jit then
	local ffi = require("ffi")
	ffi.cdef "int getpid(void); int uname(char *);"
	assert(ffi.C.getpid() > 0 and ffi.C.uname(ffi.new("char[1024]")) == 0)
end
collectgarbage()
print('{"type": "sample", "features": ["healthy"]}')
