-- The scripts as a user runs them, against the losses that PyTorch prints (spec/golden).
local golden = dofile "spec/golden/tutorial.lua"
local fizzbuzz = dofile "spec/golden/fizzbuzz.lua"

local tested = dofile "spec/program.lua"
local program, quote = tested.path, tested.quote

-- Runs a script; returns what it printed (with "2>&1" also its complaints), and its exit code.
-- One thread unless told otherwise: on a busy machine two wait for each other.
local function run(script, arguments, redirection, threads)
  local pipe = assert(io.popen(("env -u LUA_INIT -u LUA_INIT_5_4 OMP_NUM_THREADS=%d "
    .. "%s scripts/%s %s %s </dev/null")
    :format(threads or 1, quote(program), script, arguments or "", redirection or "2>/dev/null")))
  local output = pipe:read("a")
  local _, _, code = pipe:close()
  return output, code
end

-- The losses that a script prints, by epoch.
local function losses(script, arguments)
  local output, code = run(script, arguments)
  assert.equal(0, code, output)
  local result, n = {}, 0
  for epoch, loss in output:gmatch("(%d+)\t(%S+)\n") do
    assert.equal(n, tonumber(epoch))
    result[n], n = tonumber(loss), n + 1
  end
  return result, output
end

-- Within 1e-4 while the loss is above 1, and 3 % while it is above 0.01.
local function usual(want)
  if want > 1 then return 1e-4 end
  return want > 0.01 and 0.03 or nil
end

local function follow(got, want, tolerance_of)
  for epoch, expected in pairs(want) do
    local tolerance = tolerance_of(expected)
    if tolerance and got[epoch] ~= nil or epoch == 0 then
      local error = math.abs(got[epoch] - expected) / expected
      assert.truthy(error <= tolerance,
        ("epoch %d: %.17g, PyTorch has %.17g"):format(epoch, got[epoch], expected))
    end
  end
end

local stages = {
  {"01_numpy", "numpy", function() return 1e-9 end},
  {"02_tensors", "tensors"},
  {"04_autograd", "autograd"},
  {"05_nn", "nn"},
  {"06_optim", "nn"}, -- plain SGD is what 05 does by hand
  {"07_module", "module"},
}

