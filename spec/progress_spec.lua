-- nn.progress in a pipe and on a terminal.
local nn = require "nnlua"
local program = dofile "spec/program.lua"

-- Bars with one plain character for a full column, which patterns can repeat.
local function plain(output) return (output:gsub("█", "#")) end

local wait = "local function wait(s) local t = os.clock() while os.clock() - t < s do end end\n"

describe("progress in a pipe", function()
  it("writes one plain line at the end", function()
    local output = program.run("for i in nn.progress(100) do end")
    assert.truthy(plain(output):find("^100%%|#+| 100/100 %[00:00<00:00, [%d.]+it/s%]\n$"))
    assert.falsy(output:find("[\r\27]"))
  end)

  it("counts, and follows lists, tensors and iterators", function()
    local output = program.run([[
      local function show(...) io.stdout:write(table.concat({...}, " "), ";") end
      for i in nn.progress(3, {leave = false}) do show(i) end
      for i, x in nn.progress({"a", "b"}, {leave = false}) do show(i, x) end
      for i, x in nn.progress(nn.tensor{5, 6}, {leave = false}) do show(i, x:item()) end
      for x, y in nn.progress(("k=v"):gmatch("(%w)=(%w)"), {leave = false}) do show(x, y) end
      for k, v in nn.progress(pairs{z = 1}) do show(k, v) end
      for i in nn.progress(0, {leave = false}) do show(i) end]])
    assert.truthy(output:find("1;2;3;1 a;2 b;1 5.0;2 6.0;k v;z 1;", 1, true))
    assert.truthy(output:find("1it [00:00, ", 1, true)) -- of pairs: no total
  end)

  it("shows a description, a unit and values", function()
    local output = program.run([[
      for i, bar in nn.progress(4, {desc = "train", unit = "step"}) do
        bar:set{loss = 1 / 3, best = nn.tensor(0.5), note = "x"}
      end]])
    assert.truthy(plain(output):find("^train: 100%%|#+| 4/4 %["))
    assert.truthy(output:find("step/s, best=0.5, loss=0.333, note=x]\n", 1, true))
  end)

  it("is driven by hand too", function()
    local output = program.run([[
      do local bar <close> = nn.progress(10); bar:update():update(4) end]])
    assert.truthy(output:find(" 50%", 1, true))
    assert.truthy(output:find("| 5/10 [", 1, true))
    output = program.run("local bar = nn.progress(nil, {desc = 'n'}) bar:update(7) bar:close()")
    assert.truthy(output:find("^n: 7it %["))
  end)

  it("ends the line when a loop is left or fails", function()
    local output = program.run([[
      for i in nn.progress(5) do if i == 3 then break end end
      print(pcall(function()
        for i in nn.progress(5) do if i == 2 then error("boom", 0) end end
      end))
    ]])
    assert.truthy(output:find("| 2/5 %[.-%]\n"))
    assert.truthy(output:find("| 1/5 %[.-%]\n"))
    assert.truthy(output:find("false\tboom", 1, true))
  end)

  it("stays on one line whatever it is given", function()
    local output = program.run([[
      local bar = nn.progress(4, {desc = "two\nlines", unit = "x"})
      bar:update(0.5):set{a = nn.ones(2, 3), b = "x\ny", c = {}}
      bar:close()]])
    assert.equal(1, select(2, output:gsub("\n", "")))
    assert.truthy(output:find("^two lines:  12%%"))
    assert.truthy(output:find("| 0.50/4 [", 1, true))
    assert.error_matches(function() nn.progress(3, {total = 0 / 0}) end, "total must be")
    assert.error_matches(function()
      nn.progress(3, {disable = true}):update("x")
    end, "expects how many more are done, not x")
  end)

  it("counts without end, where that is asked for", function()
    local output = program.run("for i in nn.progress(math.huge) do if i == 4 then break end end")
    assert.truthy(output:find("^3it %["))
    for _, n in ipairs {2.5, 0 / 0} do
      assert.error_matches(function() nn.progress(n) end, "cannot count to")
    end
  end)

  it("is closed when it is forgotten", function()
    local output = program.run([[
      nn.progress(7):update(2)
      collectgarbage()
      collectgarbage()
      io.stderr:write("end\n")]])
    assert.truthy(output:find("| 2/7 %[.-%]\nend\n$"))
  end)

  it("closes the iterator that it follows", function()
    assert.equal("closed\n", (program.run([[
      local guard = setmetatable({}, {__close = function() print "closed" end})
      local function three(_, i) if i < 3 then return i + 1 end end
      for i in nn.progress(three, nil, 0, guard, {leave = false}) do
        if i == 2 then break end
      end]])))
    assert.equal("closed\n", (program.run([[
      local guard = setmetatable({}, {__close = function() print "closed" end})
      for i in nn.progress(next, {1}, nil, guard, {disable = true}) do break end]])))
  end)

  it("keeps quiet where it is told to", function()
    assert.equal("", (program.run("for i in nn.progress(3, {disable = true}) do end")))
    assert.equal("", (program.run("for i in nn.progress(3, {only_terminal = true}) do end")))
  end)

  it("uses ASCII where the locale has no more", function()
    local output = program.run("for i in nn.progress(3) do end", "LC_ALL=C")
    assert.truthy(plain(output):find("^100%%|#+| 3/3 "))
  end)

  it("refuses what it cannot follow", function()
    local _, message = pcall(function() return (nn.progress(true)) end)
    assert.truthy(message:find("^spec/progress_spec.lua:%d+: progress: expects a number, a list, "
      .. "a tensor or an iterator, not a boolean$"))
    assert.error_matches(function() nn.progress(3, {dsc = "x"}) end, "do you mean desc?")
    assert.error_matches(function() nn.progress(3, {desc = 1}) end, "desc must be a string")
  end)

  it("costs little", function()
    local function per_step(loop)
      local start = os.clock()
      loop()
      return (os.clock() - start) / 200000
    end
    local cost = per_step(function() for _ in nn.progress(200000, {disable = true}) do end end)
    assert.truthy(cost < 2e-6, "seconds per step: " .. cost)
  end)
end)

