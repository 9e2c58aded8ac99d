-- Models in Lua: nn.class, nn.Module, and what every module can do.

return function(nn)
  local methods = nn._module_methods

  -- An object without entries; its fields are set by init.
  local function construct(class, ...)
    local object = nn._new_object(class)
    if class.init then class.init(object, ...) end
    return object
  end

  local Module = setmetatable({__name = "Module"}, {__call = construct})
  nn.Module = Module

  --- nn.class(name, base): a class whose objects are modules.
  -- Its `init` gets the arguments of the call that makes an object, `forward` those of a call of
  -- the object. There is no super call to forget.
  function nn.class(name, base)
    if type(name) ~= "string" then
      error(("class: the name must be a string, not a %s"):format(type(name)), 2)
    end
    base = base == nil and Module or base
    if type(base) ~= "table" or not base.__name then
      error("class: the base must be nn.Module or a class made by nn.class", 2)
    end
    return setmetatable({__name = name}, {__index = base, __call = construct,
      __tostring = function() return "class " .. name end})
  end

  local function is_module(value)
    return type(value) == "userdata" and getmetatable(value) ~= nn.Tensor
      and debug.getmetatable(value).__name == "nnlua.Module"
  end
  nn.is_module = is_module

  -- The tensors of a kind below a module, as a list.
  local function tensors(module, kind)
    local list = module:_walk(kind)
    for i, pair in ipairs(list) do list[i] = pair[2] end
    return list
  end

  -- Iterates over pairs {a, b}.
  local function each(pairs_list)
    local i = 0
    return function()
      i = i + 1
      local pair = pairs_list[i]
      if pair then return pair[1], pair[2] end
    end
  end

  function methods:parameters() return tensors(self, "parameter") end
  function methods:buffers() return tensors(self, "buffer") end
  function methods:named_parameters() return each(self:_walk("parameter")) end
  function methods:named_buffers() return each(self:_walk("buffer")) end

  local function children(module)
    local list = {}
    for _, entry in ipairs(module:_entries()) do
      if entry[2] == "child" then list[#list + 1] = {entry[1], entry[3]} end
    end
    return list
  end

  function methods:named_children() return each(children(self)) end

  function methods:children()
    local list = children(self)
    for i, pair in ipairs(list) do list[i] = pair[2] end
    return list
  end

  local function collect(module, path, list)
    list[#list + 1] = {path, module}
    for _, child in ipairs(children(module)) do
      collect(child[2], path == "" and child[1] or path .. "." .. child[1], list)
    end
    return list
  end

  function methods:named_modules() return each(collect(self, "", {})) end

  function methods:modules()
    local list = collect(self, "", {})
    for i, pair in ipairs(list) do list[i] = pair[2] end
    return list
  end

  -- Calls f on every module below and on the module itself, children first.
  function methods:apply(f)
    for _, child in ipairs(self:children()) do child:apply(f) end
    f(self)
    return self
  end

  local read_to = nn._declare("to", "dtype:dtype")

  -- Converts the floating parameters and buffers in place: an optimiser that has them goes on.
  function methods:to(...)
    self:_to((read_to(...)))
    return self
  end

  function methods:float() return self:to("float32") end
  function methods:double() return self:to("float64") end

  function methods:requires_grad_(wanted)
    for _, p in ipairs(self:parameters()) do p:requires_grad_(wanted ~= false) end
    return self
  end

  function methods:append(child)
    if self:_name() ~= "Sequential" and self:_name() ~= "ModuleList" then
      error(self:_name() .. ": append is for Sequential and ModuleList", 2)
    end
    self[tostring(#self)] = child
    return self
  end

  function methods:add_module(name, child)
    self[name] = child
    return self
  end

  -- Every parameter and buffer by its path, without history.
  function methods:state_dict()
    local dict = {}
    for _, pair in ipairs(self:_walk("all")) do dict[pair[1]] = pair[2]:detach() end
    return dict
  end

  local function sorted_keys(set)
    local keys = {}
    for key in pairs(set) do keys[#keys + 1] = tostring(key) end
    table.sort(keys)
    return keys
  end

  -- What does not fit between a state dict and the tensors of a module, in words.
  local function misfits(known, dict)
    local missing, unexpected, problems = {}, {}, {}
    for name, t in pairs(known) do
      local value = dict[name]
      if value == nil then
        missing[name] = true
      elseif getmetatable(value) ~= nn.Tensor then
        problems[#problems + 1] = ("%s is a %s, not a tensor"):format(name, type(value))
      elseif value.shape ~= t.shape then
        problems[#problems + 1] = ("%s is %s, but the model has %s"):format(name,
          tostring(value.shape), tostring(t.shape))
      end
    end
    for name in pairs(dict) do
      if not known[name] then unexpected[name] = true end
    end
    table.sort(problems)
    return sorted_keys(missing), sorted_keys(unexpected), problems
  end

  --- load_state_dict(dict, {strict = true}): copies the tensors of a state dict into the module.
  function methods:load_state_dict(dict, options)
    if type(dict) ~= "table" then
      error(("load_state_dict: expects a table of tensors, not a %s"):format(type(dict)), 2)
    end
    local known = {}
    for _, pair in ipairs(self:_walk("all")) do known[pair[1]] = pair[2] end
    local missing, unexpected, problems = misfits(known, dict)
    local strict = not options or options == true or options.strict ~= false
    if strict and #missing > 0 then
      table.insert(problems, "missing: " .. table.concat(missing, ", "))
    end
    if strict and #unexpected > 0 then
      table.insert(problems, "unexpected: " .. table.concat(unexpected, ", "))
    end
    if #problems > 0 then
      error(("load_state_dict: %s"):format(table.concat(problems, "; ")), 2)
    end
    nn.no_grad(function()
      for name, t in pairs(known) do
        if dict[name] then t:copy_(dict[name]) end
      end
    end)
    return self
  end

  -- Methods can be called on classes too: nn.Module.parameters(model).
  setmetatable(Module, {__call = construct, __index = methods})

  --- nn.ModuleList{a, b}: modules by number, registered with whoever holds the list.
  local ModuleList = nn.class("ModuleList")
  function ModuleList:init(list)
    for i, child in ipairs(list or {}) do self[tostring(i - 1)] = child end
  end
  nn.ModuleList = ModuleList
end
