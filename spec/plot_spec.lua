-- nn.plot and nn.imshow: text, .svg and .png.
local nn = require "nnlua"
local program = dofile "spec/program.lua"

local plain = {width = 60, height = 16, colours = 0, unicode = true}

local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
  return lines
end

local function with_name(extension, f)
  local base = os.tmpname()
  local name = base .. extension
  local fine, message = pcall(f, name)
  os.remove(base)
  os.remove(name)
  assert(fine, message)
end

local function saved(figure, extension, options)
  local content
  with_name(extension, function(name)
    assert.equal(0, select("#", figure:save(name, options)))
    local file = assert(io.open(name, "rb"))
    content = file:read("a")
    file:close()
  end)
  return content
end

-- Polylines of a curve's width, as lists of {x, y}.
local function curves_of(svg)
  local curves = {}
  local pattern = '<polyline points="([^"]*)" fill="none" stroke="#%x+" stroke%-width="1.8"'
  for points in svg:gmatch(pattern) do
    local curve = {}
    for x, y in points:gmatch("([%d.-]+),([%d.-]+)") do
      curve[#curve + 1] = {tonumber(x), tonumber(y)}
    end
    curves[#curves + 1] = curve
  end
  return curves
end

-- The texts of an .svg at the vertical or horizontal axis.
local function texts_of(svg, anchor)
  local list = {}
  for text in svg:gmatch('text%-anchor="' .. anchor .. '"[^>]*>([^<]*)<') do
    list[#list + 1] = text
  end
  return list
end

describe("plot's arguments", function()
  it("are y, x and y, or names", function()
    local figures = {
      nn.plot {1, 4, 9}, nn.plot(nn.tensor {1, 4, 9}), nn.plot({1, 2, 3}, {1, 4, 9}),
      nn.plot {y = {1, 4, 9}}, nn.plot {x = nn.arange(1, 4), y = nn.tensor {1, 4, 9}},
      nn.plot({1, 4, 9}, {height = nil}), nn.plot {nn.tensor(1), nn.tensor(4), 9},
    }
    for i, figure in ipairs(figures) do
      assert.equal(figures[1]:draw(plain), figure:draw(plain), "form " .. i)
    end
  end)

  it("may hold several curves", function()
    local rows = {{1, 2, 3}, {3, 2, 1}}
    local figures = {nn.plot(rows), nn.plot {nn.tensor(rows[1]), nn.tensor(rows[2])},
      nn.plot(nn.tensor(rows):t()), nn.plot({1, 2, 3}, rows), nn.plot {y = rows}}
    for i, figure in ipairs(figures) do
      assert.equal(2, #figure.series, "form " .. i)
      assert.same(figures[1].series[2].y, figure.series[2].y)
    end
  end)

  it("carry options behind y, in one table with it, or in one table with all", function()
    for _, figure in ipairs {nn.plot({1, 2}, {title = "t"}), nn.plot {1, 2, title = "t"},
      nn.plot({1, 2}, {1, 2}, {title = "t"}), nn.plot {y = {1, 2}, title = "t"}} do
      assert.equal("t", figure.title)
      assert.equal(2, #figure.series[1].y)
    end
  end)

  it("are what models give, too: matrices of one column", function()
    local x = nn.range(1, 3)
    local figure = nn.plot(x:unsqueeze(2), {x:unsqueeze(2), {1, 2, 3}}, {kind = {"scatter"}})
    assert.same({1, 2, 3}, figure.series[1].y)
    local svg = saved(figure, ".svg")
    assert.equal(1, #curves_of(svg))
    assert.equal(3, select(2, svg:gsub("<circle", "")))
  end)

  it("are refused where they do not fit", function()
    local cases = {
      {"x has 2 numbers, but y has 3", {1, 2}, {1, 2, 3}},
      {"do you mean title?", {1, 2}, {titel = "x"}},
      {"y%[2%] must be a number, not a string", {1, "2"}},
      {"y must be a tensor or a list of numbers, not a number", 3},
      {"there is no y", {title = "x"}},
      {'kind must be "line", "scatter" or "hist", not "pie"', {1}, {kind = "pie"}},
      {"y must have one dimension, but is 2x3x4", nn.ones(2, 3, 4)},
      {"several curves go into a list", {1}, {2}, {3}},
      {'kind must be "line", .* not "hist"', {1}, {kind = {"hist"}}},
      {"bins must be from 1", {hist = {1, 2}, bins = 0}},
      {"xlim must be {low, high}", {1, 2}, {xlim = {2, 1}}},
      {"ylim must be above 0", {1, 2}, {ylim = {0, 1}, logy = true}},
      {"there are 2 labels, but 1 curves", {1, 2}, {labels = {"a", "b"}}},
    }
    for _, case in ipairs(cases) do
      assert.error_matches(function() nn.plot(table.unpack(case, 2)) end, case[1])
    end
    assert.error_matches(function() nn.plot() end, "there is no y")
    assert.error_matches(function() nn.imshow(3) end, "expects a tensor")
    assert.error_matches(function() nn.imshow(nn.ones(4)) end, "the tensor is 4")
    assert.error_matches(function() nn.imshow(nn.ones(2, 2), {cmap = "jet"}) end, "viridis")
    assert.error_matches(function() nn.plot {1}:save("x.pdf") end, "%.svg or %.png")
    assert.error_matches(function() nn.plot {1}:save("/nowhere/x.svg") end, "No such file")
    assert.error_matches(function() nn.plot {1}:save("x.svg", {width = 1}) end, "from 100 to 10000")
  end)
end)

describe("a figure in the terminal", function()
  it("has a frame, ticks and labels", function()
    local text = nn.plot({0, 5, 10}, {0, 50, 100}, {title = "rise", xlabel = "time",
      ylabel = "height"}):draw(plain)
    local lines = lines_of(text)
    assert.equal("rise", lines[1]:match("%S+"))
    assert.equal("height", lines[2]:match("%S+"))
    assert.truthy(text:find("100 ┤", 1, true))
    assert.truthy(text:find("\n *0 ┤"))
    assert.truthy(text:find("└┬─", 1, true))
    assert.equal("time", lines[#lines]:match("%S+"))
    assert.truthy(#lines <= 16)
    for _, line in ipairs(lines) do assert.truthy(utf8.len(line) <= 60) end
  end)

  it("keeps to ASCII where it must", function()
    local text = nn.plot {y = {1e-9, 1, 1e9}, logy = true, title = "t"}
      :draw {unicode = false, colours = 0}
    assert.falsy(text:find("[\x80-\xff]"))
    assert.truthy(text:find("1e-9 +", 1, true) or text:find("1e-8 +", 1, true))
    assert.falsy(nn.imshow(nn.randn(4, 4)):draw {unicode = false, colours = 0}:find("[\x80-\xff]"))
  end)

  it("draws a spike among many points", function()
    local y = {}
    for i = 1, 10000 do y[i] = 1 end
    y[3456] = 100
    local lines = lines_of(nn.plot(y):draw(plain))
    local tall = 0
    for _, line in ipairs(lines) do
      if line:find("[⡇⢸]") then tall = tall + 1 end
    end
    assert.truthy(tall >= 10)
  end)

  it("names several curves, and tells them apart without colour", function()
    local text = nn.plot {y = {{1, 2}, {2, 1}}, labels = {"up", "down"}}:draw(plain)
    assert.truthy(text:find("%*  up +o  down"))
    local coloured = nn.plot {y = {{1, 2}, {2, 1}}, labels = {"up", "down"}}
      :draw {width = 60, height = 16, colours = 256, unicode = true}
    assert.truthy(coloured:find("\27%[38;5;%d+m━━"))
  end)

  it("says what it left out", function()
    local text = nn.plot {y = {1, 0, -1, 0 / 0, 1 / 0, 10}, logy = true}:draw(plain)
    assert.truthy(text:find("2 left out (not above 0), 1 NaN, 1 infinite", 1, true))
  end)

  it("stands anything in it", function()
    local inf, nan = math.huge, 0 / 0
    local cases = {{}, {5}, {0, 0, 0}, {nan}, {inf}, {-inf, inf}, {nan, 1, nan}, {1e308, -1e308},
      {5e-324, 1e-323}, {1e-310, 1e300}, {-1, -2}, {1e15, 1e15 + 1}, {math.maxinteger, 0}}
    for _, y in ipairs(cases) do
      for _, log in ipairs {false, true} do
        for _, kind in ipairs {"line", "scatter", "hist"} do
          local figure = nn.plot(y, {logy = log, kind = kind})
          assert.truthy(#figure:draw(plain) > 0)
          local svg = saved(figure, ".svg")
          assert.falsy(svg:find('[", -]nan') or svg:find('[",-]inf'), kind)
        end
      end
    end
    assert.truthy(nn.imshow(nn.tensor {{nan, inf}, {-inf, 1}}):draw(plain):find("3 not finite"))
    assert.truthy(#nn.imshow(nn.ones(3, 500)):draw {width = 20, height = 8} > 0)
  end)

  it("keeps any text on its line, and valid", function()
    local figure = nn.plot({1, 2}, {title = "a\nb\27[31m", xlabel = "\xff", labels = "\t"})
    assert.truthy(figure:draw(plain):find("a b [31m", 1, true))
    assert.falsy(figure:draw(plain):find("\27", 1, true))
    assert.truthy(utf8.len(saved(figure, ".svg")))
    assert.truthy(#figure:draw {width = 1e9, height = -5, colours = 0} > 0)
  end)

  it("shows images as half blocks in colour, as shades without", function()
    local figure = nn.imshow(nn.tensor {{0, 1}, {1, 0}})
    assert.truthy(figure:draw {colours = 1 << 24, unicode = true}
      :find("\27[38;2;68;1;84m\27[48;2;68;1;84m▀", 1, true))
    local shades = figure:draw {colours = 0, unicode = true}
    assert.truthy(shades:find("█", 1, true) and shades:find(" ", 1, true))
    assert.truthy(figure:draw {colours = 256}:find("\27%[48;5;%d+m"))
  end)
end)

describe("a figure as .svg", function()
  it("has ticks of 1, 2 and 5", function()
    local svg = saved(nn.plot({0, 7}, {0, 0.3}, {title = "a < b & c"}), ".svg")
    assert.same({"0", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"}, texts_of(svg, "end"))
    assert.same({"0", "1", "2", "3", "4", "5", "6", "7", "a &lt; b &amp; c"},
      texts_of(svg, "middle"))
  end)

  it("has decades on a logarithmic axis", function()
    local svg = saved(nn.plot {y = {1e-6, 1e-2}, logy = true}, ".svg")
    assert.same({"10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²"}, texts_of(svg, "end"))
    svg = saved(nn.plot {y = {0.02, 0.9}, logy = true}, ".svg")
    assert.same({"0.02", "0.05", "0.1", "0.2", "0.5", "1"}, texts_of(svg, "end"))
  end)

  it("shares a power of ten far from 1", function()
    local svg = saved(nn.plot({0, 2e7}, {0, 3e-5}), ".svg")
    assert.truthy(svg:find(">1.0×10⁻⁵<", 1, true))
    assert.truthy(svg:find(">2.0×10⁷<", 1, true))
  end)

  it("draws a curve through its points", function()
    local curve = curves_of(saved(nn.plot({0, 1, 2}, {0, 1, 0}), ".svg"))[1]
    assert.equal(3, #curve)
    assert.near((curve[1][1] + curve[3][1]) / 2, curve[2][1], 0.02)
    assert.truthy(curve[2][2] < curve[1][2])
    assert.near(curve[1][2], curve[3][2], 0.02)
  end)

  it("leaves gaps for NaN, and a dot for a point on its own", function()
    local svg = saved(nn.plot {1, 2, 0 / 0, 3, 0 / 0, 2, 1}, ".svg")
    assert.equal(2, #curves_of(svg))
    assert.equal(1, select(2, svg:gsub("<circle", "")))
  end)

  it("thins many points to what can be seen, and keeps the extremes", function()
    local y = {}
    for i = 1, 100000 do y[i] = i % 7 end
    y[4321] = 50
    local curve = curves_of(saved(nn.plot(y), ".svg"))[1]
    assert.truthy(#curve < 4000)
    local top = 1000
    for _, p in ipairs(curve) do top = math.min(top, p[2]) end
    assert.truthy(top < 60)
  end)

  it("counts a histogram", function()
    local figure = nn.plot {hist = {1, 2, 2, 3, 3, 3, 4, 4, 0 / 0}, bins = 3}
    assert.same({1, 2, 5}, figure.series[1].y)
    assert.same({1.0, 2.0, 3.0, 4.0}, figure.series[1].x)
    local svg = saved(figure, ".svg")
    assert.equal(3, select(2, svg:gsub('<rect [^>]*fill="#0072b2"', "")))
    assert.truthy(svg:find("1 NaN", 1, true))
  end)

  it("draws an image's runs of one colour", function()
    local svg = saved(nn.imshow(nn.tensor {{0, 0, 1}, {1, 0, 0}}, {cmap = "gray"}), ".svg")
    local frame = svg:match("<g clip.-</g>")
    assert.equal(4, select(2, frame:gsub("<rect", "")))
    assert.equal(2, select(2, frame:gsub('fill="#ffffff"', "")))
  end)
end)

describe("a figure as .png", function()
  local has_cairo = pcall(with_name, ".png", function(name) nn.plot {1, 2}:save(name) end)
  local it_draws = has_cairo and it or pending

  it_draws("is a picture of the size asked for", function()
    local png = saved(nn.plot {1, 4, 9}, ".png", {width = 320, height = 200})
    assert.equal("\137PNG\r\n\26\n", png:sub(1, 8))
    assert.equal(320, (string.unpack(">I4", png, 17)))
    assert.equal(200, (string.unpack(">I4", png, 21)))
    assert.equal("IEND", png:sub(-8, -5))
    assert.truthy(#png > 2000)
  end)

  it_draws("comes for each kind of figure", function()
    for _, figure in ipairs {nn.plot {hist = nn.randn(100)}, nn.imshow(nn.rand(3, 8, 8)),
      nn.plot {y = {{1, 2}, {2, 1}}, labels = {"a", "b"}, xlabel = "x", ylabel = "y"},
      nn.plot {y = {1, 0, 100}, logy = true, kind = "scatter"}} do
      assert.equal("\137PNG", saved(figure, ".png"):sub(1, 4))
    end
  end)

  it_draws("says why it cannot be written", function()
    assert.error_matches(function() nn.plot {1}:save("/nowhere/x.png") end,
      "save: cannot write /nowhere/x.png: No such file or directory")
  end)
end)

describe("print of a figure", function()
  it("draws without colour in a pipe, and by the locale", function()
    local code = "print(nn.plot {y = {{1, 4, 9}, {9, 4, 1}}})"
    local output = program.run(code)
    assert.truthy(output:find("┤", 1, true))
    assert.falsy(output:find("\27", 1, true))
    assert.falsy(program.run(code, "LC_ALL=C"):find("[\x80-\xff]"))
    assert.falsy(program.run(code, "LC_ALL= LC_CTYPE= LANG=POSIX"):find("[\x80-\xff]"))
  end)

  local it_on_terminal = program.has_terminal and it or pending

  it_on_terminal("has colour on a terminal, as many as it has, or none", function()
    local code = "print(nn.plot {y = {{1, 4, 9}, {9, 4, 1}}})"
    assert.truthy(program.on_terminal(code):find("\27%[38;5;%d+m"))
    assert.truthy(program.on_terminal(code, "COLORTERM=truecolor"):find("\27[38;2;", 1, true))
    assert.truthy(program.on_terminal(code, "TERM=xterm"):find("\27[94m", 1, true))
    assert.falsy(program.on_terminal(code, "NO_COLOR=1"):find("\27", 1, true))
    assert.falsy(program.on_terminal(code, "TERM=dumb"):find("\27", 1, true))
  end)

  it("is nothing until somebody prints", function()
    assert.equal("", (program.run("local fig = nn.plot {1, 2}")))
  end)
end)
