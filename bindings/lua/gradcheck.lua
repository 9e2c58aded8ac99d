-- nn.gradcheck: gradients from backward against central differences, in float64.

return function(nn)
  local raise, describe = nn._error, nn._describe

  -- Sums the results of f, each element weighted by a fixed number, so that all are checked.
  local function weighted(outputs, weights)
    local total
    for i, y in ipairs(outputs) do
      local term = (y * weights[i]):sum()
      total = total and total + term or term
    end
    return total
  end

  local function differentiable(outputs)
    local list = {}
    for _, y in ipairs(outputs) do
      if nn.is_tensor(y) and (y.dtype == "float64" or y.dtype == "float32") then
        list[#list + 1] = y
      end
    end
    return list
  end

  -- The derivative of the weighted sum to element i of x (flat), by central differences.
  local function difference(evaluate, flat, i, eps)
    local value = flat[i]:item()
    flat[i] = value + eps
    local above = evaluate()
    flat[i] = value - eps
    local below = evaluate()
    flat[i] = value
    return (above - below) / (2 * eps)
  end

  -- The inputs as a list, and the numbers of those that are to be checked.
  local function read_inputs(what, inputs)
    if nn.is_tensor(inputs) then inputs = {inputs} end
    if type(inputs) ~= "table" then
      raise(("%s: inputs must be a tensor or a list of them, not %s"):format(what,
        describe(inputs)))
    end
    local checked = {}
    for i, x in ipairs(inputs) do
      if nn.is_tensor(x) and x.requires_grad then
        if x.dtype ~= "float64" then
          raise(("%s: input %d is %s, but differences need float64"):format(what, i, x.dtype))
        elseif not x:is_contiguous() then
          raise(("%s: input %d must be contiguous; transpose it inside f"):format(what, i))
        end
        checked[#checked + 1] = i
      end
    end
    if #checked == 0 then raise(what .. ": no input requires grad") end
    return inputs, checked
  end

  -- The gradients of the checked inputs by backward; `weights` becomes a tensor for each output.
  local function analytic_gradients(f, inputs, checked, weights)
    local outputs, wanted = differentiable {f(table.unpack(inputs, 1, #inputs))}, {}
    for k, y in ipairs(outputs) do
      weights[k] = (nn.arange(y:numel()):to(y.dtype) * 0.37 + k):cos():reshape(y.shape)
    end
    for k, i in ipairs(checked) do wanted[k] = inputs[i] end
    return nn.grad(weighted(outputs, weights), wanted, {allow_unused = true})
  end

  --- nn.gradcheck(f, inputs, {eps = 1e-6, atol = 1e-5, rtol = 1e-3, raise = true})
  -- f takes the tensors of `inputs` and returns tensors. Inputs that require grad are float64.
  -- Returns true, or raises an error that names the input, the element and both numbers.
  function nn.gradcheck(f, inputs, options)
    options = options or {}
    local eps, atol, rtol = options.eps or 1e-6, options.atol or 1e-5, options.rtol or 1e-3
    local list, checked = read_inputs("gradcheck", inputs)
    local weights = {}
    local gradients = analytic_gradients(f, list, checked, weights)

    local function evaluate()
      return nn.no_grad(function()
        return weighted(differentiable {f(table.unpack(list, 1, #list))}, weights):item()
      end)
    end
    for k, i in ipairs(checked) do
      local flat = list[i]:detach():reshape(-1)
      local analytic = gradients[k] and gradients[k]:reshape(-1):tolist() or {}
      for e = 1, #flat do
        local numeric, exact = difference(evaluate, flat, e, eps), analytic[e] or 0
        local off, allowed = math.abs(numeric - exact), atol + rtol * math.abs(numeric)
        if off > allowed or off ~= off then
          local text = ("gradcheck: input %d, element %d: backward gives %.8g, differences %.8g")
            :format(i, e, exact, numeric)
          if options.raise == false then return false, text end
          raise(text)
        end
      end
    end
    return true
  end

  --- The same for the gradient of the gradient: backward through backward.
  function nn.gradgradcheck(f, inputs, options)
    inputs = read_inputs("gradgradcheck", inputs)
    local function gradients(...)
      local arguments = table.pack(...)
      return nn.enable_grad(function()
        local wanted, total = {}, nil
        for i = 1, arguments.n do
          if nn.is_tensor(arguments[i]) and arguments[i].requires_grad then
            wanted[#wanted + 1] = arguments[i]
          end
        end
        for _, y in ipairs(differentiable {f(table.unpack(arguments, 1, arguments.n))}) do
          local term = (y * y):sum() -- squared, so that linear functions have something to check
          total = total and total + term or term
        end
        local list = nn.grad(total, wanted, {create_graph = true, allow_unused = true})
        local found = {}
        for _, g in ipairs(list) do
          if g then found[#found + 1] = g end
        end
        return table.unpack(found)
      end)
    end
    return nn.gradcheck(gradients, inputs, options)
  end
end
