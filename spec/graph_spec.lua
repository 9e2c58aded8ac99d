-- nn.graph: the autograd graph as Graphviz text.
local nn = require "nnlua"

-- The labels by node, and the edges as "label -> label", sorted.
local function parse(dot)
  local labels, edges = {}, {}
  for id, label in dot:gmatch('\n  (%w+) %[label="([^"]*)"') do labels[id] = label end
  for from, to in dot:gmatch("\n  (%w+) %-> (%w+);") do
    edges[#edges + 1] = labels[from] .. " -> " .. labels[to]
  end
  table.sort(edges)
  return edges, labels
end

describe("the graph of a tensor", function()
  it("goes from leaves over operations to the result", function()
    local w = nn.ones(2, 3, {requires_grad = true})
    local edges = parse(nn.graph((nn.ones(4, 2):mm(w) * 2):sum()))
    assert.same({"2x3 -> Mm", "Mm -> Mul", "Mul -> Sum", "Sum -> scalar"}, edges)
  end)

  it("names parameters by a module or a table", function()
    local model = nn.Sequential(nn.Linear(3, 4), nn.Tanh())
    local loss = model(nn.ones(2, 3)):sum()
    local dot = nn.graph(loss, {params = model})
    assert.truthy(dot:find([["0.weight\n4x3"]], 1, true))
    assert.truthy(dot:find([["0.bias\n4"]], 1, true))
    dot = nn.graph(loss, {params = {w = model[1].weight}})
    assert.truthy(dot:find([["w\n4x3"]], 1, true))
    assert.truthy(dot:find([["4"]], 1, true))
    assert.falsy(dot:find("bias", 1, true))
  end)

  it("has one node for what is used twice", function()
    local w = nn.ones(2, {requires_grad = true})
    local h = w:exp()
    local edges, labels = parse(nn.graph((h * h):sum()))
    assert.same({"2 -> Exp", "Exp -> Mul", "Exp -> Mul", "Mul -> Sum", "Sum -> scalar"}, edges)
    local n = 0
    for _ in pairs(labels) do n = n + 1 end
    assert.equal(5, n)
  end)

  it("of a leaf is the leaf", function()
    local dot = nn.graph(nn.ones(2, 2))
    assert.truthy(dot:find('label="2x2"', 1, true))
    assert.falsy(dot:find("->", 1, true))
  end)

  it("may be a long chain", function()
    local t = nn.ones(1, {requires_grad = true})
    for _ = 1, 100000 do t = t + 1 end
    local _, edges = nn.graph(t):gsub(" %-> ", "")
    assert.equal(100001, edges)
  end)

  it("of nothing else is refused", function()
    assert.error_matches(function() nn.graph(3) end, "expects a tensor, not a number")
    assert.error_matches(function() nn.graph(nn.ones(1), {params = 3}) end, "params must be")
    assert.error_matches(function() nn.graph(nn.ones(1), {params = {a = 1}}) end, "tensor")
  end)
end)
