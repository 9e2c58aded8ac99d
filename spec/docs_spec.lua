-- The documentation: every public name has a page, an example and an annotation; every example runs
-- and prints what it says.
local nn = require "nnlua"
local pages = require "nnlua.pages"

-- The program under test: $NNLUA, or whichever interpreter runs Busted.
local first = 0
while arg and arg[first - 1] do first = first - 1 end
local program = os.getenv("NNLUA") or (arg and arg[first]) or "nnlua"

-- Runs a shell command; returns whether it succeeded, and what it printed.
local function shell(command)
  local pipe = assert(io.popen("( " .. command .. " ) 2>&1"))
  local output = pipe:read("a")
  return pipe:close() == true, output
end

local _, root = shell("pwd")
root = root:gsub("%s+$", "")

local function files(pattern)
  local list = {}
  local _, output = shell("ls " .. pattern .. " 2>/dev/null")
  for path in output:gmatch("[^\n]+") do list[#list + 1] = path end
  return list
end

-- Every entry, and the names of all forms.
local function documented()
  local names = {}
  for name in pairs(pages.forms()) do names[name] = true end
  return names
end

-- Everything that users can reach by a name: what modules hold, and the members of each class.
local function everything()
  local list = {}
  local function walk(prefix, t)
    for name, value in pairs(t) do
      local is_namespace = type(value) == "table"
        and (getmetatable(value) == nil or value == nn.optim)
      local is_public = type(name) == "string" and name:sub(1, 1) ~= "_" and value ~= nn.Tensor
      if is_public and is_namespace then
        walk(prefix .. name .. ".", value)
      elseif is_public then
        list[#list + 1] = prefix .. name
      end
    end
  end
  local function members(object, class)
    for name, value in pairs(class) do
      local sep = type(value) == "function" and ":" or "."
      if name:sub(1, 1) ~= "_" then list[#list + 1] = object .. sep .. name end
    end
  end
  for _, name in ipairs {"init", "options", "gradcheck", "progress", "plot", "summary", "graph"} do
    assert(nn[name]) -- is loaded by this
  end
  assert(nn.optim.lr_scheduler)
  walk("nn.", nn)
  members("x", nn.Tensor._methods)
  members("model", nn._module_methods)
  members("optimizer", nn._optimizer_methods)
  local optimizer = nn.optim.SGD({nn.ones(1, {requires_grad = true})})
  local schedule = nn.optim.lr_scheduler.StepLR(optimizer, 1)
  members("scheduler", getmetatable(getmetatable(schedule)).__index)
  members("figure", getmetatable(nn.plot {1}))
  members("bar", getmetatable((nn.progress(1, {disable = true}))))
  table.sort(list)
  return list
end

describe("every public name", function()
  local names, known = everything(), documented()
  local file = assert(io.open("types/nnlua.lua"))
  local annotations = file:read("a")
  file:close()

  it("has a page of help", function()
    assert.is_true(#names > 400)
    local missing = {}
    for _, name in ipairs(names) do
      if not known[name] then missing[#missing + 1] = name end
    end
    assert.same({}, missing, "these need a section in docs/help (see bindings/lua/pages.lua)")
  end)

  it("has an annotation for editors", function()
    local classes = {}
    for _, row in ipairs(pages.classes) do classes[row[1]] = row[2] end
    local missing = {}
    for _, name in ipairs(names) do
      local object, sep, field = name:match("^(%l+)([.:])(.*)$")
      local wanted = "function " .. name .. "("
      if classes[object] then
        wanted = sep == ":" and ("function %s:%s("):format(classes[object], field)
          or ("---@field %s "):format(field)
      elseif not annotations:find(wanted, 1, true) then
        wanted = ("---@field %s "):format(field)
      end
      if not annotations:find(wanted, 1, true) then missing[#missing + 1] = name end
    end
    assert.same({}, missing, "run make docs")
  end)

  it("has an example", function()
    local missing = {}
    for _, group in ipairs(pages.all().groups) do
      for _, entry in ipairs(group) do
        if not entry.example:find("```lua", 1, true) then
          missing[#missing + 1] = entry.name
        end
      end
    end
    assert.same({}, missing, "these need an example in docs/help")
  end)

  it("is there", function()
    local there, invented = {}, {}
    for _, name in ipairs(names) do there[name] = true end
    for name in pairs(known) do
      local object = name:match("^%l+")
      if not there[name] and object ~= "generator" and object ~= "ctx" then
        invented[#invented + 1] = name
      end
    end
    table.sort(invented)
    assert.same({"model.training", "optimizer.param_groups"}, invented)
  end)
end)

describe("hidden operations", function()
  it("are not documented", function()
    local known = documented()
    for _, op in ipairs(nn._catalogue()) do
      if op.hidden then assert.is_nil(known["x:" .. op.key], op.key) end
    end
  end)
end)

describe("the annotations", function()
  local file = assert(io.open("types/nnlua.lua"))
  local annotations = file:read("a")
  file:close()

  it("are Lua", function() assert(loadfile("types/nnlua.lua")) end)

  it("name the parameters of each function in their order", function()
    local named, count = {}, 0
    for line in annotations:gmatch("[^\n]+") do
      local param = line:match("^%-%-%-@param ([%w_%.]+)")
      local parameters = line:match("^function [%w_.:]+(%b())")
      named[#named + 1] = param
      if parameters then
        assert.equal(parameters, "(" .. table.concat(named, ", ") .. ")", line)
        named, count = {}, count + 1
      end
    end
    assert.is_true(count > 400)
  end)

  it("declare every class that they name", function()
    local declared = {}
    for name in annotations:gmatch("@class ([%w_.]+)") do declared[name] = true end
    for name in annotations:gmatch("@alias ([%w_.]+)") do declared[name] = true end
    for line in annotations:gmatch("%-%-%-(@[^\n]+)") do
      local types = line:gsub("@field %S+", ""):gsub("@param %S+", "")
      for name in types:gmatch("nnlua%.[%w_.]+") do assert.is_true(declared[name], line) end
    end
  end)
end)

describe("the generated pages", function()
  it("are what tools/docs writes", function()
    local folder = os.tmpname()
    os.remove(folder)
    local good, output = shell(("'%s' tools/docs '%s'"):format(program, folder))
    assert(good, output)
    good, output = shell(([[cd '%s' && find . -type f | (cd '%s' && while read -r file; do
      cmp '%s'/$file $file || exit 1; done)]]):format(folder, root, folder))
    shell(("rm -r '%s'"):format(folder))
    assert(good, output .. "; run make docs")
  end)
end)

describe("the examples", function()
  -- Runs tools/examples on a page; returns whether all is right, what it said, and the page then.
  local function check(text, option)
    local path = os.tmpname()
    local page = assert(io.open(path, "w"))
    page:write(text)
    page:close()
    local good, output = shell(("'%s' tools/examples %s '%s'"):format(program, option or "", path))
    page = assert(io.open(path))
    text = page:read("a")
    page:close()
    os.remove(path)
    return good, output, text
  end

  it("are wrong where they print something else, or fail unsaid", function()
    assert.is_true((check("\n```lua\nprint(nn.ones(2))  --> tensor([1., 1.])\n```\n")))
    local good, output = check("\n```lua\nprint(nn.ones(2))  --> tensor([1., 2.])\n```\n")
    assert.is_false(good)
    assert.truthy(output:find("the example prints\n  tensor([1., 1.])", 1, true), output)
    assert.is_false((check("\n```lua\nnn.mm()\n```\n")))
    assert.is_false((check("\n```lua\nprint(1)\n```\n\n```text\n2\n```\n")))
    assert.is_true((check("\n```lua\nprint(1)\n```\n\n```text\n1\n```\n")))
  end)

  it("get their outputs written where there is a place for them", function()
    local good, _, text = check("\n```lua\nprint(1)  -->\nprint(nn.eye(2))\n-->\n"
      .. "error('no', 0) -->\n```\n", "--write")
    assert.is_true(good)
    assert.equal("\n```lua\nprint(1)  --> 1\nprint(nn.eye(2))\n--> tensor([[1., 0.],\n"
      .. "-->         [0., 1.]])\nerror('no', 0)  --> error: no\n```\n", text)
  end)

  local patterns = "README.md docs/*.md docs/help/*.md docs/help/topics/*.md"
  for _, path in ipairs(files(patterns)) do
    it("of " .. path .. " print what they say", function()
      local good, output = shell(([[folder=$(mktemp -d) && cd $folder &&
        '%s' '%s/tools/examples' '%s/%s'; status=$?; rm -r $folder; exit $status]]):format(program,
        root, root, path))
      assert(good, output)
    end)
  end
end)
