-- Help as text: what `?query` and `??words` show.
local nn = require "nnlua"
local help = require "nnlua.help"

-- The page on a query, which must exist.
local function page(query)
  local text, message = help.page(query)
  return assert(text, message)
end

local function has(text, part)
  assert.is_truthy(text:find(part, 1, true), ("%q is not in:\n%s"):format(part, text))
end

describe("a page of help", function()
  it("shows signatures, description, and an example with its output", function()
    local text = page("sum")
    has(text, "nn.sum(input, dim?, keepdim=false, dtype?)\nx:sum(dim?")
    has(text, "The sum of all elements")
    has(text, "  print(x:sum())   --> tensor(10.)")
    has(text, "--> error: sum: dimension 3 is out of range")
  end)

  it("is at most 80 wide but for examples and their outputs", function()
    for line in page("batch_norm"):gmatch("[^\n]+") do
      assert.is_true(utf8.len(line) <= 80 or line:find("^  ") ~= nil, line)
    end
  end)

  it("is found by any name for it", function()
    for _, query in ipairs {"sum", "x:sum", "nn.sum", "y.sum", "sum()", " ?sum "} do
      assert.equal(page("sum"), page(query), query)
    end
    for _, query in ipairs {"nn.Linear", "Linear", "Linear "} do
      has(page(query), "nn.Linear(in_features, out_features, bias=true)")
    end
    for _, query in ipairs {"SGD", "sgd", "optim.SGD", "nn.optim.SGD"} do
      has(page(query), "nn.optim.SGD(params, lr=0.001")
    end
    for _, query in ipairs {"StepLR", "steplr", "lr_scheduler.StepLR"} do
      has(page(query), "nn.optim.lr_scheduler.StepLR(optimizer, step_size, gamma=0.1)")
    end
    has(page("exp_"), "x:exp_()")
    has(page("x.shape"), "sizes of the dimensions")
    has(page("nn.Tensor.relu"), "x:relu()")
    has(page("nn.Module.parameters"), "model:parameters()")
    has(page("kaiming_normal_"), "He et al. 2015")
    has(page("nn.gradcheck"), "central differences")
  end)

  it("tells layers from functions", function()
    assert.is_nil(page("linear"):find("nn.Linear(", 1, true))
    assert.is_nil(page("Linear"):find("nn.linear(", 1, true))
  end)

  it("shows every class that has a method of the name", function()
    local text = page("zero_grad")
    has(text, "model:zero_grad")
    has(text, "optimizer:zero_grad")
    assert.is_nil(page("optimizer:zero_grad"):find("model:zero_grad", 1, true))
    assert.is_nil(page("nn.init.normal_"):find("x:normal_", 1, true))
  end)

  it("lists the members of a group or namespace", function()
    has(page("reductions"), "logsumexp")
    has(page("nn.optim"), "nn.optim.AdamW")
    has(page("nn.init"), "nn.init.orthogonal_")
  end)

  it("names what is nearest to a name that is not known", function()
    local text, message = help.page("smu")
    assert.is_nil(text)
    has(message, "there is no help on 'smu'")
    has(message, "sum")
    text, message = help.page("nn.Lineer")
    assert.is_nil(text)
    has(message, "Linear")
    text, message = help.page("qqqqqqqq")
    assert.is_nil(text)
    has(message, "there is no help on 'qqqqqqqq'")
  end)

  it("exists for nothing that serves other operations alone", function()
    for _, op in ipairs(nn._catalogue()) do
      if op.hidden then assert.is_nil((help.page("x:" .. op.key)), op.key) end
    end
  end)

  it("survives any query", function()
    for _, query in ipairs {"(", "%", "[", "x:", ".", "::", "nn.", "\0", ("a"):rep(300), "é"} do
      local text, message = help.page(query)
      assert.is_true(type(text or message) == "string")
      assert.is_true(type(help.search(query)) == "string")
    end
  end)
end)

describe("a search", function()
  it("gives a line for each name whose name or description has all words", function()
    local text = help.search("softmax")
    has(text, "log_softmax")
    has(text, "nn.CrossEntropyLoss")
    for line in text:gmatch("[^\n]+") do assert.is_true(utf8.len(line) <= 80, line) end
    has(help.search("gradient descent"), "nn.optim.SGD")
    has(help.search("??Kaiming"), "nn.init.kaiming_uniform_")
  end)

  it("says when it finds nothing", function()
    has(help.search("xyzzy plugh"), "nothing is found on 'xyzzy plugh'")
    has(help.search(""), "words to look for")
  end)
end)

describe("nn.help", function()
  it("refuses what is no string", function()
    local good, message = pcall(nn.help, {})
    assert.is_false(good)
    has(message, "help: what to explain must be a string, not a table")
  end)

  it("works where a session has used the libraries' names", function()
    local program = os.getenv("NNLUA")
    if not program then return end
    local pipe = assert(io.popen(program .. [[ -e 'table, string, math, utf8, debug = 1, 2, 3, 4, 5
      nn.help("sum") print(#require("nnlua.complete").candidates("nn.") > 0)' 2>&1]]))
    local output = pipe:read("a")
    pipe:close()
    has(output, "The sum of all elements")
  end)

  it("is loaded when it is first asked for", function()
    local program = os.getenv("NNLUA")
    if not program then return end
    local pipe = assert(io.popen(program
      .. " -e 'print(package.loaded[\"nnlua.help\"], package.loaded[\"nnlua.pages\"])'"))
    assert.equal("nil\tnil\n", pipe:read("a"))
    pipe:close()
  end)
end)
