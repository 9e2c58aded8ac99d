-- Optimisers, schedules and clipping against PyTorch: its curves (spec/golden), its numbers.
local nn = require "nnlua"
local golden = dofile "spec/golden/tutorial.lua"
local optim, lr_scheduler = nn.optim, nn.optim.lr_scheduler

local function near(want, got, tolerance, what)
  local close = math.abs(got - want) <= tolerance * math.max(math.abs(want), 1e-300)
  assert.truthy(close, ("%s: %.17g, PyTorch has %.17g"):format(what or "value", got, want))
end

local function near_list(want, got, tolerance)
  assert.equal(#want, #got)
  for i, value in ipairs(want) do near(value, got[i], tolerance, "number " .. i) end
end

local function zeros(n) return nn.zeros(n, {requires_grad = true}) end

describe("the curves of the optimisers", function()
  local TwoLayerNet = nn.class("TwoLayerNet", nn.Module)
  function TwoLayerNet:init(inputs, hidden, outputs)
    self.linear1 = nn.Linear(inputs, hidden)
    self.linear2 = nn.Linear(hidden, outputs)
  end
  function TwoLayerNet:forward(x) return self.linear2(self.linear1(x):clamp {min = 0}) end

  local configurations = {
    ["sgd"] = {"SGD", {lr = 1e-4}},
    ["sgd momentum"] = {"SGD", {lr = 1e-5, momentum = 0.9}},
    ["sgd nesterov decay"] = {"SGD",
      {lr = 1e-5, momentum = 0.9, nesterov = true, weight_decay = 1e-2}},
    ["rmsprop"] = {"RMSprop", {lr = 1e-3}, 1e-2},
    ["rmsprop centered momentum"] = {"RMSprop", {lr = 1e-4, momentum = 0.5, centered = true}, 1e-2},
    ["adam"] = {"Adam", {lr = 1e-3}},
    ["adam amsgrad"] = {"Adam", {lr = 1e-3, amsgrad = true}},
    ["adamw"] = {"AdamW", {lr = 1e-3, weight_decay = 0.1}},
    ["adagrad"] = {"Adagrad", {lr = 1e-2}},
  }

  -- One thread: on a busy machine two wait for each other, and the losses are the same.
  local threads
  setup(function()
    threads = nn.get_num_threads()
    nn.set_num_threads(1)
  end)
  teardown(function() nn.set_num_threads(threads) end)

  for name, want in pairs(golden.optim) do
    it("follow PyTorch's: " .. name, function()
      local rule, options, tolerance = table.unpack(configurations[name])
      nn.manual_seed(golden.seed)
      local x, y = nn.randn(64, 1000), nn.randn(64, 10)
      local model, loss_fn = TwoLayerNet(1000, 100, 10), nn.MSELoss {reduction = "sum"}
      local optimizer = optim[rule](model:parameters(), options)
      for epoch = 0, 199 do
        local loss = loss_fn(model(x), y)
        if want[epoch] and want[epoch] > 0.01 then
          near(want[epoch], loss:item(), tolerance or 1e-3, "epoch " .. epoch)
        end
        optimizer:zero_grad()
        loss:backward()
        optimizer:step()
      end
    end)
  end
end)

describe("an optimiser", function()
  local function train(w, optimizer, steps)
    for _ = 1, steps do
      optimizer:zero_grad()
      w:sub(3):pow(2):sum():backward()
      optimizer:step()
    end
  end

  it("shows and takes the options of its groups", function()
    local w, b = zeros(2), zeros(1)
    local optimizer = optim.SGD({{params = {w}}, {params = {b}, lr = 0.25}}, {lr = 0.5})
    local groups = optimizer.param_groups
    assert.equal(2, #groups)
    assert.equal(0.5, groups[1].lr)
    assert.equal(0.25, groups[2].lr)
    assert.is_false(groups[1].nesterov)
    assert.equal(w, groups[1].params[1])
    groups[1].lr = 2
    w.grad, b.grad = nn.ones(2), nn.ones(1)
    optimizer:step()
    assert.same({-2.0, -2.0}, w:tolist())
    assert.same({-0.25}, b:tolist())
    groups[1].note = "mine"
    assert.equal("mine", groups[1].note)
  end)

  it("has Adam's betas under one name", function()
    local optimizer = optim.Adam({zeros(1)}, {lr = 0.1, betas = {0.8, 0.9}})
    local group = optimizer.param_groups[1]
    assert.same({0.8, 0.9}, group.betas)
    group.betas = {0.5, 0.25}
    assert.same({0.5, 0.25}, group.betas)
  end)

  it("prints as in PyTorch", function()
    local optimizer = optim.SGD({{params = {zeros(1)}}, {params = {zeros(1)}, lr = 0.25}},
      {lr = 0.1, momentum = 0.9})
    local function group(number, lr)
      return ([[
Parameter Group %d
    dampening: 0
    lr: %s
    maximize: false
    momentum: 0.9
    nesterov: false
    weight_decay: 0
]]):format(number, lr)
    end
    assert.equal("SGD (\n" .. group(1, "0.1") .. "\n" .. group(2, "0.25") .. ")",
      tostring(optimizer))
    local adam = tostring(optim.Adam({zeros(1)}, {lr = 0.1}))
    assert.truthy(adam:find("    betas: (0.9, 0.999)\n    eps: 1e-08\n    lr: 0.1\n", 1, true))
  end)

  it("goes on with a model that is converted", function()
    local function trained(convert)
      nn.manual_seed(1)
      local model, x = nn.Linear(3, 2), nn.randn(5, 3)
      local optimizer = optim.Adam(model:parameters(), {lr = 0.1, amsgrad = true})
      for step = 1, 6 do
        if step == 4 and convert then
          model:double()
          x = x:double()
        end
        optimizer:zero_grad();
        (model(x) ^ 2):sum():backward()
        optimizer:step()
      end
      return model.weight:double()
    end
    assert.is_true(nn.allclose(trained(false), trained(true), {rtol = 1e-4, atol = 1e-6}))
  end)

  it("adds groups", function()
    local optimizer, late = optim.SGD({zeros(1)}, {lr = 1}), zeros(1)
    optimizer:add_param_group {params = {late}, lr = 3}
    late.grad = nn.ones(1)
    optimizer:step()
    assert.same({-3.0}, late:tolist())
  end)

  it("passes over parameters without a gradient", function()
    local w = zeros(2)
    optim.Adam({w}):step()
    assert.same({0.0, 0.0}, w:tolist())
  end)

  it("forgets gradients, or zeroes them", function()
    local w = zeros(1)
    local optimizer = optim.SGD({w}, {lr = 1})
    w.grad = nn.ones(1)
    optimizer:zero_grad {set_to_none = false}
    assert.same({0.0}, w.grad:tolist())
    optimizer:zero_grad()
    assert.is_nil(w.grad)
  end)

  it("maximises where asked", function()
    local w = zeros(1)
    w.grad = nn.ones(1)
    optim.SGD({w}, {lr = 1, maximize = true}):step()
    assert.same({1.0}, w:tolist())
  end)

  it("refuses what it cannot work with", function()
    local w = zeros(1)
    for what, make in pairs {
      ["lr must be"] = function() return optim.SGD({w}, {lr = -1}) end,
      ["momentum"] = function() return optim.SGD({w}, {lr = 1, momentun = 0.9}) end,
      ["empty"] = function() return optim.Adam({}) end,
      ["tensor"] = function() return optim.Adam({1}) end,
      ["params"] = function() return optim.Adam(nil) end,
    } do
      local ok, message = pcall(make)
      assert.is_false(ok)
      assert.truthy(message:find(what, 1, true), what .. " is not in: " .. message)
    end
  end)

  for rule, options in pairs {
    SGD = {lr = 0.1, momentum = 0.9}, RMSprop = {lr = 0.1, momentum = 0.5, centered = true},
    Adam = {lr = 0.1, amsgrad = true}, AdamW = {lr = 0.1}, Adagrad = {lr = 0.1, lr_decay = 0.01},
  } do
    it(rule .. " goes on from a state dict as if it had never stopped", function()
      local w = zeros(3)
      local optimizer = optim[rule]({w}, options)
      train(w, optimizer, 5)
      local copy, dict = w:detach():clone():requires_grad_(), optimizer:state_dict()
      train(w, optimizer, 5)
      local other = optim[rule]({copy}, {lr = 99})
      other:load_state_dict(dict)
      assert.equal(0.1, other.param_groups[1].lr)
      train(copy, other, 5)
      assert.same(w:tolist(), copy:tolist())
    end)
  end
end)

-- The rates (and momenta) of twelve steps of SGD{lr = 0.5, momentum = 0.9}, from PyTorch 1.13.
describe("the schedule", function()
  local function follow(make, metrics)
    local w = zeros(2)
    local optimizer = optim.SGD({w}, {lr = 0.5, momentum = 0.9})
    local scheduler, group = make(optimizer), optimizer.param_groups[1]
    local rates, momenta = {group.lr}, {group.momentum}
    for i = 1, 12 do
      w.grad = nn.ones(2)
      optimizer:step()
      scheduler:step(metrics and metrics[i])
      rates[i + 1], momenta[i + 1] = group.lr, group.momentum
    end
    return rates, momenta
  end

  it("StepLR", function()
    near_list({0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.0625, 0.0625, 0.0625,
      0.03125}, follow(function(o)
      return lr_scheduler.StepLR(o, {step_size = 3, gamma = 0.5})
    end), 1e-12)
  end)

  it("MultiStepLR", function()
    near_list({0.5, 0.5, 0.05, 0.05, 0.05, 0.0005, 0.0005, 0.0005, 0.0005, 5e-05, 5e-05, 5e-05,
      5e-05}, follow(function(o)
      return lr_scheduler.MultiStepLR(o, {milestones = {2, 5, 5, 9}})
    end), 1e-12)
  end)

  it("ExponentialLR", function()
    near_list({0.5, 0.45, 0.405, 0.3645, 0.32805, 0.295245, 0.2657205, 0.23914845, 0.215233605,
      0.1937102445, 0.17433922005, 0.156905298045, 0.141214768241}, follow(function(o)
      return lr_scheduler.ExponentialLR(o, 0.9)
    end), 1e-11)
  end)

  it("CosineAnnealingLR", function()
    near_list({0.5, 0.461803398875, 0.361803398875, 0.238196601125, 0.138196601125, 0.1,
      0.138196601125, 0.238196601125, 0.361803398875, 0.461803398875, 0.5, 0.461803398875,
      0.361803398875}, follow(function(o)
      return lr_scheduler.CosineAnnealingLR(o, {T_max = 5, eta_min = 0.1})
    end), 1e-11)
  end)

  it("LambdaLR", function()
    local want = {}
    for epoch = 0, 12 do want[epoch + 1] = 0.5 / (1 + epoch) end
    near_list(want, follow(function(o)
      return lr_scheduler.LambdaLR(o, function(epoch) return 1 / (1 + epoch) end)
    end), 1e-12)
  end)

  it("OneCycleLR", function()
    local rates, momenta = follow(function(o)
      return lr_scheduler.OneCycleLR(o, {max_lr = 1, total_steps = 13})
    end)
    near_list({0.04, 0.295163948464, 0.789369791374, 0.999702071467, 0.96437826255,
      0.874255877064, 0.739969779105, 0.577366357936, 0.405633579749, 0.24503671767,
      0.114526954509, 0.0295050543141, 4e-06}, rates, 1e-10)
    near_list({0.95, 0.923420422035, 0.871940646732, 0.850029792972, 0.853562187994,
      0.862574462591, 0.876003126102, 0.89226353326, 0.909436879773, 0.92549663022,
      0.93854765874, 0.947049882768, 0.95}, momenta, 1e-10)
  end)

  it("OneCycleLR in three straight phases", function()
    local rates, momenta = follow(function(o)
      return lr_scheduler.OneCycleLR(o, {max_lr = 1, total_steps = 13, pct_start = 0.25,
        anneal_strategy = "linear", three_phase = true, div_factor = 10, final_div_factor = 100})
    end)
    near_list({0.1, 0.5, 0.9, 0.7, 0.3, 0.0934, 0.0802, 0.067, 0.0538, 0.0406, 0.0274, 0.0142,
      0.001}, rates, 1e-10)
    near_list({0.95, 0.905555555556, 0.861111111111, 0.883333333333, 0.927777777778, 0.95, 0.95,
      0.95, 0.95, 0.95, 0.95, 0.95, 0.95}, momenta, 1e-10)
  end)

  local metrics = {1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.5, 0.6, 0.6, 0.6, 0.6, 0.4}

  it("ReduceLROnPlateau", function()
    near_list({0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.125, 0.0625, 0.0625, 0.03125,
      0.03125}, follow(function(o)
      return lr_scheduler.ReduceLROnPlateau(o, {factor = 0.5, patience = 1})
    end, metrics), 1e-12)
  end)

  it("ReduceLROnPlateau of a metric that should rise", function()
    near_list({0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.125, 0.1, 0.1},
      follow(function(o)
        return lr_scheduler.ReduceLROnPlateau(o, {mode = "max", factor = 0.5, patience = 1,
          threshold = 0.1, threshold_mode = "abs", cooldown = 2, min_lr = 0.1})
      end, metrics), 1e-12)
  end)

  it("is saved and set back", function()
    local optimizer = optim.SGD({zeros(1)}, {lr = 1})
    local first = lr_scheduler.StepLR(optimizer, 2)
    first:step()
    local second = lr_scheduler.StepLR(optimizer, 2)
    second:load_state_dict(first:state_dict())
    second:step()
    near(0.1, optimizer.param_groups[1].lr, 1e-12)
    near(0.1, second:get_last_lr()[1], 1e-12)
  end)

  it("takes what it knows, and no more", function()
    local optimizer = optim.SGD({nn.zeros(1, {requires_grad = true})}, {lr = 1})
    local schedule = lr_scheduler.StepLR(optimizer, 2)
    assert.error_matches(function() lr_scheduler.StepLR(optimizer, 2, 0.1, 3) end,
      "StepLR: takes 2 arguments after the optimiser, not 3")
    assert.error_matches(function() schedule:load_state_dict {last_epoch = "x"} end,
      "load_state_dict: .* must be a %a+, not ")
    local dict = schedule:state_dict()
    dict.optimizer = 3
    schedule:load_state_dict(dict)
    schedule:step()
    assert.same({1}, schedule:get_last_lr())
  end)
end)

describe("clipping", function()
  local function with_gradients()
    local w, b = zeros(3), zeros(1)
    w.grad, b.grad = nn.tensor {3, -4, 12}, nn.tensor {-84}
    return w, b
  end

  -- {max_norm, norm_type}, the norm before, the gradients after (PyTorch 1.13).
  for _, row in ipairs {
    {{1.0}, 85, {0.03529411926865578, -0.0470588244497776, 0.1411764770746231,
      -0.9882352948188782}},
    {{1.0, 1.0}, 103, {0.029126213863492012, -0.03883495181798935, 0.11650485545396805,
      -0.8155339956283569}},
    {{1.0, math.huge}, 84, {0.0357142873108387, -0.0476190485060215, 0.1428571492433548, -1}},
    {{1.0, 3.0}, 84.08586120605469, {0.03567781671881676, -0.047570422291755676,
      0.14271126687526703, -0.998978853225708}},
    {{100.0}, 85, {3, -4, 12, -84}},
  } do
    it(("to norm %g of kind %g"):format(row[1][1], row[1][2] or 2), function()
      local w, b = with_gradients()
      near(row[2], nn.utils.clip_grad_norm_({w, b}, table.unpack(row[1])), 1e-6)
      near_list(row[3], nn.cat {w.grad, b.grad}:tolist(), 1e-6)
    end)
  end

  it("to a value", function()
    local w, b = with_gradients()
    nn.utils.clip_grad_value_({w, b}, 5)
    assert.same({3.0, -4.0, 5.0}, w.grad:tolist())
    assert.same({-5.0}, b.grad:tolist())
  end)
end)
