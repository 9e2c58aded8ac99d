-- nn.optim: what PyTorch shows of an optimiser as tables, and the learning-rate schedules.

return function(nn)
  local methods, raise, describe = nn._optimizer_methods, nn._error, nn._describe
  local define = {} -- the methods of all optimisers
  local optim = {}
  nn.optim = optim

  local function check_betas(betas)
    local good = type(betas) == "table" and #betas == 2
      and type(betas[1]) == "number" and type(betas[2]) == "number"
    if not good then
      raise(("betas: expects a list of two numbers, not %s"):format(describe(betas)))
    end
  end

  -- Adam's two betas go by one name, as in PyTorch.
  local function split_betas(options)
    if type(options) ~= "table" or options.betas == nil then return options end
    check_betas(options.betas)
    local copy = {}
    for key, value in pairs(options) do copy[key] = value end
    copy.betas, copy.beta1, copy.beta2 = nil, options.betas[1], options.betas[2]
    return copy
  end

  -- A parameter group as a table: options are read from and written to the engine, anything else
  -- (`initial_lr`) is a field.
  local function new_group(optimizer, index)
    local fields = {}
    return setmetatable({}, {
      __index = function(_, key)
        if key == "params" then return optimizer:_params(index) end
        if key == "betas" then
          local first = optimizer:_get(index, "beta1")
          return first and {first, optimizer:_get(index, "beta2")}
        end
        local value = fields[key]
        if value == nil and type(key) == "string" then value = optimizer:_get(index, key) end
        return value
      end,
      __newindex = function(_, key, value)
        if type(key) ~= "string" then
          raise(("param_groups: an option's name must be a string, not %s"):format(describe(key)))
        end
        if key == "betas" then
          check_betas(value)
          optimizer:_set(index, "beta1", value[1])
          optimizer:_set(index, "beta2", value[2])
        elseif not optimizer:_set(index, key, value) then
          fields[key] = value
        end
      end,
      __pairs = function(group)
        local all = {params = optimizer:_params(index)}
        for _, name in ipairs(optimizer:_option_names()) do all[name] = group[name] end
        if all.beta1 then all.betas, all.beta1, all.beta2 = group.betas, nil, nil end
        for key, value in pairs(fields) do all[key] = value end
        return pairs(all)
      end,
    })
  end

  function define:add_param_group(group)
    if type(group) ~= "table" or group.params == nil then
      raise("add_param_group: expects a table with params")
    end
    local options = {}
    for key, value in pairs(group) do
      if key ~= "params" then options[key] = value end
    end
    self:_add_group(group.params, split_betas(options))
    local index = self:_group_count()
    self.param_groups[index] = new_group(self, index)
  end

  local function is_group_list(params)
    return type(params) == "table" and type(params[1]) == "table"
  end

  for _, name in ipairs(nn._rules) do
    optim[name] = function(params, ...)
      if params == nil then
        raise(name .. ": params is missing: a list of tensors, as model:parameters() gives")
      end
      local arguments = table.pack(...)
      arguments[arguments.n] = split_betas(arguments[arguments.n])
      local optimizer = nn._new_optimizer(name, table.unpack(arguments, 1, arguments.n))
      optimizer.param_groups = {}
      local groups = is_group_list(params) and params or {{params = params}}
      if type(params) == "table" and #params == 0 and not is_group_list(params) then
        raise(name .. ": got an empty parameter list")
      end
      for _, group in ipairs(groups) do optimizer:add_param_group(group) end
      return optimizer
    end
  end

  function define:state_dict()
    local dict, number = {state = {}, param_groups = {}}, 0
    for g, group in ipairs(self.param_groups) do
      local copy = {params = {}}
      for _, name in ipairs(self:_option_names()) do copy[name] = group[name] end
      for i = 1, #group.params do
        number = number + 1
        copy.params[i] = number
        local state = self:_state(g, i)
        for key, value in pairs(state or {}) do
          if nn.is_tensor(value) then state[key] = value:clone() end
        end
        dict.state[number] = state
      end
      dict.param_groups[g] = copy
    end
    return dict
  end

  -- Whether a saved state has the parts that load_state_dict reads.
  local function is_state(dict)
    local good = type(dict) == "table" and type(dict.param_groups) == "table"
      and type(dict.state) == "table"
    for _, group in ipairs(good and dict.param_groups or {}) do
      good = good and type(group) == "table" and type(group.params) == "table"
    end
    for _, state in pairs(good and dict.state or {}) do
      good = good and type(state) == "table" and math.type(state.step) == "integer"
    end
    return good
  end

  function define:load_state_dict(dict)
    if not is_state(dict) then
      raise(("load_state_dict: expects what state_dict returned, not %s"):format(describe(dict)))
    elseif #dict.param_groups ~= #self.param_groups then
      raise(("load_state_dict: the state has %d parameter groups, the optimiser %d"):format(
        #dict.param_groups, #self.param_groups))
    end
    local number = 0
    for g, group in ipairs(self.param_groups) do
      local saved = dict.param_groups[g]
      if #saved.params ~= #group.params then
        raise(("load_state_dict: group %d has %d parameters, the optimiser's %d"):format(g,
          #saved.params, #group.params))
      end
      for _, name in ipairs(self:_option_names()) do
        if saved[name] ~= nil then group[name] = saved[name] end
      end
      for i = 1, #group.params do
        number = number + 1
        for key, value in pairs(dict.state[number] or {}) do
          if key ~= "step" then
            self:_set_state(g, i, dict.state[number].step, key, value)
          end
        end
        local step = dict.state[number] and dict.state[number].step
        if step then self:_set_state(g, i, step, nil, nil) end
      end
    end
  end

  nn._guard(methods, define, "optimizer", "an optimiser")

  setmetatable(optim, {
    __index = function(_, name)
      if name ~= "lr_scheduler" then return nil end
      require("nnlua.schedulers")(nn)
      return rawget(optim, name)
    end,
  })
end
