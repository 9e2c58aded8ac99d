-- Taking turns: samples of nnlua and of its peer, and what is made of them.
local measure = {}

local bench = {}
bench.__index = bench

-- ---- commands ----

local function read_command(command)
  local pipe = assert(io.popen(command .. " 2>/dev/null"))
  local text = pipe:read("a")
  return pipe:close() and text or nil
end

local function quote(s) return "'" .. s:gsub("'", "'\\''") .. "'" end

local function first_line(text) return text and text:match("[^\n]+") end

-- ---- servers ----

-- A process that answers lines with lines: its output comes through a named pipe, since io.popen
-- gives but one direction.
local function open_server(command)
  local name = os.tmpname()
  os.remove(name)
  assert(os.execute("mkfifo " .. quote(name)))
  local input = assert(io.popen(command .. " >" .. quote(name), "w"))
  local output = assert(io.open(name))
  os.remove(name)
  return {input = input, output = output}
end

-- The seconds of one run of the work; nil where the server does not know it.
local function ask(server, work, threads, seconds)
  server.input:write(("%s\t%s\t%d\t%g\n"):format(work.group, work.name, threads, seconds))
  server.input:flush()
  local answer = server.output:read()
  if not answer then error(("bench: a server died of %s/%s"):format(work.group, work.name), 0) end
  return tonumber(answer)
end

-- ---- statistics ----

