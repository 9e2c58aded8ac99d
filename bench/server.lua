-- nnlua's side of the benchmarks: answers each line "group, name, threads, seconds" (with tabs
-- between) with the seconds that the work takes once, from a sample at least so long; or "none".
-- `threads` 0 leaves the number alone.
--
--   nnlua bench/server.lua BUILD

local folder = arg[0]:match("^(.*/)")
package.cpath = arg[1] .. "/bench/?.so;" .. package.cpath
local clock = require "clock"
local nn = require "nnlua"

local default_threads = nn.get_num_threads()

-- Loads the group and prepares the work; nil when there is none of that name.
local function prepare(group, name)
  for _, work in ipairs(dofile(folder .. "work/" .. group .. ".lua")) do
    if work.name == name then
      nn.manual_seed(0)
      return {step = work.make(), per = work.per or 1, count = 1}
    end
  end
end

-- Runs it more and more often until the sample is long enough.
local function sample(work, seconds)
  local step = work.step
  while true do
    local count = work.count
    local start = clock()
    for _ = 1, count do step() end
    local taken = clock() - start
    if taken >= seconds then return taken / (count * work.per) end
    work.count = math.ceil(count * math.min(10, 1.3 * seconds / taken))
  end
end

local ready = {} -- the last work that was asked for
for line in io.lines() do
  local group, name, threads, seconds = line:match("^(.-)\t(.-)\t(%d+)\t(.*)$")
  nn.set_num_threads(threads == "0" and default_threads or tonumber(threads))
  if ready.name ~= group .. name then
    ready.work = nil
    collectgarbage()
    collectgarbage()
    ready.name, ready.work = group .. name, prepare(group, name)
  end
  print(ready.work and ("%.9g"):format(sample(ready.work, tonumber(seconds))) or "none")
  io.stdout:flush()
end
