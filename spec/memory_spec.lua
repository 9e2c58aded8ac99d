-- Memory: nothing leaks, garbage stays bounded, every failed allocation is an error, long chains
-- need no deep C stack.
local nn = require "nnlua"

local tested = dofile "spec/program.lua"
local program, quote = tested.path, tested.quote

-- Runs a chunk in a process of its own; returns what it printed, and its exit code.
local function run(chunk, before)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write('local nn = require "nnlua"\n', chunk)
  file:close()
  local pipe = assert(io.popen(("%s env -u LUA_INIT -u LUA_INIT_5_4 OMP_NUM_THREADS=1 %s %s 2>&1")
    :format(before or "", quote(program), name)))
  local output = pipe:read("a")
  local _, _, code = pipe:close()
  os.remove(name)
  return output, code
end

local function collect()
  collectgarbage()
  collectgarbage()
end

-- One model of most kinds of layer, its data and its optimiser; returns the function of one step.
local function new_training(rule)
  local model = nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), nn.ReLU(), nn.Dropout(0.1),
    nn.BatchNorm1d(8), nn.Linear(8, 3))
  local x, y = nn.randn(10, 6), nn.randint(1, 4, {10})
  local loss_fn = nn.CrossEntropyLoss()
  local optimizer = nn.optim[rule or "Adam"](model:parameters(), {lr = 0.01})
  return function()
    local loss = loss_fn(model(x[{{2, -2}}]), y[{{2, -2}}])
    optimizer:zero_grad()
    loss:backward()
    optimizer:step()
    return loss:item()
  end, model
end

