-- Models in Lua: nn.class, nn.Module, and what every module can do.

return function(nn)
  local methods, raise, describe = nn._module_methods, nn._error, nn._describe
  local define = {} -- the methods of all modules

  -- An object without entries; its fields are set by init.
  local function construct(class, ...)
    local object = nn._new_object(class)
    if class.init then
      class.init(object, ...)
    elseif class.__init or class.__init__ then
      raise(("%s: the function that makes an object is called init"):format(class.__name))
    end
    return object
  end

  local Module = setmetatable({__name = "Module"}, {__call = construct})
  nn.Module = Module

  --- nn.class(name, base): a class whose objects are modules.
  -- Its `init` gets the arguments of the call that makes an object, `forward` those of a call of
  -- the object. There is no super call to forget.
  function nn.class(name, base)
    if type(name) ~= "string" then
      raise(("class: the name must be a string, not a %s"):format(type(name)))
    end
    base = base == nil and Module or base
    if type(base) ~= "table" or not base.__name then
      raise("class: the base must be nn.Module or a class made by nn.class")
    end
    return setmetatable({__name = name}, {__index = base, __call = construct,
      __tostring = function() return "class " .. name end})
  end

  local function is_module(value) return nn._kind(value) == "module" end
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

  function define:parameters() return tensors(self, "parameter") end
  function define:buffers() return tensors(self, "buffer") end
  function define:named_parameters() return each(self:_walk("parameter")) end
  function define:named_buffers() return each(self:_walk("buffer")) end

  local function children(module)
    local list = {}
    for _, entry in ipairs(module:_entries()) do
      if entry[2] == "child" then list[#list + 1] = {entry[1], entry[3]} end
    end
    return list
  end

  function define:named_children() return each(children(self)) end

  function define:children()
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

  function define:named_modules() return each(collect(self, "", {})) end

  function define:modules()
    local list = collect(self, "", {})
    for i, pair in ipairs(list) do list[i] = pair[2] end
    return list
  end

  -- Calls f on every module below and on the module itself, children first.
  function define:apply(f)
    if type(f) ~= "function" then
      raise(("apply: expects a function, not %s"):format(describe(f)))
    end
    for _, child in ipairs(self:children()) do child:apply(f) end
    f(self)
    return self
  end

  local read_to = nn._declare("to", "dtype:dtype")

  -- Converts the floating parameters and buffers in place: an optimiser that has them goes on.
  function define:to(...)
    self:_to((read_to(...)))
    return self
  end

  function define:float() return self:to("float32") end
  function define:double() return self:to("float64") end

  function define:requires_grad_(wanted)
    for _, p in ipairs(self:parameters()) do p:requires_grad_(wanted ~= false) end
    return self
  end

  function define:append(child)
    if self:_name() ~= "Sequential" and self:_name() ~= "ModuleList" then
      raise(self:_name() .. ": append is for Sequential and ModuleList")
    end
    self[tostring(#self)] = child
    return self
  end

  function define:add_module(name, child)
    if type(name) ~= "string" then
      raise(("add_module: the name must be a string, not %s"):format(describe(name)))
    end
    self[name] = child
    return self
  end

  -- Every parameter and buffer by its path, without history.
  function define:state_dict()
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
  function define:load_state_dict(dict, options)
    if type(dict) ~= "table" then
      raise(("load_state_dict: expects a table of tensors, not a %s"):format(type(dict)))
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
      raise(("load_state_dict: %s"):format(table.concat(problems, "; ")))
    end
    nn.no_grad(function()
      for name, t in pairs(known) do
        if dict[name] then t:copy_(dict[name]) end
      end
    end)
    return self
  end

  nn._guard(methods, define, "module", "a module")

  -- Methods can be called on classes too: nn.Module.parameters(model).
  setmetatable(Module, {__call = construct, __index = methods})

  --- nn.ModuleList{a, b}: modules by number, registered with whoever holds the list.
  local ModuleList = nn.class("ModuleList")
  function ModuleList:init(list)
    if list ~= nil and type(list) ~= "table" then
      raise(("ModuleList: expects a list of modules, not %s"):format(describe(list)))
    end
    for i, child in ipairs(list or {}) do self[tostring(i - 1)] = child end
  end
  nn.ModuleList = ModuleList
end
