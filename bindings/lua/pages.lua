-- What there is to say of every public name: `?name` in the REPL, the reference pages, the
-- annotations for editors and completion all read it here.
--
-- The engine's catalogue has the signatures and descriptions of operations, layers and optimisers.
-- A page of docs/help is a group of sections, one for each name, in the order of the reference:
--
--   # Reductions                                   the group's title, and a paragraph on it
--   ## sum                                         a name of the catalogue: examples, remarks
--   ## nn.equal                                    any other name: first its signatures, indented
--       nn.equal(a: Tensor, b: Tensor): boolean    by four; then description and examples
--
-- In a signature `name?: type` may be left out, `name: type=value` has a default, {…} holds
-- arguments that are given by name alone. Variables such as `x` and `model` stand for an object of
-- each class (`classes` below). docs/help/topics has one page for each topic.
local nn = require "nnlua"
local table = require "table" -- whatever a session has made of the global

local pages = {}

-- The variables that stand for objects in signatures, in the order of the annotations.
pages.classes = {
  {"x", "Tensor"}, {"model", "Module"}, {"optimizer", "Optimizer"}, {"scheduler", "Scheduler"},
  {"generator", "Generator"}, {"ctx", "Context"}, {"figure", "Figure"}, {"bar", "Progress"},
}

-- The same by the name of the class.
pages.variables = {}
for _, row in ipairs(pages.classes) do pages.variables[row[2]] = row[1] end

-- The pages of the reference, and the groups on each: files of docs/help.
local chapters = {
  {name = "tensors", title = "Tensors and gradients", "creation", "random", "tensors", "autograd"},
  {name = "operations", title = "Operations", "copies", "views", "indexing", "joining",
    "pointwise", "reductions", "sorting", "products", "matrices", "activations",
    "normalisation", "losses"},
  {name = "models", title = "Layers and models", "layers", "models", "init"},
  {name = "training", title = "Training", "optimizers", "schedulers", "utils", "plotting"},
  {name = "program", title = "Files and programs", "files", "program"},
}

-- The type of a parameter of the catalogue, as annotations and signatures name it.
local types = {
  tensor = "Tensor", tensors = "Tensor[]", operand = "Tensor|number|boolean", number = "number",
  int = "integer", bool = "boolean", ints = "integer|integer[]", dim = "integer",
  dims = "integer|integer[]", index = "integer", shape = "integer|integer[]",
  numbers = "number|number[]", generator = "Generator",
  dtype = '"float32"|"float64"|"int64"|"bool"',
}

-- ------------------------------------------------------------------------------------ reading

local function trim(s) return (s:gsub("^%s+", ""):gsub("%s+$", "")) end

