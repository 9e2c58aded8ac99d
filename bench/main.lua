-- nnlua against PyTorch on the same work: `make bench`, or bench/run BUILD [options] [NAME…].
--
-- A work is a pair of entries with one name, in a file of bench/work for each side. Two servers
-- (server.lua under nnlua, server.py under Python) keep the works ready and take turns, so that
-- whatever else the machine does meets both of them.

local folder = arg[0]:match("^(.*/)") or "./"
package.path = folder .. "?.lua;" .. package.path
local build = arg[1]
package.cpath = build .. "/bench/?.so;" .. package.cpath

local measure = require "measure"
local report = require "report"

local usage = [[
usage: bench/run BUILD [options] [NAME…]
  NAME…       only works whose "group/name" contains one of these
  --quick     fewer rounds of shorter samples, without the slow works
  --alone     without PyTorch and other peers
  --json      for machines
  --list      the names
  --rounds N  (default 7)
]]

local function fail(message)
  io.stderr:write("bench: ", message, "\n", usage)
  os.exit(2, true)
end

local function parse(given)
  local options = {rounds = 7, seconds = 0.05, names = {}}
  local i = 2
  while given[i] do
    local word = given[i]
    if word == "--rounds" then
      i = i + 1
      options.rounds = math.tointeger(tonumber(given[i] or "")) or fail("how many rounds?")
    elseif word == "--help" then
      io.write(usage)
      os.exit(0, true)
    elseif word:find "^%-%-" then
      local name = word:sub(3)
      if not ("quick alone json list"):find(name, 1, true) then fail("what is " .. word .. "?") end
      options[name] = true
    else
      options.names[#options.names + 1] = word
    end
    i = i + 1
  end
  if options.quick then options.rounds, options.seconds = 3, 0.005 end
  return options
end

local options = parse(arg)

local function wanted(work)
  if options.quick and work.slow then return false end
  for _, name in ipairs(options.names) do
    if (work.group .. "/" .. work.name):find(name, 1, true) then return true end
  end
  return #options.names == 0
end

-- The works asked for, in the order of their files.
local works = {}
for _, group in ipairs {"nets", "calls", "products", "pointwise", "memory", "programs", "blas"} do
  for _, work in ipairs(dofile(folder .. "work/" .. group .. ".lua")) do
    work.group = group
    if wanted(work) then works[#works + 1] = work end
  end
end

if options.list then
  for _, work in ipairs(works) do print(work.group .. "/" .. work.name) end
  return
end

local bench <close> = measure.start {
  folder = folder, build = build, rounds = options.rounds, seconds = options.seconds,
  alone = options.alone, quick = options.quick,
}
local out = options.json and report.json(bench) or report.table(bench)
for _, work in ipairs(works) do
  for _, row in ipairs(bench:measure(work)) do out:row(row) end
end
out:finish()