describe("what training allocates", function()
  for _, rule in ipairs {"SGD", "RMSprop", "Adam", "AdamW", "Adagrad"} do
    it("is given back: " .. rule, function()
      local function train()
        local step = new_training(rule)
        for _ = 1, 20 do step() end
      end
      train() -- whatever is made once
      collect()
      local before = nn.memory_stats()
      train()
      collect()
      local after = nn.memory_stats()
      assert.equal(before.live, after.live)
      assert.equal(before.blocks, after.blocks)
    end)
  end

  it("is the same at every step", function()
    local step = new_training()
    for _ = 1, 3 do step() end
    collect()
    local live, blocks, calls = nn.memory_stats().live, nn.memory_stats().blocks, nil
    for _ = 1, 20 do
      local before = nn.memory_stats().calls
      step()
      local made = nn.memory_stats().calls - before
      assert.equal(calls or made, made)
      calls = made
      collect()
      assert.equal(live, nn.memory_stats().live)
      assert.equal(blocks, nn.memory_stats().blocks)
    end
  end)

  -- The sanitizers are to see each block freed, so nothing is kept there.
  local kept = os.getenv("NNLUA_INSTRUMENTED") and pending or it

  kept("is kept for the next request, and counted", function()
    local mega = 1 << 20
    local alive = {nn.zeros(3 * mega // 4)}
    collect()
    local before = nn.memory_stats()
    alive[1] = nil
    collect()
    local after = nn.memory_stats()
    assert.equal(0, #alive)
    assert.is_true(before.live - after.live >= 3 * mega)
    assert.equal(before.live + before.cached, after.live + after.cached)
    nn.zeros(3 * mega // 4)
    collect()
    assert.equal(after.cached, nn.memory_stats().cached)
  end)

  kept("is kept up to the most that has been alive, or 40 MB", function()
    local output, code = run [[
      local mega = 1 << 18
      for size = 1, 30 do nn.zeros(size * mega) end
      collectgarbage() collectgarbage()
      local m = nn.memory_stats()
      print(m.cached + m.live <= math.max(m.peak, 40 << 20), m.cached > 20 << 20)
    ]]
    assert.equal(0, code, output)
    assert.equal("true\ttrue\n", output)
  end)

  -- A register of `add` still holds the last result while the next one is computed.
  it("is given back soon where a function drops what it computed", function()
    local output, code = run [[
      local x, y = nn.ones(1 << 20), nn.ones(1 << 20)
      local function add(a, b) return a + b end
      local function drop() add(x, y) end
      for _ = 1, 50 do drop() end
      local most = 0
      for _ = 1, 50 do
        drop()
        most = math.max(most, nn.memory_stats().live)
      end
      print(most // (4 << 20))
    ]]
    assert.equal(0, code, output)
    assert.is_true(tonumber(output) <= 6, output .. " arrays, where 2 are in use")
  end)

  it("is given back where the graph is a cycle through a function of one's own", function()
    local function train()
      local double = nn.Function {
        forward = function(ctx, x)
          ctx:save_for_backward(x)
          return x * 2
        end,
        backward = function(_, g) return g * 2 end,
      }
      local w = nn.ones(100, {requires_grad = true})
      double(w):sum():backward()
      local g = nn.grad((w ^ 3):sum(), {w}, {create_graph = true})
      assert.equal(3.0, (type(g) == "table" and g[1] or g)[1]:item())
    end
    train()
    collect()
    local before = nn.memory_stats()
    train()
    collect()
    assert.equal(before.live, nn.memory_stats().live)
    assert.equal(before.blocks, nn.memory_stats().blocks)
  end)

  it("is given back where a tensor is changed by what was computed from it", function()
    local function change()
      local w, plain = nn.ones(3, {requires_grad = true}), nn.ones(3)
      local a = w * 1
      a:add_(a * a)
      plain:add_(plain * w)
      local b = w * 1
      local part = b[{{1, 2}}]
      b[{{2, 3}}] = part * part
      local c = w * 2
      c:mul_(c)
      local double = nn.Function {
        forward = function(ctx, x)
          ctx:save_for_backward(x)
          return x * 2
        end,
        backward = function(_, g) return g * 2 end,
      }
      local d = w * 1
      d:add_(double(d))
    end
    change()
    collect()
    local before = nn.memory_stats()
    change()
    collect()
    assert.equal(before.live, nn.memory_stats().live)
    assert.equal(before.blocks, nn.memory_stats().blocks)
  end)

  it("is given back after errors", function()
    local function fail()
      local a, b = nn.ones(2, 3, {requires_grad = true}), nn.ones(4, 5)
      assert.is_false(pcall(function() return a:mm(b) end))
      assert.is_false(pcall(function() return (a * 2):backward() end))
      assert.is_false(pcall(nn.cat, {a, b, 3}))
      assert.is_false(pcall(nn.tensor, {{1, 2}, {3}}))
    end
    fail()
    collect()
    local before = nn.memory_stats()
    for _ = 1, 10 do fail() end
    collect()
    assert.equal(before.live, nn.memory_stats().live)
    assert.equal(before.blocks, nn.memory_stats().blocks)
  end)
end)

describe("an allocation that fails", function()
  -- Lets allocations 1, 2, … fail, until `work` gets by without reaching the failing one.
  local function sweep(work, recover)
    local failures, k, reached = 0, 0, true
    while reached do
      k = k + 1
      local before = nn.memory_stats().calls
      nn._fail_allocation(k)
      local ok, message = pcall(work)
      nn._fail_allocation(0)
      reached = nn.memory_stats().calls - before >= k
      if not ok then
        failures = failures + 1
        assert.truthy(reached)
        assert.truthy(tostring(message):find("out of memory", 1, true), tostring(message))
      end
      if recover then recover(k) end
      assert.truthy(k < 5000)
    end
    return failures
  end

  it("anywhere in a training step is a Lua error, and training goes on", function()
    local step, model = new_training("Adam")
    local failures = sweep(step, function(k)
      if k % 16 == 0 then
        local loss = step()
        assert.truthy(loss == loss and loss < 10)
      end
    end)
    assert.truthy(failures > 20)
    model:eval()
    assert.equal("2x3", tostring(model(nn.ones(2, 6)).shape))
  end)

  it("in the making of a model and its first step is a Lua error", function()
    local failures = sweep(function() new_training("RMSprop")() end)
    assert.truthy(failures > 50)
    new_training("RMSprop")()
  end)

  it("in other things that one does is a Lua error", function()
    local x = nn.randn(5, 4, {requires_grad = true})
    local base = os.tmpname()
    local name = base .. ".safetensors"
    sweep(function()
      local y = nn.cat {x[{{1, 2}}], x[{{}, {2, 3}}]:t():contiguous():view(-1, 2):tile(1, 2)}
      return tostring(y) .. #y:sort(1):tolist()
    end)
    sweep(function()
      local z = x:detach():clone()
      z[z:lt(0)] = 0
      z[{{}, 1}] = nn.ones(5)
      nn.save(name, {z = z})
      return nn.load(name)
    end)
    sweep(function()
      local g = nn.grad((x ^ 3):sum(), {x}, {create_graph = true})
      local first = type(g) == "table" and g[1] or g
      first:sum():backward()
    end)
    os.remove(base)
    os.remove(name)
  end)

  it("leaves nothing behind", function()
    local function once() sweep(function() new_training("SGD")() end) end
    once()
    collect()
    local before = nn.memory_stats()
    once()
    collect()
    assert.equal(before.live, nn.memory_stats().live)
    assert.equal(before.blocks, nn.memory_stats().blocks)
  end)

  it("is an error too where the size is beyond any memory", function()
    local ok, message = pcall(nn.zeros, 2 ^ 40 | 0, 2 ^ 10 | 0)
    assert.is_false(ok)
    assert.truthy(message:find("out of memory", 1, true), message)
  end)
end)

-- The most memory that the process has had, in MB.
local PEAK = [[
local function peak()
  local status = io.open("/proc/self/status"):read("a")
  return tonumber(status:match("VmHWM:%s*(%d+)")) / 1024
end
]]

local has_proc = io.open("/proc/self/status")
if has_proc then has_proc:close() end

describe("garbage", function()
  -- The sanitizers hold freed memory back, so what a process takes says nothing there.
  local bounded = has_proc and not os.getenv("NNLUA_INSTRUMENTED") and it or pending

  bounded("of 20,000 tensors of 1 MB stays within 64 MB", function()
    local output, code = run(PEAK .. [[
      nn.zeros(2 ^ 18)
      local before = peak()
      for _ = 1, 20000 do nn.zeros(2 ^ 18) end
      print(peak() - before)
    ]])
    assert.equal(0, code, output)
    assert.truthy(tonumber(output) < 64, output)
  end)

  bounded("of a loop that keeps 200,000 tables alive stays bounded", function()
    local output, code = run(PEAK .. [[
      local kept, x = {}, nn.randn(256, 256)
      for i = 1, 200000 do kept[i] = {i} end
      x:tanh()
      local before = peak()
      for _ = 1, 2000 do x:tanh() end
      print(peak() - before)
      assert(#kept == 200000)
    ]])
    assert.equal(0, code, output)
    assert.truthy(tonumber(output) < 64, output)
  end)
end)

describe("the distance between young collections", function()
  it("shrinks again after much was kept alive", function()
    local output, code = run([[
      local kept = {}
      for i = 1, 64 do kept[i] = nn.ones(2 ^ 18) + 1 end
      kept = nil
      local x = nn.ones(10000)
      for _ = 1, 3000 do local _ = x + 1 end
      collectgarbage()
      local before, most = nn.memory_stats().live, 0
      for _ = 1, 1000 do
        local _ = x + 1
        most = math.max(most, nn.memory_stats().live)
      end
      print((most - before) / 1024)
    ]])
    assert.equal(0, code, output)
    assert.truthy(tonumber(output) < 1024, output)
  end)
end)

describe("a chain of 1,000,000 operations", function()
  it("goes forward, backward and away with 256 kB of stack", function()
    local output, code = run([[
      local w = nn.tensor(1, {requires_grad = true})
      local y = w
      for _ = 1, 1000000 do y = y + 1 end
      y:backward()
      print(y:item(), w.grad:item())
      y = nil
      collectgarbage()
      print(nn.memory_stats().blocks < 100)
    ]], "ulimit -s 256;")
    assert.equal(0, code, output)
    assert.equal("1000001.0\t1.0\ntrue\n", output)
  end)

  it("goes away without having gone backward", function()
    local output, code = run([[
      local y = nn.tensor(1, {requires_grad = true})
      for _ = 1, 1000000 do y = y * 1 end
      y = nil
      collectgarbage()
      print(nn.memory_stats().blocks < 100)
    ]], "ulimit -s 256;")
    assert.equal(0, code, output)
    assert.equal("true\n", output)
  end)
end)