-- The parts of a text between commas outside of brackets.
local function split(text)
  local parts, depth, from = {}, 0, 1
  for at, c in text:gmatch("()([%(%){},%[%]<>])") do
    if c == "," then
      if depth == 0 then
        parts[#parts + 1] = trim(text:sub(from, at - 1))
        from = at + 1
      end
    else
      depth = depth + (c:find("[%({%[<]") and 1 or -1)
    end
  end
  local last = trim(text:sub(from))
  if last ~= "" then parts[#parts + 1] = last end
  return parts
end

-- A parameter: {name, type, optional, default}, or {named = parameters}, the trailing table.
local function parse_param(text)
  local inside = text:match("^{(.*)}$")
  if inside then
    local named = {}
    for i, part in ipairs(split(inside)) do
      named[i] = parse_param(part)
      named[i].optional = true
    end
    return {name = "options", named = named, optional = true}
  end
  local name, mark, rest = text:match("^([%w_%.]+)(%??):%s*(.+)$")
  if not name then error("a parameter without a type: " .. text) end
  local kind, default = rest:match("^([^=]-)%s*=%s*(.*)$")
  return {name = name, type = kind or rest, default = default,
    optional = mark == "?" or default ~= nil, vararg = name == "..." or nil}
end

-- A form: {name, params, returns}; params is nil for a field.
local function parse_signature(line)
  local name, inside, rest = line:match("^([%w_%.:]+)(%b())%s*:?%s*(.*)$")
  if not name then
    local field, kind = line:match("^([%w_%.]+):%s+(.+)$")
    return {name = field or error("no signature: " .. line), returns = split(kind)}
  end
  local params = {}
  for i, part in ipairs(split(inside:sub(2, -2))) do params[i] = parse_param(part) end
  return {name = name, params = params, returns = split(rest)}
end

-- {title, intro, sections = {{name, signatures, body}…}} of a page of docs/help.
local function parse_page(text)
  local page = {title = text:match("^# ([^\n]+)") or "", sections = {}}
  local rest = text:gsub("^# [^\n]+\n", "")
  local code, section, lines = false, nil, {}
  local function finish()
    local body = trim(table.concat(lines, "\n"))
    if section then section.body = body else page.intro = body end
    lines = {}
  end
  for line in (rest .. "\n"):gmatch("(.-)\n") do
    if line:find("^```") then code = not code end
    local name = not code and line:match("^## (.+)$")
    if name then
      finish()
      section = {name = name, signatures = {}}
      page.sections[#page.sections + 1] = section
    elseif section and not code and #lines < 2 and line:find("^    %S") then
      section.signatures[#section.signatures + 1] = trim(line)
    else
      lines[#lines + 1] = line
    end
  end
  finish()
  return page
end

-- ---------------------------------------------------------------------------------- catalogue

local function param_of(p)
  local default = p.text:match("=(.*)$")
  local kind = types[p.type]
  if p.type == "choice" then
    kind = '"' .. p.choices:gsub("|", '"|"') .. '"'
    default = default and '"' .. default .. '"'
  end
  return {name = p.name, type = kind or "any", default = default, choices = p.choices,
    optional = p.optional}
end

-- What functions that make tensors take by name.
local is_named = {dtype = true, generator = true}

-- Whether parameter i, the last one that goes by position, may be spread over several arguments:
-- nn.zeros(2, 3), x:permute(2, 1).
local function is_spread(item, i)
  for k = i + 1, #item.params do
    if not (item.factory and is_named[item.params[k].name]) then return false end
  end
  return item.params[i].type == "shape" or item.params[i].type == "dims"
end

local requires_grad = {name = "requires_grad", type = "boolean", default = "false",
  optional = true}

-- `self`: the parameter that stands before the colon.
local function form_of(name, item, self, returns, given)
  local params, named = given or {}, {}
  for i = 1, #item.params do
    local p = param_of(item.params[i])
    p.vararg = is_spread(item, i) or nil
    if i ~= self then table.insert(item.factory and is_named[p.name] and named or params, p) end
  end
  if item.factory then
    named[#named + 1] = requires_grad
    params[#params + 1] = {name = "options", named = named, optional = true}
  end
  return {name = name, params = params, returns = returns}
end

local function forms_of_op(op)
  local forms, returns = {}, {}
  for i = 1, op.nout do returns[i] = "Tensor" end
  if op.fn then forms[1] = form_of("nn." .. op.name, op, nil, returns) end
  if op.method then forms[#forms + 1] = form_of("x:" .. op.name, op, op.self, returns) end
  if op.inplace then
    forms[#forms + 1] = form_of("x:" .. op.name .. "_", op, op.self, {"Tensor"})
  end
  return forms
end

-- What follows from the flags of an operation.
local function notes_on(op)
  local list = {}
  if op.view then list[#list + 1] = "The result shares the elements of its input." end
  if op.random then list[#list + 1] = "Draws from the default generator, or the one given." end
  if not op.differentiable and not op.factory and not op.random then
    list[#list + 1] = "Has no gradient."
  end
  if op.once then list[#list + 1] = "First-order only: its gradient has no gradient." end
  return table.concat(list, " ")
end

-- Every item of the catalogue as an entry, by the name of its section.
local function read_catalogue()
  local entries = {}
  for _, op in ipairs(nn._catalogue()) do
    if not op.hidden then
      local name = op.only_inplace and op.name .. "_" or op.name
      entries[name] = {kind = "operation", group = op.group, forms = forms_of_op(op),
        doc = op.doc, notes = notes_on(op)}
    end
  end
  for _, layer in ipairs(nn._catalogue("layers")) do
    local name = "nn." .. layer.name
    entries[name] = {kind = "layer", group = "layers", doc = layer.doc,
      forms = {form_of(name, layer, nil, {"Module"})}}
  end
  for _, rule in ipairs(nn._catalogue("optimizers")) do
    local name = "nn.optim." .. rule.name
    local params = {{name = "params", type = "Tensor[]|table[]"}}
    entries[name] = {kind = "optimizer", group = "optimizers", doc = rule.doc,
      forms = {form_of(name, rule, nil, {"Optimizer"}, params)}}
  end
  return entries
end

-- The first sentence of a description: up to a full stop that does not follow "et al".
local function first_sentence(text)
  text = text:match("^(.-)\n\n") or text
  text = (text:match("^(.-)\n```") or text):gsub("%s+", " ")
  local from = 1
  while true do
    local stop = text:find("%.%s", from)
    if not stop then return (text:gsub("[%.:]$", "")) .. "." end
    if text:sub(stop - 2, stop - 1) ~= "al" then return text:sub(1, stop) end
    from = stop + 1
  end
end

-- The words of a section, and what stands from its first example on.
local function words_and_example(body)
  local at = ("\n" .. body):find("\n```lua")
  if not at then return trim(body), "" end
  return trim(body:sub(1, at - 1)), trim(body:sub(at))
end

-- An entry with what its section adds.
local function finished(entry, name, group, section)
  local words, example = words_and_example(section and section.body or "")
  entry.name, entry.group, entry.example = name, group, example
  if section and #section.signatures > 0 then
    entry.forms = {}
    for i, line in ipairs(section.signatures) do entry.forms[i] = parse_signature(line) end
  end
  if entry.doc and words ~= "" then entry.remarks = words end
  entry.doc = entry.doc or words
  entry.summary = first_sentence(entry.doc)
  return entry
end

-- ------------------------------------------------------------------------------------- access

local read

-- The groups whose functions in Lua take any argument by name, as those of the catalogue do. Others
-- have in braces what goes by name.
local reads_names = {schedulers = true, init = true, views = true, random = true}

-- A group: the sections of its page in their order, then what else the catalogue has in it.
local function read_group(name, page, known, claimed)
  local group, rest = {name = name, title = page.title, intro = page.intro or ""}, {}
  for _, section in ipairs(page.sections) do
    local entry = known[section.name] or {kind = "function", positional = not reads_names[name]}
    group[#group + 1] = finished(entry, section.name, name, section)
  end
  for item, entry in pairs(known) do
    if entry.group == name and not claimed[item] then rest[#rest + 1] = item end
  end
  table.sort(rest)
  for _, item in ipairs(rest) do group[#group + 1] = finished(known[item], item, name) end
  return group
end

-- The pages of docs/help by name, and the names that have a section in any of them.
local function read_pages()
  local by_group, claimed = {}, {}
  for _, chapter in ipairs(chapters) do
    for _, name in ipairs(chapter) do
      local text = nn._embedded("help/" .. name)
      by_group[name] = text and parse_page(text) or {title = name, sections = {}}
      for _, section in ipairs(by_group[name].sections) do claimed[section.name] = true end
    end
  end
  return by_group, claimed
end

local function read_topics()
  local topics = {}
  for _, file in ipairs(nn._embedded()) do
    local name = file:match("^help/topics/(.+)$")
    if name then
      local text = nn._embedded(file)
      topics[name] = {name = name, title = text:match("^# ([^\n]+)") or name,
        text = trim((text:gsub("^# [^\n]+\n", "")))}
    end
  end
  return topics
end

-- All that is documented: `chapters`, each a list of groups with a name and a title; `groups`, each
-- a list of entries with a name, a title and an intro; `topics` by name, each {name, title, text}.
-- An entry is {name, group, kind, forms, summary, doc, notes, remarks, example}, and `positional`
-- where arguments have no names.
function pages.all()
  if read then return read end
  local all = {chapters = {}, groups = {}, topics = read_topics()}
  local known = read_catalogue()
  local by_group, claimed = read_pages()
  for i, chapter in ipairs(chapters) do
    all.chapters[i] = {name = chapter.name, title = chapter.title}
    for k, name in ipairs(chapter) do
      all.chapters[i][k] = read_group(name, by_group[name], known, claimed)
      table.insert(all.groups, all.chapters[i][k])
    end
  end
  read = all
  return all
end

-- Every form by its full name, "nn.sum" or "x:sum": a list of {form, entry}.
function pages.forms()
  if pages.by_name then return pages.by_name end
  local by_name = {}
  for _, group in ipairs(pages.all().groups) do
    for _, entry in ipairs(group) do
      for _, form in ipairs(entry.forms or {}) do
        by_name[form.name] = by_name[form.name] or {}
        table.insert(by_name[form.name], {form = form, entry = entry})
      end
    end
  end
  pages.by_name = by_name
  return by_name
end

-- "keepdim=false", "dim?", "size..."
local function shown(p)
  if p.named then
    local list = {}
    for i, q in ipairs(p.named) do list[i] = q.default and shown(q) or q.name end
    return "{" .. table.concat(list, ", ") .. "}"
  end
  if p.default then return p.name .. "=" .. p.default end
  if p.vararg and p.name ~= "..." then return p.name .. "..." end
  return p.optional and p.name ~= "..." and p.name .. "?" or p.name
end

-- How a form is written: "x:sum(dim?, keepdim=false, dtype?)".
function pages.signature(form)
  if not form.params then return form.name end
  local list = {}
  for i, p in ipairs(form.params) do list[i] = shown(p) end
  return ("%s(%s)"):format(form.name, table.concat(list, ", "))
end

return pages
