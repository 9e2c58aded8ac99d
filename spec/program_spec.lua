-- The program as a user runs it: options, standard input, exit codes, the REPL in a pipe.

local tested = dofile "spec/program.lua"
local program, quote = tested.path, tested.quote

-- Runs a shell command with `input`; returns all that it printed, and its exit code.
local function run(arguments, input, environment)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(input or "")
  file:close()
  local pipe = assert(io.popen(("env -u LUA_INIT -u LUA_INIT_5_4 %s %s %s <%s 2>&1"):format(
    environment or "", quote(program), arguments, quote(name))))
  local output = pipe:read("a")
  local _, _, code = pipe:close()
  os.remove(name)
  return output, code
end

describe("the program", function()
  it("runs -e and -l, in their order", function()
    assert.equal("1\ttable\n", (run([[-e 'x = 1' -l string -e 'print(x, type(string))']])))
    assert.equal("true\n", (run([[-l s=string -e 'print(s == string)']])))
    assert.equal("2\n", (run([[-e'print(2)']])))
  end)

  it("has nn from the start", function()
    assert.equal("true\n", (run([[-e 'print(nn == require "nnlua")']])))
  end)

  it("reads a script from standard input", function()
    assert.equal("-\ta\tb\n", (run("- a b", "print(arg[0], ...)\n")))
    assert.equal("3\n", (run("", "print(1 + 2)\n")))
  end)

  it("runs a script file with its arguments", function()
    local name = os.tmpname()
    local file = assert(io.open(name, "w"))
    file:write("#!/usr/bin/env nnlua\nprint(#arg, arg[-1], ...)\n")
    file:close()
    assert.equal("2\t-W\tx\t-y\n", (run("-W " .. name .. " x -y")))
    os.remove(name)
  end)

  it("obeys LUA_INIT unless told -E", function()
    assert.equal("init\n2\n", (run("-e 'print(2)'", nil, [[LUA_INIT='print("init")']])))
    assert.equal("2\n", (run("-E -e 'print(2)'", nil, [[LUA_INIT='print("init")']])))
  end)

  it("reports errors with a traceback and exit code 1", function()
    local output, code = run([[-e 'error("boom")']])
    assert.equal(1, code)
    assert.truthy(output:find("^nnlua: %(command line%):1: boom\nstack traceback:\n"))
    output, code = run("no_such_file.lua")
    assert.equal(1, code)
    assert.truthy(output:find("^nnlua: cannot open no_such_file.lua"))
  end)

  it("ends with exit code 1 when a script on standard input fails", function()
    local output, code = run("", "print(1)\nerror('boom')\nprint(2)\n")
    assert.equal(1, code)
    assert.truthy(output:find("^1\nnnlua: stdin:2: boom\nstack traceback:\n"), output)
  end)

  it("returns what os.exit is given", function()
    assert.equal(7, select(2, run("-e 'os.exit(7)'")))
    assert.equal(0, select(2, run("-e 'x = 1'")))
  end)

  it("refuses unknown options", function()
    for _, option in ipairs {"-z", "--zebra", "-e", "-vx"} do
      local output, code = run(option)
      assert.equal(1, code)
      assert.truthy(output:find("usage: nnlua", 1, true))
    end
  end)

  it("shows its version and help", function()
    assert.truthy(run("--version"):find("^nnlua [%d.]+ %(Lua 5%.4"))
    assert.truthy(run("--help"):find("^usage: nnlua"))
  end)

  it("shows its version where BLIS's kernels are chosen by number", function()
    local output, code = run("--version", nil, "BLIS_ARCH_TYPE=0")
    assert.equal(0, code)
    assert.truthy(output:find("BLIS [%d.]+ for %w+"), output)
  end)
end)
