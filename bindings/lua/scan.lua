-- A text of Lua as tokens, up to its end wherever that is.

local scan = {}

scan.keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat
  return then true until while]]):gmatch("%a+") do
  scan.keywords[word] = true
end

-- The place after a string with the quote at `at`; nil where it is not closed.
local function after_string(text, at)
  local quote, i = text:sub(at, at), at + 1
  while i <= #text do
    local c = text:sub(i, i)
    if c == quote then return i + 1 end
    if c == "\n" then return i end
    i = i + (c == "\\" and 2 or 1)
  end
end

-- The place after a long bracket that begins at `at`; nil where it is not closed.
local function after_long(text, at)
  local level = text:match("^%[(=*)%[", at)
  local _, last = text:find("]" .. level .. "]", at, true)
  return last and last + 1
end

local operators = {"^%.%.%.", "^%.%.", "^::", "^[=~<>]=", "^//", "^<<", "^>>", "^."}

-- The token at `at`, which is neither space nor comment: its kind, and the place after it.
local function token_at(text, at)
  if text:find("^[%a_]", at) then
    local word = text:match("^[%w_]+", at)
    return scan.keywords[word] and "keyword" or "name", at + #word
  elseif text:find("^%.?%d", at) then
    return "number", at + #text:match("^%.?%d[%w%.]*", at)
  elseif text:find("^[\"']", at) then
    return "string", after_string(text, at)
  elseif text:find("^%[=*%[", at) then
    return "string", after_long(text, at)
  end
  for _, pattern in ipairs(operators) do
    local operator = text:match(pattern, at)
    if operator then return "op", at + #operator end
  end
end

--- scan.tokens(text): a list of {kind, text, from, to}. Where the text ends inside of a string or a
-- comment, also the state, "string" or "comment", and the place where that begins.
function scan.tokens(text)
  local tokens, at = {}, text:find("%S")
  while at do
    local kind, after
    if text:find("^%-%-", at) then
      local is_long = text:find("^%[=*%[", at + 2)
      after = is_long and after_long(text, at + 2) or not is_long and text:find("\n", at)
      if not after then return tokens, "comment", at end
    else
      kind, after = token_at(text, at)
      local is_long = kind == "string" and text:sub(at, at) == "["
      if not after then return tokens, is_long and "comment" or "string", at end
      tokens[#tokens + 1] = {kind = kind, text = text:sub(at, after - 1), from = at, to = after - 1}
    end
    at = text:find("%S", after)
  end
  return tokens
end

return scan
