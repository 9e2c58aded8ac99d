-- Sessions: in a pipe, and on a terminal of their own, as a person would type.

local tested = dofile "spec/program.lua"
local program, quote = tested.path, tested.quote
local build = os.getenv("NNLUA_BUILD") or program:match("^(.*)/") or "."

local function write_file(text)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(text)
  file:close()
  return name
end

local function read_file(name)
  local file = assert(io.open(name))
  local text = file:read("a")
  file:close()
  return text
end

-- Runs a shell command with `input`; returns all that it printed, and its exit code.
local function shell(command, input)
  local name = write_file(input or "")
  local pipe = assert(io.popen(("env -u LUA_INIT -u LUA_INIT_5_4 -u NO_COLOR %s <%s 2>&1")
    :format(command, quote(name))))
  local output = pipe:read("a")
  local _, _, code = pipe:close()
  os.remove(name)
  return output, code
end

-- A session in a pipe, without the line that shows the version.
local function repl(input)
  local output, code = shell(quote(program) .. " -i", input)
  return output:gsub("^[^\n]*\n", ""), code
end

local state -- the folder of the history, for each test its own

-- A session on a terminal. The steps wait for a text and type one, in turn, either of which may be
-- empty; `insist` is typed until the program ends, which is awaited in any case. Returns what a
-- screen would hold, and the exit code.
local function talk(steps, options)
  options = options or {}
  local lines = {}
  local function add(kind, text)
    local escaped = text:gsub("[%c\\]", function(c) return ("\\x%02x"):format(c:byte()) end)
    lines[#lines + 1] = kind .. escaped .. "\n"
  end
  for i, text in ipairs(steps) do
    local is_last = i == #steps and text == "\4" -- an editor may not listen yet: again and again
    add(i % 2 == 1 and "<" or is_last and "!" or ">", text)
  end
  if steps.insist then add("!", steps.insist) end
  local output, code = shell(("XDG_STATE_HOME=%s TERM=%s %s %s %s %s"):format(quote(state),
    options.term or "xterm", options.environment or "", quote(build .. "/spec/pty"),
    quote(program), options.arguments or ""), table.concat(lines))
  if code == 124 then error("something never came; the screen:\n" .. output) end
  if code == 137 then error("the program did not end; the screen:\n" .. output) end
  output = output:gsub("\27%[[%d;?]*%a", ""):gsub("\27[=>]", ""):gsub("\r", "")
  return output, code
end

local has_readline = shell(quote(program) .. " --version"):find("readline", 1, true)

-- A test of what GNU readline does, and other editors do not.
local function it_edits(name, f)
  if has_readline then it(name, f) else pending(name .. " (this build has no readline)") end
end

local function has(text, part)
  assert(text:find(part, 1, true), ("no %q in:\n%s"):format(part, text))
end

local function has_not(text, part)
  assert(not text:find(part, 1, true), ("%q in:\n%s"):format(part, text))
end

before_each(function()
  state = os.tmpname()
  os.remove(state)
end)

after_each(function() os.execute("rm -rf " .. quote(state)) end)

-- ------------------------------------------------------------------------------------ results

describe("a session shows", function()
  it("the values of expressions, and what statements return", function()
    assert.equal('2\n"a"\nnil\n{1, 2, x = true}\n', (repl('1+1\n"a", nil\n{1, 2, x = true}\n')))
    assert.equal("3\n4\n", (repl("= 3\nreturn 4\n")))
    assert.equal("", (repl("x = 1\nlocal y = 2\nprint\n"):gsub("function: built%-in\n", "")))
  end)

  it("nothing after a semicolon", function()
    assert.equal("6\n", (repl("6;\n_\n")))
  end)

  it("the value of an expression behind statements", function()
    assert.equal("3\n5\n7\n", (repl("x = 2; x + 1\ndo x = 5 end; (x)\n"
      .. "function f() return 7 end f = f; f()\n")))
    assert.equal("", (repl("x = 2; x + 1;\nx = 5; y = 2\n")))
  end)

  it("the last results by number, and lets go of older ones", function()
    assert.equal('"a"\n"b"\n"a"\n"b"\n', (repl('"a"\n"b"\n_1\n_2\n')))
    assert.equal("1\n2\n3\n4\nnil\n2\n", (repl("1\n2\n3\n4\n_1\n_2\n")))
    assert.equal("1\n2\n3\n7\n", (repl("1\n2\n3\n_1 = 7;\nx = 0\n_1\n")))
  end)

  it("tensors, models and optimisers", function()
    local output = repl([[
nn.tensor{1, 2}
m = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
m
nn.optim.SGD(m:parameters(), {lr = 0.5})
]])
    has(output, "tensor([1., 2.])")
    has(output, "  (1): ReLU()\n)\n9 parameters\n")
    has(output, "SGD (\nParameter Group 1\n    dampening: 0")
  end)
end)

-- --------------------------------------------------------------------------------------- blocks

describe("a session reads", function()
  it("chunks and expressions that go on over lines", function()
    assert.equal("1\n2\n", (repl("for i = 1, 2 do\n\nprint(i)\nend\n")))
    assert.equal("3\n", (repl("1 +\n2\n")))
    assert.equal("{1, 2}\n", (repl("{1,\n2}\n")))
    assert.equal('"a\\nb"\n', (repl("[[a\nb]]\n")))
  end)

  it("strings in quotes, which end with their line", function()
    has(repl('print "a\n1\n'), "unfinished string near '\"a'")
    assert.equal('"a\\nb"\n', (repl('"a\\\nb"\n')))
  end)

  it("labels", function()
    assert.equal("1\n2\n",
      (repl("::again:: n = (n or 0) + 1 print(n) if n < 2 then goto again end\n")))
  end)

  it("a block's end at the end of the input", function()
    has(repl("for i = 1, 2 do\n"), "'end' expected")
  end)

  it("names that were local to an earlier block, with a note", function()
    local output = repl("local zebra = 1\nzebra\nzebra\nx = {zebra = 2}\n")
    has(output, "note: 'zebra' was a local variable of [1]")
    assert.equal(1, select(2, output:gsub("note:", "")))
    has_not(repl("local zebra = 1 print(zebra)\nzebra = 2\n"), "note:")
    has_not(repl("do local zebra = 1 end\ndo zebra = 2 print(zebra) end\n"), "note:")
  end)

  it("Python's constants, with a note", function()
    has(repl("nn.ones(1, {requires_grad = True})\n"),
      "'True' is an unknown name, and so nil; Lua writes true")
    has_not(repl("True = 1\nTrue\n'None'\nx = {None = 1}\n"), "note:")
  end)
end)

-- --------------------------------------------------------------------------------------- errors

describe("a session says of errors", function()
  it("the line, and goes on", function()
    local output, code = repl('error("boom")\n)\n"still here"\n')
    assert.equal(0, code)
    has(output, 'error: [1]:1: boom\n> 1 | error("boom")\n')
    has(output, "error: [2]:1: unexpected symbol near ')'")
    assert.truthy(output:find('"still here"\n$') or output:find('^"still here"\n'))
  end)

  it("which word, and who called", function()
    local output = repl("function f()\n  return bar.baz\nend\nf()\n")
    has(output, "error: [1]:2: attempt to index a nil value (global 'bar')\n"
      .. "> 2 |   return bar.baz\n    |          ^^^\n"
      .. "stack traceback:\n  [1]:2: in function 'f'\n")
    has_not(output, "nnlua.repl")
    has_not(output, "in ?")
  end)

  it("which operation, without callers where there are none", function()
    local output = repl("x = nn.ones(2, 3)\nx:mm(x)\n")
    has(output, "\n> 1 | x:mm(x)\n    |   ^^\n")
    has_not(output, "traceback")
    has_not(repl("x = nn.optim.SGD(nn.Linear(1, 1))\n"), "traceback")
  end)

  it("what a table thrown holds", function()
    has(repl("error{code = 2}\n"), "error: {code = 2}\n")
  end)

  it("where in a coroutine", function()
    has(repl("f = coroutine.wrap(function() error('boom') end)\nf()\n"),
      "error: [2]:1: [1]:1: boom\n> 1 | f = coroutine.wrap(")
  end)

  it("where in a file", function()
    local name = write_file("local x = nil\n\nprint(x.y)\n")
    has(repl(":load " .. name .. "\n"), "> 3 | print(x.y)\n")
    os.remove(name)
  end)

  it("how Lua writes what Python writes otherwise", function()
    local cases = {
      ["x != 1"] = "~=", ["x += 1"] = "x = x + y", ["x ** 2"] = "x ^ 2", ["x @ y"] = "x:mm(y)",
      ["x[1:3]"] = "x[{{1, 3}}]", ["nn.tensor([1, 2])"] = "{1, 2, 3}",
      ["f(x, dim=1)"] = "f(x, {dim = 1})", ["nn.zeros((3, 4))"] = "nn.zeros{3, 4}",
      ["import torch"] = "require", ["len(x)"] = "#x",
      ["for p in nn.Linear(1, 1):parameters() do end"] = "ipairs(list)",
      ["nn.optim.lr_scheduler.StepLR(nn.optim.SGD({nn.ones(1)}), 1).step()"] = "colon",
    }
    for code, text in pairs(cases) do
      local output = repl(code .. "\n")
      assert.truthy(output:match("hint: ([^\n]*)"):find(text, 1, true), output)
    end
    has_not(repl("x = nil + 1\n"), "hint:")
  end)

  it("what was meant, where the statements are none", function()
    has(repl("1 +* 2\n"), "near '*'")
  end)
end)

-- ------------------------------------------------------------------------------------- commands

describe("a session's command", function()
  it(": lists them, and an unknown one names the nearest", function()
    has(repl(":\n"), ":timeit CODE")
    has(repl(":laod\n"), "there is no command :laod; the nearest is :load ")
  end)

  it(":time shows a result and a time", function()
    local output = repl(":time 1 + 1\n")
    assert.truthy(output:find("^2\n[%d.]+ %S*s\n$"), output)
    assert.truthy(repl(":time for i = 1, 2 do\nend\n"):find("^[%d.]+ %S*s\n$"))
  end)

  it(":timeit shows the time of one run", function()
    local output = repl("n = 0\n:timeit n = n + 1\nn > 1000\n")
    assert.truthy(output:find("^[%d.]+ %S*s per run %(half of them .*; %d+ runs in all%)\ntrue\n$"),
      output)
  end)

  it(":save writes a script, which :load runs", function()
    local name = os.tmpname()
    os.remove(name)
    local output = repl(("x = 2\nx * 3\nerror()\nprint(x)\ny = 4; #{y}\nmath.abs(-8)\n:save %s\n")
      :format(name))
    has(output, ("wrote %s: 5 blocks\n"):format(name))
    assert.equal("x = 2\nprint(x * 3)\nprint(x)\ny = 4;print(#{y})\nprint(math.abs(-8))\n",
      read_file(name))
    assert.equal("6\n2\n1\n8\n", (repl(":load " .. name .. "\n")))
    has(repl(":save " .. name .. "\n"), "exists already")
    os.remove(name)
  end)

  it(":reset forgets", function()
    assert.equal("1\neverything is as at the start\nnil\n3\n",
      (repl("x = 1\nx\nstring = nil\n:reset\nx\n#string.rep('a', 3)\n")))
  end)

  it(":quit leaves, and so do the words of other languages", function()
    for _, word in ipairs {":quit", ":q", "exit", "quit()"} do
      assert.equal("1\n", (repl("1\n" .. word .. "\n2\n")))
    end
    assert.equal("5\n", (repl("exit = 5\nexit\n")))
  end)

  it("?name and ??words ask the manual", function()
    local output = repl("?nn.Linear\n? x:cumsum\n:doc sum\n??standard deviation\n")
    has(output, "nn.Linear(")
    has(repl("model = nn.Tanh()\n?model\n?x\n"), "nn.Tanh()\n\n")
    has(output, "cumsum(")
    has(output, "nn.sum(")
    has(output, "std")
    has(repl("?no_such_thing\n"), "error: ")
  end)
end)

-- ------------------------------------------------------------------------------------ a terminal

describe("on a terminal, a session", function()
  it("numbers its blocks, and leaves at Ctrl-D with one newline", function()
    local output, code = talk {"[1]> ", "1 + 1\r", "[2]> ", "\4"}
    assert.equal(0, code)
    assert.truthy(output:find("1 %+ 1\n2\n%[2%]> [^\n]*\n$"), output)
  end)

  it("goes on after Enter until a block is complete", function()
    has(talk {"[1]> ", "for i = 1, 2 do\r", "..> ", "print(i)\r", "..> ", "end\r", "1\r\n2",
      "", "[2]> ", "\4"}, " ..> print(i)\n ..> end\n1\n2\n")
  end)

  it("gives a block up at an empty line, or at Ctrl-C", function()
    local output = talk {"[1]> ", "f(\r", "..> ", "\r", "expected", "", "[2]> ", "{1,\r", "..> ",
      "\3", "^C", "", "[2]> ", "7\r", "7\r\n", "", "[3]> ", "\4"}
    has(output, "error: [1]:")
  end)

  it_edits("takes a pasted text as one block", function()
    has(talk {"[1]> ", "\27[200~local x = 20\n\nprint(x + 1)\n\27[201~", "x + 1)", "\r", "21\r\n",
      "", "[2]> ", "\4"}, "\n21\n")
  end)

  it_edits("shows the value of a pasted text's last line", function()
    local function pasted(text, value)
      has(talk {"[1]> ", "\27[200~" .. text .. "\27[201~", text:match("[^\n]+$"), "\r",
        value .. "\r\n", "", "[2]> ", "\4"}, "\n" .. value .. "\n")
    end
    pasted("local x = 20\nx + 1", "21")
    pasted("local function f() return 22 end\nf()", "22")
    pasted("x = 20\n{x, 3}", "{20, 3}")
    pasted("x = 20\n- 3\nprint(x + 5)", "22")
  end)

  it_edits("keeps blocks for the next one, whole", function()
    talk {"[1]> ", "x = {1,\r", "..> ", "2}\r", "[2]> ", "\4"}
    local output = talk {"[1]> ", "\16\r", "[2]> ", "#x\r", "2\r\n", "", "[3]> ", "\4"}
    has(output, "[1]> x = {1,\n ..> 2}\n")
    local _, code = shell(("test $(stat -c %%a %s/nnlua/history) = 600"):format(quote(state)))
    assert.equal(0, code)
  end)

  it_edits("finds what was entered before by Ctrl-R", function()
    has(talk {"[1]> ", "40 + 2\r", "[2]> ", "1\r", "[3]> ", "\01840\r", "42\r\n", "",
      "[4]> ", "\4"}, "42")
  end)

  it_edits("edits letters of several bytes", function()
    has(talk({"[1]> ", '"ž\127é"\r', '\r"é"\r\n', "", "[2]> ", "\4"},
      {environment = "LC_ALL=C.UTF-8"}), '\n"é"\n')
  end)

  it_edits("completes words by Tab", function()
    talk {"[1]> ", "#nn.zeros_l\t(nn.ones(3))\r", "3\r\n", "", "[2]> ", "string.re\t", "reverse",
      "\3", "^C", "", "[2]> ", "\4"}
  end)

  it("has colours, unless told otherwise", function()
    local steps = {"[1]> ", "error('x', 0)\r", "error:", "", "[2]> ", "\4"}
    local raw = function(environment)
      local lines = "<[1]> \n>error('x', 0)\\r\n<[2]> \n>\\x04\n"
      return (shell(("XDG_STATE_HOME=%s TERM=xterm %s %s/spec/pty %s"):format(quote(state),
        environment, quote(build), quote(program)), lines))
    end
    has(raw(""), "\27[1;31merror:\27[0m x")
    has_not(raw("NO_COLOR=1"), "\27[1;31m")
    has_not(talk(steps, {term = "dumb"}), "\27")
  end)

  it("reads plain lines from a dumb one", function()
    has(talk({"[1]> ", "{1,\r", "..> ", "2}\r", "{1, 2}", "", "[2]> ", "\4"}, {term = "dumb"}),
      "{1, 2}")
  end)
end)

-- ---------------------------------------------------------------------------------------- Ctrl-C

-- Each of these never ends, or not for long.
local endless = {
  ["a loop"] = "while true do end",
  ["a loop around pcall"] = "while true do pcall(error) end",
  ["a loop inside pcall"] = "while true do pcall(function() while true do end end) end",
  ["a loop around xpcall"] = "while true do xpcall(function() while true do end end, print) end",
  ["a coroutine"] = "coroutine.wrap(function() while true do end end)()",
  ["coroutines that yield"] = "co = coroutine.wrap(function() while true do coroutine.yield() "
    .. "end end) while true do co() end",
  ["coroutines in coroutines"] = "function f() while true do "
    .. "coroutine.resume(coroutine.create(f)) end end f()",
  ["a __close handler of a coroutine"] = "co = coroutine.create(function() local _ <close> = "
    .. "setmetatable({}, {__close = function() while true do end end}) coroutine.yield() end) "
    .. "coroutine.resume(co) coroutine.close(co)",
  ["gsub with a callback"] = "while true do ('a'):rep(1000):gsub('a', function() end) end",
  ["a sort"] = "table.sort(setmetatable({}, {__len = function() return 1e9 end, "
    .. "__index = function(_, i) return -i end, __newindex = function() end}))",
  ["small operations"] = "x = nn.ones(3) while true do x = x + 1 end",
  ["a product"] = "big = nn.ones(4096, 4096) while true do big:mm(big) end",
  ["backward"] = "w = nn.ones(1000, 1000, {requires_grad = true}) while true do y = w "
    .. "for i = 1, 100 do y = y:mm(w) end y:sum():backward() end",
}

describe("Ctrl-C stops", function()
  for name, code in pairs(endless) do
    it(name, function()
      local output = talk {"[1]> ", "kept = 42\r", "[2]> ", "print('g' .. 'o') " .. code .. "\r",
        "go\r\n", "\3", "interrupted!", "", "[3]> ", "kept\r", "42\r\n", "", "[4]> ", "\4"}
      has(output, "[2]:1: interrupted!")
    end)
  end

  it("a computation, whose __close handlers then run", function()
    has(talk {"[1]> ", "do local _ <close> = setmetatable({}, {__close = function() "
      .. "print('closed') end}) print('g' .. 'o') while true do pcall(error) end end\r",
      "go\r\n", "\3",
      "closed\r\n", "", "interrupted!", "", "[2]> ", "\4"}, "closed")
  end)

  it("a script, with a traceback and the signal's exit code", function()
    local name = write_file("local function f()\n  print('go')\n  while true do end\nend\nf()\n")
    local output, code = talk({"go", "\3"}, {arguments = name})
    assert.equal(130, code)
    local where = name:gsub("%p", "%%%0") .. ":%d: interrupted!\n> %d |   %l.-\nstack traceback:\n"
    assert.truthy(output:find("nnlua: " .. where), output)
    os.remove(name)
  end)

  it("a script that waits for input", function()
    local name = write_file("print('go')\nprint(io.read())\n")
    local output, code = talk({"go", "\3"}, {arguments = name})
    assert.equal(130, code)
    has(output, "interrupted!")
    os.remove(name)
  end)

  it("a script inside a library function, at the second press", function()
    local name = write_file("print('go');\n(('a'):rep(1e6)):find(('.-'):rep(9) .. 'b')\n")
    local _, code = talk({"go", "\3", insist = "\3"}, {arguments = name})
    assert.equal(130, code)
    os.remove(name)
  end)
end)