local describe_terminal = program.has_terminal and describe or pending

describe_terminal("progress on a terminal", function()
  it("redraws one line, at most ten times a second", function()
    local output = program.on_terminal(wait .. [[
      local t = nn._clock()
      for i in nn.progress(60) do wait(0.01) end
      io.write("took ", nn._clock() - t, "\n")]])
    local _, drawn = output:gsub("\r[^\r]*%%|", "")
    local took = tonumber(output:match("took ([%d.]+)"))
    assert.truthy(drawn >= 3 and drawn <= took * 10 + 3, drawn .. " times in " .. took)
    assert.truthy(plain(program.screen(output)[1]):find("100%%|#+| 60/60 %[.*it/s%]$"))
  end)

  it("stays within the width", function()
    local output = program.on_terminal("for i in nn.progress(3, {desc = ('x'):rep(200)}) do end")
    for _, line in ipairs(program.screen(output)) do assert.truthy(utf8.len(line) <= 79) end
  end)

  it("stands below the bar around it, and goes when it is done", function()
    local output = program.on_terminal(wait .. [[
      for i in nn.progress(2, {desc = "outer"}) do
        for j in nn.progress(3, {desc = "inner"}) do wait(0.05) end
      end
      print "end"]])
    assert.truthy(output:find("\n\rinner: "))
    local rows = program.screen(output)
    assert.truthy(plain(rows[1]):find("^outer: 100%%|#+| 2/2 "))
    assert.equal("end", rows[2])
  end)

  it("makes room for print, and gives it back", function()
    local output = program.on_terminal([[
      local plain = print
      for i in nn.progress(2) do print("line", i) end
      plain(print == plain)]])
    local rows = program.screen(output)
    assert.equal("line\t1", rows[1])
    assert.equal("line\t2", rows[2])
    assert.truthy(plain(rows[3]):find("^100%%|#+| 2/2 "))
    assert.equal("true", rows[4])
  end)

  it("ends its line before an error is shown", function()
    local rows = program.screen((program.on_terminal(
      "for i in nn.progress(5) do if i == 2 then error 'boom' end end")))
    assert.truthy(rows[1]:find("| 1/5 "))
    assert.truthy(rows[2]:find("boom", 1, true))
  end)

  it("is none with TERM=dumb", function()
    local output = program.on_terminal("for i in nn.progress(3) do end", "TERM=dumb")
    assert.truthy(plain(output):find("^100%%|#+| 3/3 [^\r\27]*\r\n$"))
  end)
end)
