-- nn.plot and nn.imshow: figures for the terminal, .svg and .png files.

local text = require "nnlua.text"
local settings = require "nnlua.settings"

-- What a terminal of this size has room for; files and pipes count as 80 x 24.
local function terminal_size(nn)
  local columns, rows = nn._terminal_size(1)
  if not columns then return 80, 24 end
  return math.max(columns, 20), math.max(rows, 8)
end

return function(nn)
  --- What nn.plot and nn.imshow return. print and the REPL show it.
  local Figure = {__name = "nnlua.Figure"}
  Figure.__index = Figure

  local draw_types = {width = "number", height = "number", colours = "number", unicode = "boolean"}

  local function default_height(figure, columns, rows)
    if figure.image then return math.min(rows - 1, 40) end
    return math.min(rows - 1, math.max(columns // 4, 10), 24)
  end

  -- A size in characters: whole, and from `least` to 1000.
  local function characters(n, least) return math.max(least, math.min(n, 1000)) // 1 | 0 end

  --- fig:draw{width=, height=, colours=, unicode=}: the figure as a string of so many characters
  -- across and down, with 0, 8, 256 or 2^24 colours. By default, what suits standard output.
  function Figure:draw(given)
    local options = settings("draw", given, draw_types)
    local columns, rows = terminal_size(nn)
    if options.unicode == nil then options.unicode = text.has_unicode() end
    options.colours = options.colours or text.colours()
    options.width = characters(options.width or math.min(columns, 100), 20)
    local height = options.height or self.height or default_height(self, options.width, rows)
    options.height = characters(height, 8)
    return require "nnlua.figure.terminal"(self, options)
  end

  function Figure:__tostring() return self:draw() end

  local function write_file(path, content)
    local file, message = io.open(path, "wb")
    if not file then nn._error("save: cannot write " .. message) end
    file:write(content)
    if not file:close() then nn._error("save: cannot write " .. path) end
  end

  -- How each kind of file is written: the most rows and columns of an image, and a function.
  local formats = {
    svg = {most = 128, write = function(path, width, height, commands)
      write_file(path, require "nnlua.figure.svg"(commands, width, height))
    end},
    png = {most = 512, write = nn._write_png},
  }

  local function size(name, value, default)
    value = value or default
    if value ~= value or value < 100 or value > 10000 then
      nn._error(("save: %s must be from 100 to 10000 pixels, not %s"):format(name, value))
    end
    return value // 1 | 0
  end

  --- fig:save(path, {width=800, height=500}): writes it as .svg or .png.
  function Figure:save(path, given)
    local options = settings("save", given, {width = "number", height = "number"})
    local format = type(path) == "string" and formats[path:lower():match("%.(%a+)$")]
    if not format then
      nn._error(("save: the name must end in .svg or .png, but it is %s"):format(tostring(path)))
    end
    local width, height = size("width", options.width, 800), size("height", options.height, 500)
    local commands = require "nnlua.figure.paint"(self, width, height, format.most)
    format.write(path, width, height, commands)
  end

  -- ------------------------------------------------------------------------------- arguments

  local plot_types = {
    x = "any", y = "any", title = "string", xlabel = "string", ylabel = "string",
    labels = "table string", logx = "boolean", logy = "boolean",
    kind = "string table", bins = "number", hist = "any", xlim = "table", ylim = "table",
    height = "number",
  }
  local kinds = {line = true, scatter = true, hist = true}

  -- One kind for all curves, or a list with one for each, of which none is "hist".
  local function check_kind(kind)
    for _, one in ipairs(type(kind) == "table" and kind or {kind}) do
      if not kinds[one] or one == "hist" and one ~= kind then
        nn._error(('plot: kind must be "line", "scatter" or "hist"%s, not %q'):format(
          one ~= kind and " (in a list the first two)" or "", tostring(one)))
      end
    end
  end

  -- Whether an argument, the n-th, is a table of names; an empty one is, behind others.
  local function is_options(v, n)
    return type(v) == "table" and #v == 0 and (n > 1 or next(v) ~= nil)
  end

  local function has_names(t)
    for name in pairs(t) do
      if type(name) == "string" then return true end
    end
    return false
  end

  -- A table with both a list and names: the list is y.
  local function split_mixed(t)
    local list, named = table.move(t, 1, #t, 1, {}), {}
    for name, value in pairs(t) do
      if math.type(name) ~= "integer" then named[name] = value end
    end
    return list, named
  end

  -- x, y and the options, from plot(y), plot(x, y), plot{…} and each with options behind.
  local function read_arguments(...)
    local n = select("#", ...)
    local first, second = ...
    local options = n > 0 and select(n, ...)
    if is_options(options, n) then n = n - 1 else options = {} end
    if n == 1 and type(first) == "table" and has_names(first) then
      first, options = split_mixed(first)
    end
    local given = settings("plot", options, plot_types)
    if n == 1 then given.y = first end
    if n == 2 then given.x, given.y = first, second end
    if n > 2 then
      nn._error("plot: expects y, or x and y, and a table of options; several curves go into a "
        .. "list, nn.plot(x, {y1, y2})")
    end
    return given
  end

  local function check_limits(name, limits, log)
    local fine = limits == nil or type(limits[1]) == "number" and type(limits[2]) == "number"
      and limits[1] < limits[2] and limits[2] - limits[1] < math.huge
    if not fine then nn._error(("plot: %s must be {low, high}"):format(name)) end
    if limits and log and limits[1] <= 0 then
      nn._error(("plot: %s must be above 0 on a logarithmic axis"):format(name))
    end
  end

  local function check(given)
    if given.hist ~= nil then given.kind, given.y = "hist", given.hist end
    given.kind = given.kind or "line"
    check_kind(given.kind)
    if given.y == nil then nn._error("plot: there is no y to show") end
    if given.bins and (given.bins < 1 or given.bins > 10000) then
      nn._error(("plot: bins must be from 1 to 10000, not %s"):format(given.bins))
    end
    check_limits("xlim", given.xlim, given.logx)
    check_limits("ylim", given.ylim, given.logy)
  end

  -- Texts of one line, and as many names as curves.
  local function clean_texts(figure)
    for _, name in ipairs {"title", "xlabel", "ylabel"} do
      figure[name] = figure[name] and text.clean(figure[name])
    end
    local labels = type(figure.labels) == "string" and {figure.labels} or figure.labels
    if not labels then return end
    if #labels ~= #figure.series then
      nn._error(("plot: there are %d labels, but %d curves"):format(#labels, #figure.series))
    end
    figure.labels = {}
    for i, label in ipairs(labels) do figure.labels[i] = text.clean(label) end
  end

  --- nn.plot(y), nn.plot(x, y), nn.plot{x=, y=, title=, …}: a figure of curves, by default counted
  -- from 1 along x. Several: y a list of lists or of vectors, or a matrix, whose columns they are.
  -- kind is "line", "scatter", a list of these with one for each curve, or "hist" (as
  -- nn.plot{hist = values, bins = 20} too). labels name the curves, logx and logy ask for
  -- logarithmic axes, xlim and ylim = {low, high} for limits, and title, xlabel and ylabel are
  -- texts. Nothing is shown until the figure is printed or saved:
  --     print(nn.plot(losses))
  --     nn.plot(losses, {logy = true}):save("loss.svg")
  function nn.plot(...)
    local series = require "nnlua.figure.series"
    local given = read_arguments(...)
    check(given)
    local figure = setmetatable(given, Figure)
    figure.series = series.read(given.x, given.y)
    if given.kind == "hist" then
      figure.values = {}
      for i, s in ipairs(figure.series) do figure.values[i] = s.y end
      figure.series = series.histogram(figure.values, given.bins and given.bins // 1 | 0)
    end
    figure.x, figure.y, figure.hist = nil, nil, nil
    clean_texts(figure)
    return figure
  end

  local imshow_types = {
    title = "string", xlabel = "string", ylabel = "string", cmap = "string", vmin = "number",
    vmax = "number", height = "number",
  }

  --- nn.imshow(t, {title=, xlabel=, ylabel=, cmap="viridis", vmin=, vmax=}): a matrix as colours
  -- (cmap "viridis" or "gray"), or an image of three channels, of shape (3, rows, columns) or
  -- (rows, columns, 3), from 0 to 1 or, for int64, from 0 to 255.
  function nn.imshow(t, given)
    local options = settings("imshow", given, imshow_types)
    if type(t) == "table" then t = nn.tensor(t) end
    if not nn.is_tensor(t) then
      nn._error(("imshow: expects a tensor, not a %s"):format(type(t)))
    end
    local maps = require "nnlua.figure.colour".maps
    if options.cmap and not maps[options.cmap] then
      nn._error(('imshow: cmap must be "viridis" or "gray", not %q'):format(options.cmap))
    end
    options.image = require "nnlua.figure.image".new(t, options)
    clean_texts(options)
    return setmetatable(options, Figure)
  end
end