describe("the tutorial's scripts", function()
  for _, stage in ipairs(stages) do
    local script, name, tolerance_of = table.unpack(stage)
    it(script .. " follows PyTorch's losses", function()
      local got = losses(script .. ".lua")
      assert.equal(499, #got)
      follow(got, golden[name], tolerance_of or usual)
    end)
  end

  for _, stage in ipairs(stages) do
    it(stage[1] .. " prints the same bits on any number of threads", function()
      local script, arguments = stage[1] .. ".lua", "--epochs 30"
      local one = run(script, arguments)
      assert.truthy(one:find("^0\t%d"))
      for threads = 2, 3 do assert.equal(one, (run(script, arguments, nil, threads))) end
    end)
  end

  it("03_autograd_scalar prints the three gradients", function()
    local output, code = run("03_autograd_scalar.lua")
    assert.equal(0, code)
    assert.equal("1 1 2", output:gsub("tensor%((%d)%.?%)", "%1"):gsub("\n$", ""):gsub("\n", " "))
  end)

  it("take --epochs and --seed", function()
    local first = losses("02_tensors.lua", "--epochs 3 --seed 1")
    local again = losses("02_tensors.lua", "--epochs=3 --seed=1")
    assert.equal(2, #first)
    assert.same(first, again)
    assert.not_equal(golden.tensors[0], first[0])
  end)

  it("06_optim takes --optimizer and --lr", function()
    for _, name in ipairs {"SGD", "RMSprop", "Adam", "AdamW", "Adagrad"} do
      local got = losses("06_optim.lua", "--epochs 5 --lr 1e-6 --optimizer " .. name)
      assert.equal(4, #got)
    end
    local output, code = run("06_optim.lua", "--optimizer Newton", "2>&1")
    assert.equal(1, code)
    assert.truthy(output:find("Newton", 1, true))
  end)
end)

describe("the options of the scripts", function()
  for _, script in ipairs {
    "01_numpy", "02_tensors", "04_autograd", "05_nn", "06_optim", "07_module", "fizzbuzz",
  } do
    it(script .. " answers --help and refuses what it does not know", function()
      local help, code = run(script .. ".lua", "--help")
      assert.equal(0, code)
      assert.truthy(help:find("--seed", 1, true))
      assert.truthy(help:find("--epochs", 1, true))
      local complaint
      complaint, code = run(script .. ".lua", "--epoch 3", "2>&1")
      assert.equal(2, code)
      assert.truthy(complaint:find("--epochs", 1, true)) -- suggests the nearest
      complaint, code = run(script .. ".lua", "--epochs many", "2>&1")
      assert.equal(2, code)
      assert.truthy(complaint:find("epochs", 1, true))
    end)
  end
end)

describe("fizzbuzz", function()
  it("follows PyTorch's losses within 1 % for 1,000 epochs", function()
    local got, output = losses("fizzbuzz.lua", "--epochs 1000 --log-every 1")
    assert.equal(999, #got)
    follow(got, fizzbuzz.loss, function() return 0.01 end)
    local list, correct = output:match("\n(%[.-%])\n(%d+)/100 correct\n$")
    assert.truthy(tonumber(correct) > 80)
    assert.equal(99, select(2, list:gsub("', '", "")))
  end)

  it("follows PyTorch's losses within 3 % to the end, and its answers but for two", function()
    local output, code = run("fizzbuzz.lua", "--log-every 100")
    assert.equal(0, code)
    local got, compared = {}, 0
    for epoch, loss in output:gmatch("(%d+)\t(%S+)\n") do got[tonumber(epoch)] = tonumber(loss) end
    for epoch, expected in pairs(fizzbuzz.loss) do
      local loss = got[epoch] or got[epoch + 1]
      if loss and epoch > 1000 then
        compared = compared + 1
        local error = math.abs(loss - expected) / expected
        assert.truthy(error < 0.03, ("epoch %d: %g, PyTorch has %g"):format(epoch, loss, expected))
      end
    end
    assert.truthy(compared >= 89, compared)
    local different, n, names = 0, 0, {"fizz", "buzz", "fizzbuzz"}
    for answer in output:match("\n%[(.-)%]\n"):gmatch("'(.-)'") do
      n = n + 1
      local class = fizzbuzz.predictions[n]
      if answer ~= (names[class] or tostring(n)) then different = different + 1 end
    end
    assert.equal(100, n)
    assert.truthy(different <= 2, different)
  end)

  it("logs every 500th epoch unless told otherwise", function()
    local output = run("fizzbuzz.lua", "--epochs 501 --hidden 4 --batch-size 500 --lr 0.1")
    assert.truthy(output:find("^499\t%S+\n500\t%S+\n%[.*%]\n%d+/100 correct\n$"))
  end)

  it("draws the loss", function()
    local base = os.tmpname()
    local name = base .. ".svg"
    local output, code = run("fizzbuzz.lua", "--epochs 20 --log-every 5 --plot " .. name)
    assert.equal(0, code)
    assert.truthy(output:find("^4\t%S+\n9\t%S+\n14\t%S+\n19\t%S+\n%[.*%]\n%d+/100 correct\n$"))
    local svg = io.open(name):read("a")
    os.remove(base)
    os.remove(name)
    assert.truthy(svg:find("<svg", 1, true) and svg:find(">epoch<", 1, true))
  end)

  it("shows a bar, the loss and the answers in tens on a terminal", function()
    local has_script = os.execute("script -qec true /dev/null </dev/null >/dev/null 2>&1")
    if not has_script then return pending("there is no script(1) to lend a terminal") end
    local command = ("env -u LUA_INIT LC_ALL=C.UTF-8 TERM=xterm %s scripts/fizzbuzz.lua"
      .. " --epochs 20 --log-every 5"):format(program)
    local pipe = assert(io.popen("script -qec " .. quote(command) .. " /dev/null </dev/null"))
    local output = pipe:read("a")
    pipe:close()
    assert.truthy(output:find("20/20 [", 1, true))
    assert.truthy(output:find("19\t%d"))
    assert.truthy(output:find("┤", 1, true))
    local rows = 0
    for line in output:gmatch("[^\r\n]+") do
      if #line == 60 and line:find("^[ %d*FB]+$") then rows = rows + 1 end
    end
    assert.equal(10, rows)
    assert.truthy(output:find("\n%d+/100 correct\r\n$"))
  end)

  it("saves the weights", function()
    local base = os.tmpname()
    local name = base .. ".safetensors"
    local _, code = run("fizzbuzz.lua", "--epochs 1 --save " .. name)
    assert.equal(0, code)
    local weights = require("nnlua").load(name)
    os.remove(base)
    os.remove(name)
    assert.equal(4, weights["2.bias"]:size(1))
    assert.equal("100x10", tostring(weights["0.weight"].shape))
  end)
end)
