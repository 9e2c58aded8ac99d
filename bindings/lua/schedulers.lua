-- nn.optim.lr_scheduler: learning rates that change from epoch to epoch. Each schedule sets every
-- group's `lr` when it is made, and again after each step(); the recurrences are PyTorch's, so that
-- a rate changed by hand in between is carried on.

return function(nn)
  local raise, describe = nn._error, nn._describe
  local lr_scheduler = {}
  nn.optim.lr_scheduler = lr_scheduler

  local Scheduler = {}
  Scheduler.__index = Scheduler

  -- The rates as they are.
  function Scheduler:get_last_lr() return self.last_lr end

  local function note_rates(self)
    self.last_lr = {}
    for i, group in ipairs(self.optimizer.param_groups) do self.last_lr[i] = group.lr end
  end

  function Scheduler:step()
    self.last_epoch = self.last_epoch + 1
    for i, group in ipairs(self.optimizer.param_groups) do
      local rate = self:rate(group, self.base_lrs[i], i)
      if rate then group.lr = rate end
    end
    note_rates(self)
  end

  function Scheduler:state_dict()
    local dict = {last_epoch = self.last_epoch, base_lrs = self.base_lrs, last_lr = self.last_lr}
    for _, name in ipairs(self.state or {}) do dict[name] = self[name] end
    return dict
  end

  function Scheduler:load_state_dict(dict)
    if type(dict) ~= "table" then
      raise(("load_state_dict: expects what state_dict returned, not %s"):format(describe(dict)))
    end
    for name, value in pairs(self:state_dict()) do
      local saved = dict[name]
      if type(saved) ~= type(value) then
        raise(("load_state_dict: %s must be a %s, not %s"):format(name, type(value),
          describe(saved)))
      end
      self[name] = saved
    end
  end

  -- What options must be: a test, and the words for it.
  local function is_number(v) return type(v) == "number" end
  local function is_count(v) return math.type(v) == "integer" and v > 0 end
  local function is_each(test, v)
    for _, item in ipairs(type(v) == "table" and v or {}) do
      if not test(item) then return false end
    end
    return type(v) == "table"
  end
  local tests = {
    number = {is_number, "a number"},
    positive = {function(v) return is_number(v) and v > 0 end, "a number above 0"},
    count = {is_count, "an integer above 0"},
    boolean = {function(v) return type(v) == "boolean" end, "a boolean"},
    list = {function(v) return is_each(is_number, v) end, "a list of numbers"},
    numbers = {function(v) return is_number(v) or is_each(is_number, v) end,
      "a number or a list of them"},
    functions = {function(v)
      local function is_function(f) return type(f) == "function" end
      return is_function(v) or is_each(is_function, v)
    end, "a function or a list of them"},
  }
  local function one_of(...)
    local names, words = {}, table.concat({...}, ", ")
    for _, name in ipairs {...} do names[name] = true end
    return {function(v) return type(v) == "string" and names[v] end, "one of " .. words}
  end
  local kinds = {
    step_size = tests.count, milestones = tests.list, lr_lambda = tests.functions,
    T_max = tests.positive, max_lr = tests.numbers, total_steps = tests.count,
    epochs = tests.count, steps_per_epoch = tests.count, cycle_momentum = tests.boolean,
    three_phase = tests.boolean, div_factor = tests.positive, final_div_factor = tests.positive,
    anneal_strategy = one_of("cos", "linear"), mode = one_of("min", "max"),
    threshold_mode = one_of("rel", "abs"),
  }

  local function check_options(what, options)
    for name, value in pairs(options) do
      local kind = kinds[name] or tests.number
      if not kind[1](value) then
        raise(("%s: %s must be %s, not %s"):format(what, name, kind[2], describe(value)))
      end
    end
  end

  -- Options by position or by name, checked against the names there are.
  local function read_options(what, names, defaults, ...)
    local first = ...
    local given = type(first) == "table" and select("#", ...) == 1 and getmetatable(first) == nil
    local list_first = given and #first > 0
    local options = {}
    if given and not list_first then
      for name, value in pairs(first) do options[name] = value end
    else
      local values = table.pack(...)
      local last = values[values.n]
      for i = 1, values.n do
        if i == values.n and i > 1 and type(last) == "table" and #last == 0 then
          for name, value in pairs(last) do options[name] = value end
        elseif names[i] then
          options[names[i]] = values[i]
        else
          raise(("%s: takes %d arguments after the optimiser, not %d"):format(what, #names,
            values.n))
        end
      end
    end
    local known = {}
    for _, name in ipairs(names) do known[name] = true end
    for name in pairs(options) do
      if not known[name] then
        raise(("%s: there is no argument %q"):format(what, tostring(name)))
      end
    end
    for _, name in ipairs(names) do
      if options[name] == nil then options[name] = defaults[name] end
    end
    check_options(what, options)
    return options
  end

  local function check_optimizer(what, optimizer)
    if nn._kind(optimizer) ~= "optimizer" then
      raise(("%s: expects an optimiser, not %s"):format(what, describe(optimizer)))
    end
  end

  -- Defines a schedule: `required` names must be given; rate(self, group, base) is the new rate,
  -- self.last_epoch counting from 0.
  local function define(what, names, defaults, required, rate, start)
    local class = setmetatable({rate = rate}, {__index = Scheduler})
    class.__index = class
    lr_scheduler[what] = function(optimizer, ...)
      check_optimizer(what, optimizer)
      local options = read_options(what, names, defaults, ...)
      for _, name in ipairs(required) do
        if options[name] == nil then raise(("%s: %s is missing"):format(what, name)) end
      end
      local self = setmetatable(options, class)
      self.optimizer, self.last_epoch, self.base_lrs = optimizer, -1, {}
      if start then start(self) end
      for i, group in ipairs(optimizer.param_groups) do
        if group.initial_lr == nil then group.initial_lr = group.lr end
        self.base_lrs[i] = group.initial_lr
      end
      self:step()
      return self
    end
  end

  define("StepLR", {"step_size", "gamma"}, {gamma = 0.1}, {"step_size"}, function(self, group)
    local epoch = self.last_epoch
    local due = epoch > 0 and epoch % self.step_size == 0
    return due and group.lr * self.gamma or group.lr
  end)

  define("MultiStepLR", {"milestones", "gamma"}, {gamma = 0.1}, {"milestones"},
    function(self, group)
      local rate = group.lr
      for _, milestone in ipairs(self.milestones) do
        if milestone == self.last_epoch then rate = rate * self.gamma end
      end
      return rate
    end)

  define("ExponentialLR", {"gamma"}, {}, {"gamma"}, function(self, group)
    return self.last_epoch == 0 and group.lr or group.lr * self.gamma
  end)

  define("LambdaLR", {"lr_lambda"}, {}, {"lr_lambda"}, function(self, _, base, i)
    local f = self.lr_lambda
    if type(f) == "table" then f = f[i] end
    local factor = f and f(self.last_epoch)
    if type(factor) ~= "number" then
      raise(("LambdaLR: lr_lambda must give a number for each group, not %s"):format(
        describe(factor)))
    end
    return base * factor
  end)

  --- Loshchilov and Hutter 2016, without restarts.
  define("CosineAnnealingLR", {"T_max", "eta_min"}, {eta_min = 0}, {"T_max"},
    function(self, group, base)
      local t, T, least = self.last_epoch, self.T_max, self.eta_min
      if t == 0 then return group.lr end
      if (t - 1 - T) % (2 * T) == 0 then
        return group.lr + (base - least) * (1 - math.cos(math.pi / T)) / 2
      end
      return (1 + math.cos(math.pi * t / T)) / (1 + math.cos(math.pi * (t - 1) / T))
        * (group.lr - least) + least
    end)

  -- From a to b, as fraction goes from 0 to 1.
  local anneal = {
    cos = function(a, b, fraction) return b + (a - b) / 2 * (1 + math.cos(math.pi * fraction)) end,
    linear = function(a, b, fraction) return (b - a) * fraction + a end,
  }

  -- The one-cycle policy's value at a step: up to the peak, then down, in two or three phases.
  local function one_cycle(self, step, low, peak, last)
    local total, f = self.total_steps, anneal[self.anneal_strategy]
    local up = self.pct_start * total - 1
    local phases = self.three_phase
      and {{up, low, peak}, {2 * up, peak, low}, {total - 1, low, last}}
      or {{up, low, peak}, {total - 1, peak, last}}
    local from = 0
    for i, phase in ipairs(phases) do
      if step <= phase[1] or i == #phases then
        return f(phase[2], phase[3], (step - from) / (phase[1] - from))
      end
      from = phase[1]
    end
  end

  --- Smith and Topin 2017: one rise to max_lr and one fall, while momentum does the opposite.
  define("OneCycleLR",
    {"max_lr", "total_steps", "epochs", "steps_per_epoch", "pct_start", "anneal_strategy",
      "cycle_momentum", "base_momentum", "max_momentum", "div_factor", "final_div_factor",
      "three_phase"},
    {pct_start = 0.3, anneal_strategy = "cos", cycle_momentum = true, base_momentum = 0.85,
      max_momentum = 0.95, div_factor = 25, final_div_factor = 1e4, three_phase = false},
    {"max_lr"},
    function(self, group, base)
      local step = self.last_epoch
      if step > self.total_steps then
        raise(("OneCycleLR: step %d, but total_steps is %d"):format(step + 1, self.total_steps))
      end
      if self.cycle_momentum then
        local momentum = one_cycle(self, step, self.max_momentum, self.base_momentum,
          self.max_momentum)
        if group.betas then
          group.betas = {momentum, group.betas[2]}
        else
          group.momentum = momentum
        end
      end
      return one_cycle(self, step, base, base * self.div_factor, base / self.final_div_factor)
    end,
    function(self)
      self.total_steps = self.total_steps or (self.epochs or 0) * (self.steps_per_epoch or 0)
      if self.total_steps <= 0 then
        raise("OneCycleLR: total_steps, or epochs and steps_per_epoch, must be given")
      end
      for i, group in ipairs(self.optimizer.param_groups) do
        local peak = self.max_lr
        if type(peak) == "table" then peak = peak[i] end
        if not peak then raise("OneCycleLR: max_lr has fewer numbers than there are groups") end
        group.initial_lr = peak / self.div_factor
      end
    end)

  --- ReduceLROnPlateau: lowers the rate when a metric, given to step, has stopped improving.
  local Plateau = setmetatable({}, {__index = Scheduler})
  Plateau.__index = Plateau

  local function is_better(self, value)
    local lower = self.mode == "min"
    local margin = self.threshold_mode == "rel" and self.best * self.threshold or self.threshold
    if self.best == math.huge or self.best == -math.huge then margin = 0 end
    if lower then return value < self.best - margin end
    return value > self.best + margin
  end

  function Plateau:step(metric)
    local value = nn._kind(metric) == "tensor" and metric:item() or metric
    if type(value) ~= "number" then
      raise("ReduceLROnPlateau: step expects the metric, a number or a tensor of one")
    end
    self.last_epoch = self.last_epoch + 1
    if is_better(self, value) then
      self.best, self.num_bad_epochs = value, 0
    else
      self.num_bad_epochs = self.num_bad_epochs + 1
    end
    if self.cooldown_counter > 0 then
      self.cooldown_counter, self.num_bad_epochs = self.cooldown_counter - 1, 0
    end
    if self.num_bad_epochs > self.patience then
      for _, group in ipairs(self.optimizer.param_groups) do
        local rate = math.max(group.lr * self.factor, self.min_lr)
        if group.lr - rate > self.eps then group.lr = rate end
      end
      self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
    end
    note_rates(self)
  end

  function lr_scheduler.ReduceLROnPlateau(optimizer, ...)
    check_optimizer("ReduceLROnPlateau", optimizer)
    local self = read_options("ReduceLROnPlateau",
      {"mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "min_lr", "eps"},
      {mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, threshold_mode = "rel",
        cooldown = 0, min_lr = 0, eps = 1e-8}, ...)
    if self.factor >= 1 then raise("ReduceLROnPlateau: factor must be below 1") end
    self.optimizer, self.last_epoch, self.num_bad_epochs, self.cooldown_counter = optimizer, 0, 0, 0
    self.best = self.mode == "min" and math.huge or -math.huge
    self.state = {"best", "num_bad_epochs", "cooldown_counter"}
    setmetatable(self, Plateau)
    note_rates(self)
    return self
  end
end
