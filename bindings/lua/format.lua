-- What print and the REPL show: tensors as PyTorch prints them, tables nested, models as trees.

local format = {}

-- PyTorch's print options.
local PRECISION, THRESHOLD, EDGE, LINE_WIDTH = 4, 1000, 3, 80

-- ------------------------------------------------------------------------------------ numbers

local function is_finite(v) return v == v and v ~= math.huge and v ~= -math.huge end

-- "inf", "-inf", "nan": a NaN's sign, which C prints, means nothing.
local function print_number(pattern, v)
  return v ~= v and "nan" or pattern:format(v)
end

-- Calls f with each number of nested lists.
local function each_number(values, f)
  if type(values) ~= "table" then return f(values) end
  for _, v in ipairs(values) do each_number(v, f) end
end

-- The printer of floats that are all whole, or not, and lie between these magnitudes.
local function choose_float_printer(whole, least, most)
  local scientific = most / least > 1000 or most > 1e8 or (not whole and least < 1e-4)
  local pattern = scientific and "%." .. PRECISION .. "e" or "%." .. PRECISION .. "f"
  if scientific or not whole then return function(v) return print_number(pattern, v) end end
  return function(v) return print_number("%.0f", v) .. (is_finite(v) and "." or "") end
end

-- The function that turns a shown element into a string, and the width that all have. For floats
-- neither zeros, infinities nor NaNs have a say.
local function choose_printer(values, floating)
  local width, least, most, whole = 1, math.huge, 0, true
  local to_string = tostring
  local function counts(v) return not floating or (v ~= 0 and is_finite(v)) end
  if floating then
    each_number(values, function(v)
      if not counts(v) then return end
      local size = math.abs(v)
      least, most = math.min(least, size), math.max(most, size)
      whole = whole and v == math.floor(v)
    end)
    to_string = choose_float_printer(whole, least, most)
  end
  each_number(values, function(v)
    if counts(v) then width = math.max(width, #to_string(v)) end
  end)
  local aligned = "%" .. width .. "s"
  return function(v) return aligned:format(to_string(v)) end, width
end

-- ------------------------------------------------------------------------------------ tensors

-- The elements that are shown, as nested lists. In a long dimension they are the first and the
-- last few; only those are read.
local function shown_values(t, summarise)
  if not summarise then return t:tolist() end
  local n = t.shape[1]
  local last_dim, long = t:dim() == 1, n > 2 * EDGE
  if last_dim and not long then return t:tolist() end
  local values = {}
  local function show(first, count)
    if last_dim then
      return table.move(t:narrow(1, first, count):tolist(), 1, count, #values + 1, values)
    end
    for i = first, first + count - 1 do
      values[#values + 1] = shown_values(t:select(1, i), true)
    end
  end
  if long then
    show(1, EDGE)
    show(n - EDGE + 1, EDGE)
  else
    show(1, n)
  end
  return values
end

-- What both vectors and matrices need to know. `omits[d]` says whether dimension d has a gap.
local function new_layout(t, values, summarise)
  local layout = {dims = t:dim(), omits = {}}
  for d = 1, layout.dims do layout.omits[d] = summarise and t.shape[d] > 2 * EDGE end
  local dtype = t.dtype
  layout.print, layout.width = choose_printer(values, dtype == "float32" or dtype == "float64")
  return layout
end

local function vector_string(values, indent, layout)
  local per_line = math.max(1, (LINE_WIDTH - indent) // (layout.width + 2))
  local items, lines = {}, {}
  for i, v in ipairs(values) do
    items[#items + 1] = layout.print(v)
    if layout.omits[layout.dims] and i == EDGE then items[#items + 1] = " ..." end
  end
  for i = 1, #items, per_line do
    lines[#lines + 1] = table.concat(items, ", ", i, math.min(i + per_line - 1, #items))
  end
  return "[" .. table.concat(lines, ",\n" .. (" "):rep(indent + 1)) .. "]"
end

-- Slices of dimension d, under each other, with empty lines between those of three and more.
local function nested_string(values, d, indent, layout)
  local below = layout.dims - d + 1
  if below == 0 then return layout.print(values) end
  if below == 1 then return vector_string(values, indent, layout) end
  local slices = {}
  for i, v in ipairs(values) do
    slices[#slices + 1] = nested_string(v, d + 1, indent + 1, layout)
    if layout.omits[d] and i == EDGE then slices[#slices + 1] = "..." end
  end
  local gap = "," .. ("\n"):rep(below - 1) .. (" "):rep(indent + 1)
  return "[" .. table.concat(slices, gap) .. "]"
end

local function size_string(shape)
  local sizes = {}
  for d = 1, #shape do sizes[d] = tostring(shape[d]) end
  return "size=(" .. table.concat(sizes, ", ") .. (#shape == 1 and ",)" or ")")
end

-- What follows the numbers, where it cannot be seen from them.
local function suffixes(t)
  local list, dtype, empty = {}, t.dtype, t:numel() == 0
  if empty and t:dim() ~= 1 then list[#list + 1] = size_string(t.shape) end
  if dtype == "float64" or (empty and dtype ~= "float32") then
    list[#list + 1] = "dtype=" .. dtype
  end
  if t.grad_fn then
    list[#list + 1] = "grad_fn=<" .. t.grad_fn .. ">"
  elseif t.requires_grad then
    list[#list + 1] = "requires_grad=true"
  end
  return list
end

local function append_suffixes(text, list, indent)
  local parts = {text}
  local column = #text:match("[^\n]*$") + 2
  for _, suffix in ipairs(list) do
    if column + #suffix + 2 > LINE_WIDTH then
      parts[#parts + 1] = ",\n" .. (" "):rep(indent) .. suffix
      column = indent + #suffix
    else
      parts[#parts + 1] = ", " .. suffix
      column = column + #suffix + 2
    end
  end
  return table.concat(parts)
end

--- format.tensor(t): the string that PyTorch prints for the tensor.
function format.tensor(t)
  local prefix, body = "tensor(", "[]"
  local plain = t.requires_grad and t:detach() or t -- reading elements is no part of a graph
  if t:numel() > 0 then
    local summarise = t:numel() > THRESHOLD
    local values = shown_values(plain, summarise)
    body = nested_string(values, 1, #prefix, new_layout(t, values, summarise))
  end
  return append_suffixes(prefix .. body, suffixes(t), #prefix) .. ")"
end

-- ------------------------------------------------------------------------------------ modules

local function indent_lines(text) return (text:gsub("\n", "\n  ")) end

-- The tree of a model. With `shapes`, also the parameters that a module written in Lua has itself;
-- those of other layers can be seen from their arguments.
local function module_tree(m, shapes)
  local lines = {}
  local extra = m:_extra() or ""
  for _, entry in ipairs(m:_entries()) do
    local name, kind, value = table.unpack(entry, 1, 3)
    if kind == "child" then
      lines[#lines + 1] = ("  (%s): %s"):format(name, indent_lines(module_tree(value, shapes)))
    elseif shapes and extra == "" and (kind == "parameter" or kind == "buffer") and value then
      lines[#lines + 1] = ("  (%s): %s %s"):format(name, kind, tostring(value.shape))
    end
  end
  if #lines == 0 then return ("%s(%s)"):format(m:_name(), extra) end
  if extra ~= "" then table.insert(lines, 1, "  " .. extra) end
  return ("%s(\n%s\n)"):format(m:_name(), table.concat(lines, "\n"))
end

--- format.module(m): the string that PyTorch prints for the model.
function format.module(m) return module_tree(m, false) end

-- 1234567 as 1,234,567.
local function group_digits(n)
  local grouped = tostring(n):reverse():gsub("(%d%d%d)", "%1,"):reverse()
  return (grouped:gsub("^,", ""))
end

-- What the REPL shows of a model.
local function module_value(m)
  local count, frozen = 0, 0
  for _, p in ipairs(m:parameters()) do
    count = count + p:numel()
    if not p.requires_grad then frozen = frozen + p:numel() end
  end
  local text = ("%s\n%s parameters"):format(module_tree(m, true), group_digits(count))
  return frozen == 0 and text or ("%s, %s of them frozen"):format(text, group_digits(frozen))
end

-- --------------------------------------------------------------------------------- optimisers

local function option_string(value) -- a list in parentheses
  if type(value) == "table" then
    local items = {}
    for i, item in ipairs(value) do items[i] = option_string(item) end
    return "(" .. table.concat(items, ", ") .. ")"
  end
  return math.type(value) == "float" and ("%.14g"):format(value) or tostring(value)
end

--- format.optimizer(o): its options, group by group.
function format.optimizer(o)
  local lines = {o:_name() .. " ("}
  for i, group in ipairs(o.param_groups) do
    local names = {}
    for name in pairs(group) do
      if name ~= "params" then names[#names + 1] = name end
    end
    table.sort(names)
    lines[#lines + 1] = ("Parameter Group %d"):format(i)
    for _, name in ipairs(names) do
      lines[#lines + 1] = ("    %s: %s"):format(name, option_string(group[name]))
    end
    lines[#lines + 1] = ""
  end
  lines[math.max(#lines, 2)] = ")"
  return table.concat(lines, "\n")
end

-- --------------------------------------------------------------------------- values of the REPL

-- Entries of a table, of one inside another, and of all tables of a value together.
local MOST_ENTRIES, MOST_INNER, MOST_IN_ALL = 100, 40, 200
local MOST_DEPTH, MOST_CHARACTERS = 6, 10000
local SHORT = 12 -- characters of an item that others may stand beside

-- A string as Lua source on one line, cut when it is long.
local escapes = {["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\", ['"'] = '\\"'}

local function quote(s)
  local cut = #s > MOST_CHARACTERS
  local shown = cut and s:sub(1, MOST_CHARACTERS):gsub("[\192-\255][\128-\191]*$", "") or s
  local special = utf8.len(shown) and '[%c\\"]' or '[%c\\"\128-\255]' -- bytes that are no letters
  shown = shown:gsub(special, function(c) return escapes[c] or ("\\%03d"):format(c:byte()) end)
  return '"' .. shown .. '"' .. (cut and "..." or "")
end

local function function_string(f)
  local info = debug.getinfo(f, "S")
  if info.what == "C" then return "function: built-in" end
  return ("function: %s:%d"):format(info.short_src, info.linedefined)
end

-- Numbers first, in their order, then strings, then whatever else by its name.
local rank = {number = 1, string = 2}

local function key_before(a, b)
  local rank_a, rank_b = rank[type(a)] or 3, rank[type(b)] or 3
  if rank_a ~= rank_b then return rank_a < rank_b end
  if rank_a == 3 then return tostring(a) < tostring(b) end
  return a < b
end

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat
  return then true until while]]):gmatch("%a+") do keywords[word] = true end

local function key_string(key)
  if type(key) == "string" and key:match("^[%a_][%w_]*$") and not keywords[key] then return key end
  return "[" .. (type(key) == "string" and quote(key) or tostring(key)) .. "]"
end

local value_string

-- The keys of a table after its list 1 … length, sorted.
local function other_keys(t, length)
  local keys = {}
  for key in next, t do
    if math.type(key) ~= "integer" or key < 1 or key > length then keys[#keys + 1] = key end
  end
  table.sort(keys, key_before)
  return keys
end

-- The entries of a table: a list without its keys, then the others with theirs. What is too much
-- is counted.
local function entry_strings(t, path)
  local items, length = {}, rawlen(t)
  local keys = other_keys(t, length)
  local most = path.depth == 1 and MOST_ENTRIES or MOST_INNER
  local function add(key, value)
    if #items == most or path.left == 0 then return false end
    path.left = path.left - 1
    items[#items + 1] = (key and key_string(key) .. " = " or "") .. value_string(value, path)
    return true
  end
  local shown = 0
  for i = 1, length do
    if not add(nil, rawget(t, i)) then break end
    shown = shown + 1
  end
  for _, key in ipairs(keys) do
    if not add(key, rawget(t, key)) then break end
    shown = shown + 1
  end
  local left = length + #keys - shown
  if left > 0 then items[#items + 1] = ("... %d more"):format(left) end
  return items
end

-- Items under each other; short ones side by side as far as the line goes.
local function stack_items(items, width)
  local lines = {}
  for _, item in ipairs(items) do
    local last = lines[#lines]
    local side_by_side = last and #item <= SHORT and not last:find("\n")
      and #last + #item + 2 < width
    if side_by_side then
      lines[#lines] = last .. ", " .. item
    else
      lines[#lines + 1] = item
    end
  end
  for i, line in ipairs(lines) do lines[i] = "  " .. indent_lines(line) end
  return table.concat(lines, ",\n")
end

-- On one line where it fits, else on several. `path` holds the tables around this one.
local function table_string(t, path)
  if path[t] then return "{cycle}" end
  if path.depth >= MOST_DEPTH then return next(t) == nil and "{}" or "{...}" end
  path[t], path.depth = true, path.depth + 1
  local items = entry_strings(t, path)
  path[t], path.depth = nil, path.depth - 1
  local line = "{" .. table.concat(items, ", ") .. "}"
  local width = LINE_WIDTH - 2 * path.depth
  if not line:find("\n") and #line <= width then return line end
  return "{\n" .. stack_items(items, width - 2) .. "\n}"
end

function value_string(v, path)
  if type(v) == "string" then return quote(v) end
  if v ~= v then return "nan" end
  if type(v) == "function" then return function_string(v) end
  local meta = debug.getmetatable(v)
  if type(v) ~= "table" or (type(meta) == "table" and rawget(meta, "__tostring")) then
    return tostring(v)
  end
  return table_string(v, path)
end

local function is_module(v)
  local meta = type(v) == "userdata" and debug.getmetatable(v)
  return meta and meta.__name == "nnlua.Module"
end

--- format.value(v): any value as the REPL shows it.
function format.value(v)
  return is_module(v) and module_value(v) or value_string(v, {depth = 0, left = MOST_IN_ALL})
end

return format