-- The median, and the quartiles as low and high.
local function summary(samples)
  table.sort(samples)
  local function at(share)
    local x = 1 + share * (#samples - 1)
    local i = math.floor(x)
    return samples[i] + (x - i) * ((samples[i + 1] or samples[i]) - samples[i])
  end
  return {median = at(0.5), low = at(0.25), high = at(0.75)}
end

-- Of the samples by number of threads: the summary with the smallest median.
local function best_of(by_threads)
  local best
  for threads, samples in pairs(by_threads) do
    local one = summary(samples)
    one.threads = threads
    if not best or one.median < best.median then best = one end
  end
  return best
end

-- ---- kinds of works ----

-- Samples in turn: ours, theirs on one thread, ours, theirs on two, and so on. `take_ours()` and
-- `take_theirs(threads)` return one sample. Where memory is the limit, its peak has a turn as well,
-- since it may change within seconds; the share of it is the third result.
function bench:take_turns(work, take_ours, take_theirs, thread_choices)
  local ours, theirs, shares = {}, {}, {}
  local rounds = work.rounds and math.min(work.rounds, self.rounds) or self.rounds
  local memory = ("%s %d"):format(work.like, self.cpus)
  for _ = 1, rounds do
    local peak = work.bytes and self:measure_peaks({self.cpus}, work.like)[memory]
    for _, threads in ipairs(thread_choices) do
      ours[#ours + 1] = take_ours()
      if peak then shares[#ours] = 1e-9 * work.bytes / ours[#ours] / peak end
      if take_theirs then
        theirs[threads] = theirs[threads] or {}
        table.insert(theirs[threads], take_theirs(threads))
      end
    end
  end
  return summary(ours), best_of(theirs), shares[1] and summary(shares).median
end

local function new_row(work, peer_name, ours, theirs, share)
  local row = {group = work.group, name = work.name, unit = work.unit or "s", nnlua = ours}
  row.share, row.share_of = share, share and "memory"
  if theirs then
    theirs.name = peer_name
    row.peer, row.ratio = theirs, theirs.median / ours.median
  end
  return row
end

-- A work of the servers.
function bench:measure_step(work)
  local ours, theirs = self:server("nnlua"), self:server("PyTorch")
  local own_threads = work.threads or 0
  local peaks = (work.flops or work.bytes) and self:all_peaks()
  ask(ours, work, own_threads, self.seconds / 10)
  if theirs and not ask(theirs, work, work.threads or 1, self.seconds / 10) then theirs = nil end
  local row = new_row(work, "PyTorch", self:take_turns(work,
    function() return ask(ours, work, own_threads, self.seconds) end,
    theirs and function(threads) return ask(theirs, work, threads, self.seconds) end,
    work.threads and {work.threads} or self.thread_choices))
  local peak = work.flops and peaks["gflops " .. (work.cores or self.cpus)]
  if peak then
    row.share, row.share_of = 1e-9 * work.flops / row.nnlua.median / peak, "arithmetic"
  end
  return {row}
end

-- Seconds and bytes of a command, run by launch.c.
function bench:launch(work, command, threads)
  local text = command:gsub("{(%w+)}", {
    nnlua = quote(self.nnlua), python = self.python, bench = quote(self.folder),
    build = quote(self.build), threads = tostring(threads),
  })
  local input = work.input and ("printf '%%s\\n' %s | "):format(quote(work.input)) or "</dev/null "
  local answer = read_command(("%s%s/bench/launch %d %s"):format(input, quote(self.build),
    work.runs or 1, text))
  local seconds, bytes = (answer or ""):match("^(%S+) (%d+)")
  if not seconds then error("bench: this failed: " .. text, 0) end
  return tonumber(work.unit == "B" and bytes or seconds)
end

-- A work that is a whole program.
function bench:measure_program(work)
  local has_peer = not self.alone
    and (work.peer_name == "lua5.4" and read_command("lua5.4 -v") or self:has_torch())
  local choices = work.peer:find "{threads}" and self.thread_choices or {0}
  return {new_row(work, work.peer_name, self:take_turns(work,
    function() return self:launch(work, work.command, 0) end,
    has_peer and function(threads) return self:launch(work, work.peer, threads) end, choices))}
end

-- A set of products of gemm.c, whose rows carry times in microseconds; their geometric mean.
function bench:measure_products(work)
  local text = read_command(("%s/bench/gemm --json %s"):format(quote(self.build), work.set))
  local rows, logs = {}, 0
  for line in (text or ""):gmatch "[^\n]+" do
    local shape, ours, theirs, share = line:match(
      '"shape":"([^"]*)".*"us":([%d.]+).*"openblas_us":([%d.]+).*"share":([%d.]+)')
    if shape then
      local one = {group = work.group, name = shape, unit = "s", share = tonumber(share),
        share_of = "arithmetic", nnlua = {median = tonumber(ours) * 1e-6}}
      if tonumber(theirs) > 0 then
        one.peer = {name = "OpenBLAS", threads = 1, median = tonumber(theirs) * 1e-6}
        one.ratio = one.peer.median / one.nnlua.median
        logs = logs + math.log(one.ratio)
      end
      rows[#rows + 1] = one
    end
  end
  if #rows == 0 then error("bench: gemm failed", 0) end
  local mean = {group = work.group, unit = "s",
    name = ("geometric mean of %d, %s"):format(#rows, work.name)}
  if logs ~= 0 then mean.ratio, mean.peer = math.exp(logs / #rows), {name = "OpenBLAS"} end
  if not work.each then return {mean} end
  rows[#rows + 1] = mean
  return rows
end

--- The rows of the table that a work gives.
function bench:measure(work)
  if work.set then return self:measure_products(work) end
  if work.command then return self:measure_program(work) end
  return self:measure_step(work)
end

-- ---- the machine and the programs ----

function bench:has_torch()
  if self.torch == nil then
    self.torch = not self.alone and first_line(read_command(self.python
      .. " -c 'import torch; print(torch.__version__)'")) or false
  end
  return self.torch
end

-- The server of that name, started when first asked for; nil where there is none.
function bench:server(name)
  if name == "PyTorch" and not self:has_torch() then return nil end
  if not self.servers[name] then
    self.servers[name] = open_server(name == "PyTorch"
      and ("%s %s/server.py"):format(self.python, quote(self.folder))
      or ("%s %s/server.lua %s"):format(quote(self.nnlua), quote(self.folder), quote(self.build)))
  end
  return self.servers[name]
end

-- What peak.c measures, by "name threads": "gflops", "read", "copy" and "triad", or one of these.
function bench:measure_peaks(thread_choices, name)
  local peaks = {}
  local text = read_command(("%s/bench/peak %s %s"):format(quote(self.build), name or "",
    table.concat(thread_choices, " ")))
  for kind, n, value in (text or ""):gmatch "(%w+) (%d+) ([%d.]+)" do
    peaks[kind .. " " .. n] = tonumber(value)
  end
  return peaks
end

-- All of them, measured when first asked for.
function bench:all_peaks()
  self.peaks = self.peaks or self:measure_peaks(self.peak_threads)
  return self.peaks
end

local function cpu_model()
  local file = io.open "/proc/cpuinfo"
  local text = file and file:read("a") or ""
  if file then file:close() end
  return text:match "model name%s*:%s*([^\n]*)" or "unknown CPU"
end

--- What the numbers depend on: names and values, in an order to print them.
function bench:machine()
  local about = read_command(quote(self.build) .. "/bench/gemm --about") or ""
  return {
    {"cpu", cpu_model()},
    {"cpus", self.cpus},
    {"nnlua", first_line(read_command(quote(self.nnlua) .. " --version"))},
    {"blis_kernels", about:match "BLIS ([^\n]*)"},
    {"pytorch", self:has_torch() or "none"},
    {"openblas", about:match "OpenBLAS ([^\n]*)" or "none"},
    {"rounds", self.rounds},
  }
end

function bench:__close()
  for _, server in pairs(self.servers) do
    server.input:close()
    server.output:close()
  end
end

--- A benchmark with these settings: folder, build, rounds, seconds, alone.
function measure.start(settings)
  local self = setmetatable(settings, bench)
  self.folder = self.folder:gsub("/$", "")
  self.nnlua = self.build .. "/nnlua"
  self.python = os.getenv "PYTHON" or "/usr/bin/python3"
  self.cpus = tonumber(first_line(read_command "nproc")) or 1
  self.thread_choices = self.cpus > 1 and {1, 2} or {1}
  self.peak_threads = self.cpus > 2 and {1, 2, self.cpus} or self.thread_choices
  self.servers = {}
  return self
end

return measure
