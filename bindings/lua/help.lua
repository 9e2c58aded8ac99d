-- Help as text: page(query) for `?query`, search(words) for `??words`. nnlua.pages has the facts.
local pages = require "nnlua.pages"
-- Whatever a session has made of the globals:
local math, table, utf8 = require "math", require "table", require "utf8"

local help = {}
local WIDTH = 78

-- ------------------------------------------------------------------------------------ writing

-- Appends a paragraph in lines of at most WIDTH bytes; those after the first are indented more.
local function wrap(lines, text, first, rest)
  local line, indent = nil, first
  for word in text:gmatch("%S+") do
    if line and utf8.len(line, 1, -1, true) + 1 + #word > WIDTH then
      lines[#lines + 1] = line
      line, indent = nil, rest
    end
    line = line and line .. " " .. word or indent .. word
  end
  lines[#lines + 1] = line
end

-- Appends Markdown as plain text: prose is wrapped, the items of a list hang, code is indented by
-- two, tables are left alone.
local function write_markdown(lines, text)
  local code, paragraph = false, {}
  local function finish()
    if #paragraph > 0 then
      local words = table.concat(paragraph, " "):gsub("%[([^%]]+)%]%([^%)]+%)", "%1")
      wrap(lines, words, "", words:find("^[%-%*] ") and "  " or "")
    end
    paragraph = {}
  end
  for line in (text .. "\n"):gmatch("(.-)\n") do
    if line:find("^```") then
      finish()
      code = not code
    elseif code then
      lines[#lines + 1] = line == "" and "" or "  " .. line
    elseif line == "" then
      finish()
      if #lines > 0 and lines[#lines] ~= "" then lines[#lines + 1] = "" end
    elseif line:find("^|") or line:find("^    ") then
      finish()
      if not line:find("^|[%-|]+$") then lines[#lines + 1] = line end
    elseif line:find("^#+ ") then
      finish()
      lines[#lines + 1] = line:gsub("^#+ ", ""):upper()
    else
      if line:find("^[%-%*] ") then finish() end
      paragraph[#paragraph + 1] = line
    end
  end
  finish()
  while lines[#lines] == "" do lines[#lines] = nil end
end

local function add_text(lines, text)
  if not text or text == "" then return end
  if #lines > 0 then lines[#lines + 1] = "" end
  write_markdown(lines, text)
end

-- What arguments of some names mean wherever they occur.
local meanings = {
  keepdim = "`keepdim` keeps a reduced dimension, as one of size 1.",
  reduction = "`reduction` says whether the result is the mean, the sum, or each loss by itself.",
}

-- The sentences on arguments that take one of a few strings, or have a common meaning.
local function remarks_on_arguments(entry)
  local list, seen = {}, {}
  for _, form in ipairs(entry.forms) do
    for _, p in ipairs(entry.kind == "function" and {} or form.params or {}) do
      local text = meanings[p.name] or p.choices
        and ("`%s` is one of %s."):format(p.name, (p.choices:gsub("|", ", ")))
      local is_operand = p.name == "other" and p.type:find("number")
      if is_operand and not entry.doc:find("broadcast", 1, true) then
        text = "`other` is a tensor or a number; the two broadcast."
      end
      if text and not seen[p.name] then list[#list + 1] = text end
      seen[p.name] = true
    end
  end
  return table.concat(list, " ")
end

-- What is said of an entry between its signatures and its examples: one text, in Markdown.
function help.description(entry)
  local list = {entry.doc}
  for _, text in ipairs {remarks_on_arguments(entry), entry.notes or "", entry.remarks or ""} do
    if text ~= "" then list[#list + 1] = text end
  end
  return table.concat(list, "\n\n")
end

-- An entry's signatures, each once.
function help.signatures(entry)
  local list, seen = {}, {}
  for _, form in ipairs(entry.forms) do
    local text = pages.signature(form)
    if not seen[text] then list[#list + 1] = text end
    seen[text] = true
  end
  return list
end

local function entry_text(entry)
  local lines = {}
  for _, text in ipairs(help.signatures(entry)) do wrap(lines, text, "", "    ") end
  add_text(lines, help.description(entry))
  add_text(lines, entry.example)
  return table.concat(lines, "\n")
end

local function topic_text(topic)
  local lines = {topic.title}
  add_text(lines, topic.text)
  return table.concat(lines, "\n")
end

-- Appends a line "name    what it is", cut to the width.
local function add_row(lines, name, summary, width)
  local room = WIDTH - width - 2
  if utf8.len(summary, 1, -1, true) > room then
    summary = summary:sub(1, (utf8.offset(summary, room) or room + 1) - 1) .. "…"
  end
  lines[#lines + 1] = ("%-" .. width .. "s  %s"):format(name, summary)
end

local function rows(list)
  local lines, width = {}, 8
  for _, item in ipairs(list) do width = math.min(math.max(width, #item.name), 34) end
  for _, item in ipairs(list) do add_row(lines, item.name, item.summary or item.title, width) end
  return table.concat(lines, "\n")
end

local function group_text(title, intro, list)
  local lines = {title}
  add_text(lines, intro)
  lines[#lines + 1] = ""
  lines[#lines + 1] = rows(list)
  return table.concat(lines, "\n")
end

-- ------------------------------------------------------------------------------------ finding

local function last_of(name) return name:match("[%w_]+$") or name end

local index

-- The entries by the last part of each of their names, and by its lower case.
local function by_last_name()
  if index then return index end
  index = {}
  local function add(key, entry)
    local list = index[key] or {}
    index[key] = list
    if list[#list] ~= entry then list[#list + 1] = entry end
  end
  for _, group in ipairs(pages.all().groups) do
    for _, entry in ipairs(group) do
      for _, form in ipairs(entry.forms) do
        local last = last_of(form.name)
        add(last, entry)
        if last:lower() ~= last then add(last:lower() .. " ", entry) end
      end
      add(last_of(entry.name), entry)
    end
  end
  return index
end

-- Whether a name of an entry is `wanted`, or ends in it: "optim.SGD".
local function is_called(entry, wanted)
  for _, form in ipairs(entry.forms) do
    if form.name == wanted or form.name:sub(-#wanted - 1) == "." .. wanted then return true end
  end
  return entry.name == wanted
end

local function filtered(list, keep)
  local kept = {}
  for _, entry in ipairs(list) do
    if keep(entry) then kept[#kept + 1] = entry end
  end
  return kept
end

-- Of entries with the right last name, those that the part before it can mean: a namespace, a
-- class, or any object.
local function qualified(list, query)
  local before, sep, last = query:match("^(.*)([%.:])([%w_]+)$")
  if not before then return list end
  local exact = filtered(list, function(entry) return is_called(entry, query) end)
  local object = pages.variables[last_of(before)] or require("nnlua.complete").class_of(before)
  if #exact > 0 then return exact end
  if object then
    return filtered(list, function(entry)
      return is_called(entry, object .. ":" .. last) or is_called(entry, object .. "." .. last)
    end)
  end
  if before == "nn" or before:find("^nn%.") then return {} end
  return filtered(list, function(entry)
    for _, form in ipairs(entry.forms) do
      local is_member = last_of(form.name) == last and not form.name:find("^nn%.")
      if is_member and (sep == "." or form.name:find(":")) then return true end
    end
    return false
  end)
end

-- The entries that a query names, by the last part of its name; in any case of letters where the
-- case is not right.
local function entries_of(query)
  local by_name, last = by_last_name(), last_of(query)
  local list = qualified(by_name[last] or {}, query)
  if #list > 0 then return list end
  return qualified(by_name[last:lower() .. " "] or by_name[last:lower()] or {}, query)
end

-- The list of what is in a namespace: "nn.optim".
local function namespace_text(query)
  local inside = {}
  for _, group in ipairs(pages.all().groups) do
    for _, entry in ipairs(group) do
      if entry.name:sub(1, #query + 1) == query .. "." then inside[#inside + 1] = entry end
    end
  end
  return #inside > 0 and group_text(query, "", inside) or nil
end

-- The texts of whatever a query names: a topic, entries, a group (also behind a topic of its name),
-- a namespace; nil where there is nothing.
local function find(query)
  local all, texts = pages.all(), {}
  local plain = query:lower():gsub("[%s_]+", "-")
  local topic = all.topics[plain]
  if topic then texts[1] = topic_text(topic) end
  for _, entry in ipairs(entries_of(query)) do texts[#texts + 1] = entry_text(entry) end
  for _, group in ipairs((topic or #texts == 0) and all.groups or {}) do
    if group.name == plain or group.title:lower() == query:lower() then
      texts[#texts + 1] = group_text(group.title, group.intro, group)
    end
  end
  if #texts == 0 and query:find("^nn") then texts[1] = namespace_text(query) end
  return #texts > 0 and texts or nil
end

-- -------------------------------------------------------------------------------------- nearest

-- How many letters differ between two words; two neighbours exchanged count as one difference
-- (the distance of Damerau and Levenshtein, restricted).
local function distance(a, b)
  local before, row = {}, {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local new = {[0] = i}
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      new[j] = math.min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (same and 0 or 1))
      local swapped = i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j)
      if swapped then new[j] = math.min(new[j], before[j - 2] + 1) end
    end
    before, row = row, new
  end
  return row[#b]
end

-- Up to five known names that a mistyped one may mean.
local function nearest(query)
  local wanted, scored = last_of(query):lower(), {}
  local function consider(name)
    local lower = name:lower()
    local d = distance(wanted, lower)
    if math.min(#wanted, #lower) >= 3
      and (lower:find(wanted, 1, true) or wanted:find(lower, 1, true)) then
      d = math.min(d, 1 + math.abs(#lower - #wanted) / 8)
    end
    if d <= math.max(1, #wanted / 3) then scored[#scored + 1] = {d, name} end
  end
  for name in pairs(by_last_name()) do
    if not name:find(" ") then consider(name) end
  end
  for name in pairs(pages.all().topics) do consider(name) end
  table.sort(scored, function(a, b)
    if a[1] ~= b[1] then return a[1] < b[1] end
    return a[2] < b[2]
  end)
  local names = {}
  for i = 1, math.min(5, #scored) do names[i] = scored[i][2] end
  return names
end

-- The names under which the object that an expression gives is documented: its layer or optimiser,
-- or the group that tells of its class. Names that signatures use stand for their class.
local function names_of_value(query)
  local object, name = require("nnlua.complete").class_of(query)
  local named = name and {"nn." .. name, "nn.optim." .. name} or {}
  for _, full in ipairs(named) do
    if pages.forms()[full] then return full end
  end
  return ({x = "tensors", model = "models", optimizer = "optimizers", scheduler = "schedulers",
    generator = "random"})[object or query]
end

-- ------------------------------------------------------------------------------------- public

--- The text on a name, topic or group; or nil, and a message with the names that are nearest.
-- Without a query, how to ask.
function help.page(query)
  query = query:gsub("^[%s?]+", ""):gsub("[%s%(%)]+$", "")
  if query == "" or query == "nn" then query = "help" end
  local texts = find(query) or find(names_of_value(query) or "")
  if texts then return table.concat(texts, "\n\n" .. ("-"):rep(WIDTH) .. "\n\n") end
  local near = nearest(query)
  if #near == 0 then return nil, ("there is no help on '%s'; ?? searches"):format(query) end
  return nil, ("there is no help on '%s'; do you mean %s?"):format(query,
    #near == 1 and near[1] or table.concat(near, ", ", 1, #near - 1) .. " or " .. near[#near])
end

local function matches(text, words)
  for _, word in ipairs(words) do
    if not text:find(word, 1, true) then return false end
  end
  return true
end

--- The names whose name or description has every word, a line each: those first whose name does.
-- Where there is nothing, it says so.
function help.search(query)
  local words, by_name, by_text = {}, {}, {}
  for word in query:lower():gsub("^[%s?]+", ""):gmatch("%S+") do words[#words + 1] = word end
  if #words == 0 then return "?? is followed by words to look for" end
  local function consider(item, text)
    if matches(item.name:lower(), words) then
      by_name[#by_name + 1] = item
    elseif matches(text:lower(), words) then
      by_text[#by_text + 1] = item
    end
  end
  local all = pages.all()
  for _, group in ipairs(all.groups) do
    for _, entry in ipairs(group) do
      consider(entry, entry.name .. " " .. help.description(entry))
    end
  end
  local topics = {}
  for _, topic in pairs(all.topics) do topics[#topics + 1] = topic end
  table.sort(topics, function(a, b) return a.name < b.name end)
  for _, topic in ipairs(topics) do consider(topic, topic.title .. " " .. topic.text) end
  table.move(by_text, 1, #by_text, #by_name + 1, by_name)
  if #by_name == 0 then
    return ("nothing is found on '%s'"):format(table.concat(words, " "))
  end
  return rows(by_name)
end

return help
