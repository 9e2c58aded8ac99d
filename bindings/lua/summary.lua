-- nn.summary: the layers of a model in the order in which they run, with shapes, parameters, work.
--
-- The model runs once, on ones, without gradients and in evaluation mode, while calls of modules go
-- through a function that notes them. Modes and the stream of random numbers are afterwards what
-- they were; running statistics do not move in evaluation mode.

local settings = require "nnlua.settings"

return function(nn)
  local element_size = {float32 = 4, float64 = 8, int64 = 8, bool = 1}

  local function bytes_of(t) return t:numel() * element_size[t.dtype] end

  local function sum_over(list, f)
    local sum = 0
    for _, item in ipairs(list) do sum = sum + f(item) end
    return sum
  end

  -- The tensors among the values, also one level down in tables.
  local function tensors_in(values)
    local list = {}
    for i = 1, values.n or #values do
      local v = values[i]
      if nn.is_tensor(v) then
        list[#list + 1] = v
      elseif type(v) == "table" then
        for _, t in ipairs(tensors_in({n = #v, table.unpack(v)})) do list[#list + 1] = t end
      end
    end
    return list
  end

  -- ------------------------------------------------------------------------------- counting

  local function own_parameters(module)
    local list = {}
    for _, entry in ipairs(module:_entries()) do
      if entry[2] == "parameter" and entry[3] then list[#list + 1] = entry end
    end
    return list
  end

  -- Multiplications in a layer that each come with an addition: every weight serves once for each
  -- position, which is an output for each of the weight's first dimension, or, with several weights
  -- (recurrent layers), a vector of the input. Looking up and normalising count as none.
  local function multiply_adds(module, input, output)
    if module:_name() == "Embedding" or not input or not output then return 0 end
    return sum_over(own_parameters(module), function(entry)
      local name, weight = entry[1], entry[3]
      if weight:dim() < 2 or not name:find("^weight") then return 0 end
      if name == "weight" then return weight:numel() * (output:numel() // weight:size(1)) end
      return weight:numel() * (input:numel() // input:size(-1))
    end)
  end

  -- ------------------------------------------------------------------------------- running

  local methods = nn._module_methods

  -- Notes a call in a row: before it runs, so that a model stands above its parts, and after.
  local function begin_row(run, module)
    local path = run.paths[module] or ""
    local above = run.above
    local name = above and above.path ~= "" and path:sub(#above.path + 2) or path
    local row = {path = path, name = name, kind = module:_name(), depth = run.depth,
      parameters = 0, again = run.seen[module]}
    run.rows[#run.rows + 1] = row
    if row.again then return row end
    run.seen[module] = true
    row.parameters = sum_over(own_parameters(module), function(entry) return entry[3]:numel() end)
    return row
  end

  local function end_row(row, module, inputs, outputs)
    local list = tensors_in(outputs)
    row.shapes = {}
    for i, t in ipairs(list) do row.shapes[i] = tostring(t.shape) end
    row.leaf = next(module:children()) == nil
    if not row.leaf then return end
    row.multiply_adds = multiply_adds(module, tensors_in(inputs)[1], list[1])
    row.output_bytes = sum_over(list, bytes_of)
  end

  -- A Sequential is one call of the engine; here its layers run one by one.
  local function run_sequential(call, module, x)
    for _, child in ipairs(module:children()) do x = call(child, x) end
    return x
  end

  -- The function that stands in for calls of modules. Recursion keeps the depth.
  local function noting_call(run, plain)
    local function call(module, ...)
      local inputs, row = table.pack(...), begin_row(run, module)
      local above = run.above
      run.depth, run.above = run.depth + 1, row
      local chain = module:_name() == "Sequential" and module.forward == call
      local outputs = table.pack((chain and function(...) return run_sequential(call, ...) end
        or plain)(module, ...))
      run.depth, run.above = run.depth - 1, above
      end_row(row, module, inputs, outputs)
      return table.unpack(outputs, 1, outputs.n)
    end
    return call
  end

  -- To be closed: puts back what the run has changed.
  local function guard(model, meta)
    local modes, state = {}, nn.get_rng_state()
    for i, module in ipairs(model:modules()) do modes[i] = {module, module.training} end
    local call, forward = meta.__call, methods.forward
    return setmetatable({}, {__close = function()
      meta.__call, methods.forward = call, forward
      nn.set_rng_state(state)
      for _, mode in ipairs(modes) do mode[1]:train(mode[2]) end
    end})
  end

  -- Runs the model on the inputs; the rows.
  local function trace(model, inputs)
    local run = {rows = {}, depth = 0, paths = {}, seen = {}}
    for path, module in model:named_modules() do
      run.paths[module] = run.paths[module] or path
    end
    local meta = debug.getmetatable(model)
    local _ <close> = guard(model, meta)
    local _ <close> = nn.no_grad()
    local call = noting_call(run, meta.__call)
    model:eval()
    meta.__call, methods.forward = call, call
    call(model, table.unpack(inputs))
    return run.rows
  end

  -- ------------------------------------------------------------------------------- arguments

  local function is_shape(v)
    if type(v) ~= "table" then return false end
    for _, size in ipairs(v) do
      if math.type(size) ~= "integer" then return false end
    end
    return true
  end

  local function input_of(v, dtype)
    if nn.is_tensor(v) then return v end
    if not is_shape(v) then
      nn._error(("summary: expects the shape of an input, like {128, 10}, not a %s"):format(
        type(v)))
    end
    return nn.ones(v, {dtype = dtype})
  end

  -- A shape, a tensor, or a list of them; dtype is one name or one for each.
  local function read_inputs(given, dtype)
    if nn.is_tensor(given) or is_shape(given) then given = {given} end
    if type(given) ~= "table" then given = {given} end
    local inputs = {}
    for i, v in ipairs(given) do
      local own = type(dtype) == "table" and dtype[i] or dtype
      inputs[i] = input_of(v, type(own) == "string" and own or "float32")
    end
    return inputs
  end

  -- ------------------------------------------------------------------------------- showing

  --- What nn.summary returns: rows, each {path, kind, depth, shapes, parameters, multiply_adds};
  -- and of all parameters, trainable, multiply_adds, and in bytes input_size, output_size and
  -- parameter_size. print shows a table.
  local Summary = {__name = "nnlua.Summary"}
  Summary.__index = Summary

  -- 1504 as "1,504".
  local function grouped(n)
    local s = tostring(n):reverse():gsub("(%d%d%d)", "%1,"):reverse()
    return (s:gsub("^,", ""))
  end

  local function size_text(bytes)
    for _, unit in ipairs {{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} do
      if bytes >= unit[1] then return ("%.1f %s"):format(bytes / unit[1], unit[2]) end
    end
    return bytes .. " bytes"
  end

  local function cells_of(row)
    local label = row.name == "" and row.kind or row.name .. ": " .. row.kind
    local parameters = row.again and "shared" or row.parameters > 0 and grouped(row.parameters)
    local work = (row.multiply_adds or 0) > 0 and grouped(row.multiply_adds)
    return {("  "):rep(row.depth) .. label, table.concat(row.shapes, ", "), parameters or "-",
      work or "-"}
  end

  -- The cells of all rows in columns; the numbers in the last two at the right.
  local function table_text(rows)
    local width = {0, 0, 0, 0}
    for _, cells in ipairs(rows) do
      for i, cell in ipairs(cells) do width[i] = math.max(width[i], #cell) end
    end
    local pattern = ("%%-%ds  %%-%ds  %%%ds  %%%ds"):format(table.unpack(width))
    local lines = {}
    for i, cells in ipairs(rows) do lines[i] = pattern:format(table.unpack(cells)) end
    table.insert(lines, 2, ("-"):rep(#lines[1]))
    lines[#lines + 1] = lines[2]
    return table.concat(lines, "\n")
  end

  function Summary:__tostring()
    local rows = {{"Layer", "Output", "Parameters", "Multiply-adds"}}
    for _, row in ipairs(self.rows) do rows[#rows + 1] = cells_of(row) end
    local lines = {table_text(rows),
      ("Parameters: %s, of which %s are trained"):format(grouped(self.parameters),
        grouped(self.trainable)),
      "Multiply-adds: " .. grouped(self.multiply_adds),
      ("Memory: input %s, outputs of layers %s, parameters %s"):format(
        size_text(self.input_size), size_text(self.output_size), size_text(self.parameter_size)),
    }
    if #self.unused > 0 then
      lines[#lines + 1] = "Not run: " .. table.concat(self.unused, ", ")
    end
    return table.concat(lines, "\n")
  end

  -- Layers with parameters that the run has not met.
  local function unused_layers(model, rows)
    local met, list = {}, {}
    for _, row in ipairs(rows) do met[row.path] = true end
    for path, module in model:named_modules() do
      if not met[path] and #own_parameters(module) > 0 then list[#list + 1] = path end
    end
    return list
  end

  --- nn.summary(model, {128, 10}, {dtype="float32"}): the layers of a model, in the order in which
  -- they run on an input of that shape, with the shapes of their outputs, their parameters and
  -- multiply-adds. Several inputs go in a list, {{128, 10}, {128}}, with dtypes in a list too;
  -- tensors will do as well as shapes. The model is left as it was.
  function nn.summary(model, inputs, given)
    if not nn.is_module(model) then
      nn._error(("summary: expects a module, not a %s"):format(type(model)))
    end
    if inputs == nil then
      nn._error("summary: the input or its shape is missing, as in nn.summary(model, {64, 10})")
    end
    local options = settings("summary", given, {dtype = "string table"})
    inputs = read_inputs(inputs, options.dtype)
    local rows, parameters = trace(model, inputs), model:parameters()
    local function number(t) return t:numel() end
    local function trained(t) return t.requires_grad and t:numel() or 0 end
    return setmetatable({
      rows = rows, unused = unused_layers(model, rows),
      parameters = sum_over(parameters, number), trainable = sum_over(parameters, trained),
      multiply_adds = sum_over(rows, function(row) return row.multiply_adds or 0 end),
      input_size = sum_over(inputs, bytes_of), parameter_size = sum_over(parameters, bytes_of),
      output_size = sum_over(rows, function(row) return row.output_bytes or 0 end),
    }, Summary)
  end
end
