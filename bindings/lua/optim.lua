-- nn.optim: what PyTorch shows of an optimiser as tables, and the learning-rate schedules.

return function(nn)
  local methods = nn._optimizer_methods
  local optim = {}
  nn.optim = optim

  -- Adam's two betas go by one name, as in PyTorch.
  local function split_betas(options)
    if type(options) ~= "table" or options.betas == nil then return options end
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
        if key == "betas" then
          optimizer:_set(index, "beta1", value[1])
          optimizer:_set(index, "beta2", value[2])
        elseif type(key) ~= "string" or not optimizer:_set(index, key, value) then
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

  function methods:add_param_group(group)
    if type(group) ~= "table" or group.params == nil then
      error("add_param_group: expects a table with params", 2)
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
      local arguments = table.pack(...)
      arguments[arguments.n] = split_betas(arguments[arguments.n])
      local optimizer = nn._new_optimizer(name, table.unpack(arguments, 1, arguments.n))
      optimizer.param_groups = {}
      local groups = is_group_list(params) and params or {{params = params}}
      if type(params) == "table" and #params == 0 and not is_group_list(params) then
        error(name .. ": got an empty parameter list", 2)
      end
      for _, group in ipairs(groups) do optimizer:add_param_group(group) end
      return optimizer
    end
  end

  function methods:state_dict()
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

  function methods:load_state_dict(dict)
    if type(dict) ~= "table" or #(dict.param_groups or {}) ~= #self.param_groups then
      error("load_state_dict: the parameter groups are not as many as the optimiser's", 2)
    end
    local number = 0
    for g, group in ipairs(self.param_groups) do
      local saved = dict.param_groups[g]
      if #saved.params ~= #group.params then
        error(("load_state_dict: group %d has %d parameters, the optimiser's %d"):format(g,
          #saved.params, #group.params), 2)
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

  setmetatable(optim, {
    __index = function(_, name)
      if name ~= "lr_scheduler" then return nil end
      require("nnlua.schedulers")(nn)
      return rawget(optim, name)
    end,
  })
end
