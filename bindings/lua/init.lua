-- Wires the Lua half to the C module, which is the argument of this file.
local nn = ...

-- Adds the methods in `define` to those of a kind of object; called on anything else they say so.
function nn._guard(methods, define, kind, words)
  for name, method in pairs(define) do
    methods[name] = function(self, ...)
      if nn._kind(self) ~= kind then
        nn._error(("%s: expects %s, not %s%s"):format(name, words, nn._describe(self),
          nn._colon_hint()))
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
    nn._error(("help: what to explain must be a string, not a %s"):format(type(query)))
  end
  local text, message = require("nnlua.help").page(query or "")
  print(text or message)
end

-- What users of PyTorch look for here, and where it is. Reading one of these names is an error,
-- since a nil would go unseen in {dtype = nn.int64}; any other that is not there is nil.
local elsewhere = {
  float32 = 'dtypes are strings, "float32"', float64 = 'dtypes are strings, "float64"',
  int64 = 'dtypes are strings, "int64"', long = 'dtypes are strings, "int64"',
  float = 'dtypes are strings, "float32"', double = 'dtypes are strings, "float64"',
  bool = 'dtypes are strings, "bool"', functional = "all functions are in nn itself",
  nn = "all layers are in nn itself", device = "nnlua computes on the CPU",
  cuda = "nnlua computes on the CPU", DataLoader = "batches are rows of tensors (?data)",
  Dataset = "data are tensors (?data)",
}

setmetatable(nn, {
  __index = function(_, name)
    local place = elsewhere[name]
    if place then nn._error(("nn has no '%s'; %s"):format(name, place)) end
    if not lazy[name] then return nil end
    require(lazy[name])(nn)
    return rawget(nn, name)
  end,
  __tostring = function() return ("nnlua %s; ?help lists what there is"):format(nn.version) end,
})
