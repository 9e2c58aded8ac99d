-- What the benchmarks print: a table for people, as its rows come, or JSON.
local report = {}

-- ---- numbers ----

local scales = {
  s = {{1, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}},
  B = {{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}},
}

-- Three digits and a unit: 0.0000123, "s" is "12.3 us".
local function quantity(value, unit)
  for i, scale in ipairs(scales[unit]) do
    if value >= scale[1] or i == #scales[unit] then
      local x = value / scale[1]
      return (x >= 99.95 and "%.0f %s" or x >= 9.995 and "%.1f %s" or "%.2f %s"):format(x, scale[2])
    end
  end
end

-- Half the distance of the quartiles, as a share of the median.
local function spread(s)
  return s.low and ("%.0f%%"):format(50 * (s.high - s.low) / s.median) or ""
end

-- ---- the table ----

local line = "%-44s %9s %4s  %9s %4s %3s  %6s  %5s\n"

local table_writer = {}
table_writer.__index = table_writer

function table_writer:row(row)
  local peer = row.peer
  local title = row.group .. (peer and peer.name or "")
  if self.title ~= title then
    self.title = title
    io.write("\n", line:format(row.group, "nnlua", "+-", peer and peer.name or "",
      peer and "+-" or "", peer and "thr" or "", peer and "ratio" or "", "share"))
  end
  local ours = row.nnlua
  io.write(line:format(row.name, ours and quantity(ours.median, row.unit) or "",
    ours and spread(ours) or "", peer and peer.median and quantity(peer.median, row.unit) or "",
    peer and peer.median and spread(peer) or "",
    peer and (peer.threads or 0) > 0 and peer.threads or "",
    row.ratio and ("%.2f"):format(row.ratio) or "",
    row.share and ("%.0f%%"):format(100 * row.share) or ""))
  io.flush()
end

function table_writer:finish()
  local peaks = self.bench.peaks
  if not peaks then return end
  print("\nshare: of the memory's peak, measured in turn with the work, or of the arithmetic peak:")
  for _, n in ipairs(self.bench.peak_threads) do
    local key = " " .. n
    if peaks["gflops" .. key] then
      print(("  %d thread%s: %.0f GFLOP/s in float32; read %.1f, copy %.1f, triad %.1f GB/s")
        :format(n, n > 1 and "s" or "", peaks["gflops" .. key], peaks["read" .. key],
          peaks["copy" .. key], peaks["triad" .. key]))
    end
  end
end

--- A writer that prints each row as it comes.
function report.table(bench)
  for _, fact in ipairs(bench:machine()) do
    if fact[2] then print(("%-12s %s"):format(fact[1], fact[2])) end
  end
  print "\nMedians of samples in turn; +- is half the distance of the quartiles. thr: the number of"
  print "threads that is best for the peer; nnlua has its default. ratio above 1: nnlua is faster."
  return setmetatable({bench = bench}, table_writer)
end

-- ---- JSON ----

local function json(value)
  if type(value) == "string" then
    return '"' .. value:gsub('[%c"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
  elseif type(value) ~= "table" then
    return math.type(value) == "float" and ("%.9g"):format(value) or tostring(value)
  end
  local parts = {}
  if #value > 0 then
    for _, item in ipairs(value) do parts[#parts + 1] = json(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, item in pairs(value) do parts[#parts + 1] = json(key) .. ":" .. json(item) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

local json_writer = {}
json_writer.__index = json_writer

function json_writer:row(row) self.rows[#self.rows + 1] = row end

function json_writer:finish()
  local machine = {}
  for _, fact in ipairs(self.bench:machine()) do machine[fact[1]] = fact[2] end
  io.write('{"machine":', json(machine), ',\n"peaks":',
    self.bench.peaks and json(self.bench.peaks) or "{}", ',\n"rows":[\n')
  for i, row in ipairs(self.rows) do
    io.write(json(row), i < #self.rows and ",\n" or "\n")
  end
  io.write "]}\n"
end

--- A writer of one JSON object, at the end.
function report.json(bench) return setmetatable({bench = bench, rows = {}}, json_writer) end

return report
