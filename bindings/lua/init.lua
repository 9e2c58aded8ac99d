-- Wires the Lua half to the C module, which is the argument of this file.
local nn = ...

local methods = nn.Tensor._methods
require("nnlua.tensor")(nn, methods)
require("nnlua.module")(nn)
require("nnlua.init_rules")(nn)
require("nnlua.optim")(nn)
require("nnlua.gradcheck")(nn)

-- What few programs use is loaded when it is first asked for.
local lazy = {options = "nnlua.options"}

setmetatable(nn, {
  __index = function(_, name)
    local module = lazy[name]
    if not module then return nil end
    nn[name] = require(module)[name]
    return nn[name]
  end,
})
