-- Wires the Lua half to the C module, which is the argument of this file.
local nn = ...

-- Adds the methods in `define` to those of a kind of object; called on anything else they say so.
function nn._guard(methods, define, kind, words)
  for name, method in pairs(define) do
    methods[name] = function(self, ...)
      if nn._kind(self) ~= kind then
        nn._error(("%s: expects %s, not %s"):format(name, words, nn._describe(self)))
      end
      return method(self, ...)
    end
  end
end

local methods = nn.Tensor._methods
require("nnlua.tensor")(nn, methods)
require("nnlua.module")(nn)
require("nnlua.optim")(nn)

-- What not every program uses is loaded when it is first asked for, so that starting costs less.
local lazy = {
  options = "nnlua.options",
  init = "nnlua.init_rules",
  gradcheck = "nnlua.gradcheck",
  gradgradcheck = "nnlua.gradcheck",
  progress = "nnlua.progress",
  plot = "nnlua.plot",
  imshow = "nnlua.plot",
  summary = "nnlua.summary",
  graph = "nnlua.graph",
}

-- nn.help(query): prints what `?query` shows in the REPL.
function nn.help(query)
  if query ~= nil and type(query) ~= "string" then
    error(("help: what to explain must be a string, not a %s"):format(type(query)), 2)
  end
  local text, message = require("nnlua.help").page(query or "")
  print(text or message)
end

setmetatable(nn, {
  __index = function(_, name)
    if not lazy[name] then return nil end
    require(lazy[name])(nn)
    return rawget(nn, name)
  end,
})
