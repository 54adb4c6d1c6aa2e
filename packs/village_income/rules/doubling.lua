-- Doubling in n years needs growth g with (1+g)^n = 2; rounded up to two decimals of a percent, so that the path arrives.
local function needed(years)
  return math.ceil((2 ^ (1 / years) - 1) * 10000 - 1e-9) / 100
end

function paths(input)
  local lines = list{}
  local out = {path_10 = needed(input.years)}
  if input.years > 1 then out.path_9 = needed(input.years - 1) end
  if input.years > 2 then out.path_8 = needed(input.years - 2) end
  table.insert(lines, {zh = input.years .. " 年翻番需年均增长 " .. out.path_10 .. " %", en = "doubling in " .. input.years .. " years needs " .. out.path_10 .. " % a year"})
  out.lines = lines
  return out
end

-- The mean growth so far goes on; the first full year in which the double is reached.
function forecast(input)
  local growth = (input.figure / input.base) ^ (1 / input.elapsed) - 1
  local out = {latest = input.figure, elapsed = input.elapsed, growth = math.floor(growth * 10000 + 0.5) / 100, lines = list{}}
  if growth > 0 then
    local year, value = 0, 1.0
    while value < 2 - 1e-3 and year < 100 do
      year = year + 1
      value = value * (1 + growth)
    end
    if year < 100 then out.doubles_in = year end
  end
  table.insert(out.lines, {zh = "到第 " .. input.elapsed .. " 年，年均增长 " .. out.growth .. " %", en = "after " .. input.elapsed .. " years growth is " .. out.growth .. " % a year"})
  if out.doubles_in then
    table.insert(out.lines, {zh = "照此第 " .. out.doubles_in .. " 年翻番", en = "at that pace it doubles in year " .. out.doubles_in})
  else
    table.insert(out.lines, {zh = "照此百年内不能翻番", en = "at that pace it does not double within a hundred years"})
  end
  return out
end

examples = {
  {rule = "paths", input = {years = 10}, output = {path_10 = 7.18, path_9 = 8.01, path_8 = 9.06, lines = {{zh = "10 年翻番需年均增长 7.18 %", en = "doubling in 10 years needs 7.18 % a year"}}}},
}
