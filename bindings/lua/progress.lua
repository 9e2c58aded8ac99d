-- nn.progress: a bar on standard error for a loop, after tqdm (https://tqdm.github.io).
--
-- A loop of microseconds must not pay for it. So an iteration compares one number; the clock is
-- read about 40 times a second, as foreseen by the rate so far, and the bar drawn at most 10 times.

local screen = require "nnlua.progress_screen"
local settings = require "nnlua.settings"

local CHECK, REDRAW, REPORT = 0.025, 0.1, 10 -- seconds: between looks at the clock, lines, reports

return function(nn)
  local clock = nn._clock

  local Bar = {__name = "nnlua.Progress"}
  Bar.__index = Bar

  -- ------------------------------------------------------------------------------- drawing

  local function draw(bar, now)
    bar.drawn_at = now
    screen.show(bar, now - bar.started_at)
  end

  -- Looks at the clock, draws when it is time, and foresees when to look again: growing slowly, in
  -- case that the loop gets slower.
  local function look(bar)
    local now, n = clock(), bar.n
    local done, passed = n - bar.looked_n, now - bar.looked_at
    local step = passed > 0 and done * CHECK / passed or math.huge
    bar.next = n + math.max(1, math.min(step, 2 * done) // 1)
    bar.looked_n, bar.looked_at = n, now
    if now - bar.drawn_at >= bar.interval then draw(bar, now) end
  end

  -- ------------------------------------------------------------------------------- methods

  --- bar:update(k): k more are done, by default one.
  function Bar:update(k)
    if k ~= nil and (type(k) ~= "number" or k ~= k or math.abs(k) == math.huge) then
      nn._error(("update: expects how many more are done, not %s"):format(tostring(k)))
    end
    self.n = self.n + (k or 1)
    if self.n >= self.next then look(self) end
    return self
  end

  --- bar:set{loss = 0.31}: shows values behind the rate. A tensor of one element is read only when
  -- the bar is drawn.
  function Bar:set(values)
    if type(values) ~= "table" then
      nn._error(("set: expects a table of values to show, not a %s"):format(type(values)))
    end
    self.values = values
    return self
  end

  --- bar:close(): draws the last state and ends the line. A loop over the bar does it at its end,
  -- also when it is left by break or by an error.
  function Bar:close()
    local closing, shown = self.closing, not self.closed
    self.closing, self.closed, self.next = nil, true, math.huge
    if shown then screen.finish(self, clock() - self.started_at) end
    if closing ~= nil then
      local _ <close> = closing -- of the iterator that the bar follows
    end
  end

  Bar.__close = Bar.close
  Bar.__gc = Bar.close

  function Bar:__tostring() return screen.line(self, clock() - self.started_at, 80) end

  -- ------------------------------------------------------------------------------- iterating

  -- Each kind of thing to iterate over is a function next(bar, state, control).

  -- 1 to n, and the bar itself.
  local function next_number(bar)
    local i = bar.position + 1
    if i > bar.last then return nil end
    bar.position = i
    return i, bar
  end

  -- Index and element of a list or of a tensor's first dimension, and the bar.
  local function next_element(bar)
    local i = next_number(bar)
    if i then return i, bar.list[i], bar end
  end

  local function next_result(bar, state, control) return bar.iterate(state, control) end

  -- One call of a generic for: what was handed out before is done when the next is asked for.
  local function count(bar, first, ...)
    if first == nil then
      bar:close()
    else
      bar.handed_out = true
    end
    return first, ...
  end

  function Bar:__call(state, control)
    if self.handed_out then
      local n = self.n + 1
      self.n, self.handed_out = n, false
      if n >= self.next then look(self) end
    end
    return count(self, self.advance(self, state, control))
  end

  local function is_callable(x)
    local meta = debug.getmetatable(x)
    return type(x) == "function" or type(meta) == "table" and rawget(meta, "__call") ~= nil
  end

  local function length_of(x)
    local meta = debug.getmetatable(x)
    if type(meta) == "table" and rawget(meta, "__len") then return #x end
  end

  -- What the bar iterates over: fills advance, what it needs, and the total.
  local function set_source(bar, source)
    if type(source) == "number" then
      bar.advance, bar.last = next_number, math.max(math.tointeger(source) or source, 0)
      if bar.last ~= bar.last // 1 then
        nn._error(("progress: cannot count to %s"):format(source))
      end
    elseif nn.is_tensor(source) or type(source) == "table" and not is_callable(source) then
      bar.advance, bar.list, bar.last = next_element, source, #source
    elseif is_callable(source) then
      bar.advance, bar.iterate, bar.total = next_result, source, length_of(source)
    elseif source ~= nil then
      nn._error(("progress: expects a number, a list, a tensor or an iterator, not a %s"):format(
        type(source)))
    end
  end

  local option_types = {
    desc = "string", total = "number", unit = "string", leave = "boolean", disable = "boolean",
    only_terminal = "boolean",
  }

  local function is_shown(options)
    return not options.disable and (not options.only_terminal or screen.is_terminal())
  end

  local function new_bar(source, given)
    local options = settings("progress", given, option_types)
    local now = clock()
    local bar = setmetatable({
      n = 0, position = 0, next = math.huge, closed = true, desc = options.desc,
      unit = options.unit or "it", leave = options.leave, started_at = now, looked_at = now,
      looked_n = 0, drawn_at = now, interval = screen.is_terminal() and REDRAW or REPORT,
    }, Bar)
    set_source(bar, source)
    local total = options.total or 0
    if not (total >= 0 and total < math.huge) then
      nn._error(("progress: total must be a number from 0 on, not %s"):format(total))
    end
    bar.total = options.total or bar.last ~= math.huge and bar.last or bar.total
    if is_shown(options) then
      bar.closed, bar.next = false, 0
      screen.add(bar)
    end
    return bar
  end

  --- nn.progress(n, {desc=, total=, unit="it", leave=, disable=, only_terminal=}): a bar that
  -- counts to n, or follows a list, a tensor or an iterator, and goes into a for:
  --     for i, bar in nn.progress(100) do … bar:set{loss = loss} end
  --     for i, x, bar in nn.progress(list) do … end
  --     for x, y in nn.progress(iterator, {total = 20}) do … end
  -- On a terminal it redraws itself on standard error; elsewhere it writes a line every 10 seconds
  -- and one at the end, or none with only_terminal. leave says whether the finished bar stays:
  -- it does, unless another bar is around it.
  function nn.progress(source, ...)
    local n = select("#", ...)
    local options = ...
    if n > 1 then -- an iterator as pairs and io.lines return it
      local state, control, closing, last = ...
      local bar = new_bar(source, last)
      bar.closing = closing
      return bar, state, control, bar
    end
    if options ~= nil and type(options) ~= "table" then
      nn._error(("progress: expects a table of options, not a %s"):format(type(options)))
    end
    local bar = new_bar(source, options)
    return bar, nil, nil, bar
  end
end
