-- nn.graph: the graph behind a tensor in the language of Graphviz (https://graphviz.org).

local settings = require "nnlua.settings"

local HEAD = [[
digraph autograd {
  rankdir=TB;
  node [shape=box, style="rounded,filled", fillcolor="#eeeeee", fontname="sans-serif", fontsize=11];
]]

local PARAMETER, LEAF, RESULT = "#b3d9f2", "#ffffff", "#cdeccd"

local function quote(s) return '"' .. s:gsub('[\\"]', "\\%0"):gsub("\n", "\\n") .. '"' end

local function node_line(id, label, colour)
  local fill = colour and (', fillcolor="%s"'):format(colour) or ""
  return ("  %s [label=%s%s];"):format(id, quote(label), fill)
end

-- "0.weight" over "100x10"; an unnamed leaf shows only its shape.
local function leaf_line(id, entry)
  local shape = tostring(entry.leaf.shape)
  local label = entry.name and entry.name .. "\n" .. shape or shape
  return node_line(id, label, entry.leaf.requires_grad and PARAMETER or LEAF)
end

return function(nn)
  -- Names of tensors, by name, from a module or a table of tensors.
  local function names_of(params)
    if params == nil then return {} end
    if type(params) == "table" then return params end
    if not nn.is_module(params) then
      nn._error(("graph: params must be a module or a table of tensors, not a %s"):format(
        type(params)))
    end
    local names = {}
    for name, p in params:named_parameters() do names[name] = p end
    return names
  end

  --- nn.graph(t, {params = model}): how t was computed, as text for Graphviz: a node for each
  -- operation, one for each leaf with its shape, and with its name where `params` (a module, or a
  -- table of tensors by name) knows it.
  --     io.open("graph.dot", "w"):write(nn.graph(loss, {params = model}))
  -- and then, in a shell, dot -Tsvg graph.dot > graph.svg
  function nn.graph(t, given)
    if not nn.is_tensor(t) then
      nn._error(("graph: expects a tensor, not a %s"):format(type(t)))
    end
    local options = settings("graph", given, {params = "any"})
    local entries = nn._graph(t, names_of(options.params))
    local lines = {}
    for i, entry in ipairs(entries) do
      local id = "n" .. i
      lines[i] = entry.leaf and leaf_line(id, entry)
        or node_line(id, (entry.op:gsub("Backward%d*$", "")))
    end
    for i, entry in ipairs(entries) do
      for _, input in ipairs(entry) do
        lines[#lines + 1] = ("  n%d -> n%d;"):format(input, i)
      end
    end
    if entries[1].op then
      lines[#lines + 1] = node_line("result", tostring(t.shape), RESULT)
      lines[#lines + 1] = "  n1 -> result;"
    end
    return HEAD .. table.concat(lines, "\n") .. "\n}\n"
  end
end
