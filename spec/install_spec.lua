-- What `make install` leaves on a machine, used as its users do: C programs by pkg-config and by
-- CMake, a stock Lua, the manual page, the shells' completions, the rock's description.
local nn = require "nnlua"
local build = os.getenv("NNLUA_BUILD")
local instrumented = os.getenv("NNLUA_INSTRUMENTED") -- its libraries fit no other program
local installed = (build and not instrumented) and describe or pending

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("a")
  file:close()
  return text
end

-- Runs shell commands; returns what they print, and fails with it when one of them fails.
local function sh(commands)
  local pipe = assert(io.popen("(set -e\n" .. commands .. "\n) 2>&1"))
  local output = pipe:read("a")
  assert(pipe:close(), output)
  return output
end

local function exists(path)
  local file = io.open(path)
  return file ~= nil and file:close()
end

local function sorted_list(set)
  local list = {}
  for item in pairs(set) do list[#list + 1] = item end
  table.sort(list)
  return list
end

-- The options that a text lists: those which the pattern captures in its lines.
local function options(text, pattern, prefix)
  local set = {}
  for line in text:gmatch("[^\n]+") do
    local option = line:match(pattern)
    if option then set[prefix .. option] = true end
  end
  return sorted_list(set)
end

installed("an installed nnlua", function()
  local folder, prefix, program

  -- Commands that find what is in the prefix, as they would in /usr.
  local function there(commands)
    return sh(([[
      export PKG_CONFIG_PATH="$(echo '%s'/lib*/pkgconfig)" LD_LIBRARY_PATH="$(echo '%s'/lib*)"
      cd '%s'
      %s]]):format(prefix, prefix, folder, commands))
  end

  local root = sh("pwd"):match("[^\n]+")

  setup(function()
    folder = sh("mktemp -d"):match("[^\n]+")
    prefix = folder .. "/prefix"
    program = prefix .. "/bin/nnlua"
    sh(("cmake --install '%s' --prefix '%s'"):format(build, prefix))
  end)

  teardown(function() sh(("rm -r '%s'"):format(folder)) end)

  it("runs, wherever it was put", function()
    assert.equal("3\n", sh(program .. [[ -e 'print(nn.tensor({1, 2}):sum():item() // 1 | 0)']]))
  end)

  it("is a module for a stock Lua", function()
    local code = [[local nn = require "nnlua"; print(nn.version)]]
    assert.equal(nn.version .. "\n", there(
      ("LUA_CPATH='%s'/lib/lua/5.4/?.so lua5.4 -e '%s'"):format(prefix, code)))
  end)

  it("is a library for C programs, by pkg-config", function()
    assert.truthy(there(([[
      cc '%s/examples/xor.c' -o shared $(pkg-config --cflags --libs nnlua) -lm
      ./shared]]):format(root)):find("1 xor 0 = +[01]"))
  end)

  it("is a static library too", function()
    assert.truthy(there(([[
      cc '%s/examples/xor.c' -o static $(pkg-config --cflags --libs --static nnlua |
        sed s/-lnnlua/-l:libnnlua.a/)
      unset LD_LIBRARY_PATH
      ./static]]):format(root)):find("1 xor 0 = +[01]"))
  end)

  it("is a package for CMake", function()
    assert.truthy(there(([[
      cmake -S '%s/spec/consumer' -B consumer -DCMAKE_PREFIX_PATH='%s'
      cmake --build consumer
      consumer/xor]]):format(root, prefix)):find("1 xor 0 = +[01]"))
  end)

  it("has its files where shells, editors and readers look", function()
    for _, file in ipairs {
      "share/man/man1/nnlua.1", "share/bash-completion/completions/nnlua",
      "share/zsh/site-functions/_nnlua", "share/nnlua/types/nnlua.lua", "share/doc/nnlua/LICENSE",
      "share/doc/nnlua/docs/from-pytorch.md", "share/doc/nnlua/examples/fizzbuzz.lua",
    } do
      assert.truthy(exists(prefix .. "/" .. file), file .. " is missing")
    end
  end)

  it("goes below DESTDIR", function()
    sh(("DESTDIR='%s/image' cmake --install '%s' --prefix /opt/nnlua"):format(folder, build))
    assert.truthy(exists(folder .. "/image/opt/nnlua/bin/nnlua"))
  end)

  describe("completes in Bash", function()
    -- What Tab offers after a command line.
    local function offered(words)
      return sh(([[
        cd '%s/share/doc/nnlua'
        bash -c '
          source "$0"/share/bash-completion/completions/nnlua
          COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
          _nnlua "$1"
          printf "%%s\n" "${COMPREPLY[@]}"' '%s' '%s' %s | sort]]):format(
        prefix, prefix, program, words))
    end

    it("its options", function()
      assert.equal("--\n--help\n--version\n", offered("--"))
    end)

    it("scripts, and folders on the way to them", function()
      assert.equal("examples/fizzbuzz.lua\n", offered("examples/fi"))
      assert.equal("examples/fizzbuzz.lua\n", offered("-i -l string examples/fi"))
      assert.equal("examples\n", offered("ex"))
    end)

    it("the options of a script", function()
      assert.equal("--save\n--seed\n", offered("examples/fizzbuzz.lua --s"))
      assert.equal("--batch-size\n", offered("-W examples/fizzbuzz.lua --epochs 3 --b"))
    end)
  end)
end)

describe("what --help lists", function()
  local program = os.getenv("NNLUA") or "nnlua"
  local help = sh(program .. " --help")
  local wanted = options(help, "^  (%-%S*)", "")

  it("is in the manual page: options", function()
    assert.same(wanted, options(read("docs/nnlua.1"), "^%.It Fl ?(%S*)", "-"))
  end)

  it("is in the manual page: the environment", function()
    local variables = {}
    for line in read("docs/nnlua.1"):gmatch("%.It Ev ([^\n]*)") do
      for name in line:gmatch("[%u_%d]+") do variables[name] = true end
    end
    for line in help:gmatch("\n  (%u[%u_, ]+)  ") do
      for name in line:gmatch("[%u_]+") do assert.truthy(variables[name], name) end
    end
  end)

  it("is in Zsh's completion: options", function()
    local set = {["-"] = true, ["--"] = true} -- _arguments knows these by itself
    local text = read("completions/_nnlua")
    for option in text:gmatch("[*)'](%-%-?%a+)%+?%[") do set[option] = true end
    assert.same(wanted, sorted_list(set))
  end)
end)

describe("the rock", function()
  it("has the version of the engine", function()
    local rock = {}
    local file = ("nnlua-%s-1.rockspec"):format(nn.version)
    assert(loadfile(file, "t", rock))()
    assert.equal(nn.version .. "-1", rock.version)
    assert.equal("v" .. nn.version, rock.source.tag)
  end)
end)
