-- Curves as paths on a drawing area: gaps where a number is missing, and no more points than can be
-- told apart.

local curve = {}

-- The points of one column of pixels, of which a curve needs four: first, least, greatest, last. So
-- a spike of one point among many survives.
local Column = {}
Column.__index = Column

local function new_column(path) return setmetatable({path = path}, Column) end

function Column:start(at, x, y)
  self.at, self.first, self.last = at, {x, y, 1}, {x, y, 1}
  self.low, self.high, self.n = self.first, self.first, 1
end

function Column:add(x, y)
  local n = self.n + 1
  local point = {x, y, n}
  if y < self.low[2] then self.low = point end
  if y > self.high[2] then self.high = point end
  self.last, self.n = point, n
end

-- Appends its points to the path, in their order and each once.
function Column:flush()
  if not self.at then return end
  local path, before = self.path, 0
  local a, b = self.low, self.high
  if a[3] > b[3] then a, b = b, a end
  for _, point in ipairs {self.first, a, b, self.last} do
    if point[3] > before then
      path[#path + 1], path[#path + 2] = point[1], point[2]
      before = point[3]
    end
  end
  self.at = nil
end

--- curve.paths(n, place, width): lists {x, y, x, y, …} through the points place(1) … place(n),
-- where place returns x and y, or nil for a gap. Points in one column of that width are thinned.
function curve.paths(n, place, width)
  local paths, column = {}, nil
  local function finish()
    if column then column:flush() end
    column = nil
  end
  for i = 1, n do
    local x, y = place(i)
    if not x then
      finish()
    else
      local at = x // width
      if not column then
        paths[#paths + 1] = {}
        column = new_column(paths[#paths])
      end
      if column.at == at then
        column:add(x, y)
      else
        column:flush()
        column:start(at, x, y)
      end
    end
  end
  finish()
  return paths
end

--- curve.points(n, place, width): a list {x, y, x, y, …}, with one point only for those that fall
-- into one square of that width.
function curve.points(n, place, width)
  local list, taken = {}, {}
  for i = 1, n do
    local x, y = place(i)
    if x then
      local key = (x // width) * 1048576 + y // width
      if not taken[key] then
        taken[key] = true
        list[#list + 1], list[#list + 2] = x, y
      end
    end
  end
  return list
end

return curve
