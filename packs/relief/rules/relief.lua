-- What a household is due, by scheme and by the standards of the day. Money in fen. Every step says why.
-- Standards a person a month: by district until the day from which one holds in the whole city.
local unified_from = "2018-07-01"
local standards = {
  {from = "2016-07-01", east = 58000, coast = 52000},
  {from = "2017-07-01", east = 61000, coast = 56000},
  {from = "2018-07-01", city = 64000},
}
local scheme_names = {minimum_allowance = {"最低生活保障", "minimum living allowance"}, expenditure = {"支出型救助", "expenditure-type relief"},
  extreme_poverty = {"特困供养", "extreme-poverty support"}, temporary = {"临时救助", "temporary relief"},
  severe_disability = {"重残救助", "severe-disability relief"}}

-- 24,000 or 416.66: as the pages write sums, without the hundredths of a whole one.
local function yuan(fen)
  local whole = tostring(math.floor(fen // 100))
  local grouped = ""
  while #whole > 3 do
    grouped = "," .. string.sub(whole, -3) .. grouped
    whole = string.sub(whole, 1, -4)
  end
  local rest = math.floor(fen % 100)
  return whole .. grouped .. (rest > 0 and "." .. string.sub("0" .. tostring(rest), -2) or "")
end

local function standard_of(input)
  local found
  for _, each in ipairs(standards) do
    if each.from <= input.day then found = each end
  end
  if not found then refuse("这一天还没有标准", "there is no standard for that day") end
  local sum = found.city or found[input.district]
  if not sum then refuse("这个地区没有标准", "there is no standard for that district") end
  return sum, found
end

local function line(lines, zh, en, amount)
  table.insert(lines, {zh = zh, en = en, amount = amount})
end

local function say_standard(lines, input, standard, version)
  local where = version.city and {"全市统一", "one for the whole city"} or {"本地区", "of the district"}
  line(lines, version.from .. " 起的标准（" .. where[1] .. "）：每人每月 " .. yuan(standard) .. " 元",
    "standard from " .. version.from .. " (" .. where[2] .. "): " .. yuan(standard) .. " yuan a person a month", standard)
end

function amount(input)
  local lines = list{}
  local standard, version = standard_of(input)
  local members = input.members
  say_standard(lines, input, standard, version)
  local income = input.income // (members * 12)
  line(lines, "家庭年收入 " .. yuan(input.income) .. " 元，" .. members .. " 人，人均每月 " .. yuan(income) .. " 元",
    "income " .. yuan(input.income) .. " yuan a year, " .. members .. " people: " .. yuan(income) .. " a person a month", income)
  local monthly = 0
  if input.scheme == "minimum_allowance" then
    if income < standard then
      monthly = (standard - income) * members
      line(lines, "低于标准，每月补差 " .. yuan(monthly) .. " 元", "below the standard: the difference is " .. yuan(monthly) .. " yuan a month", monthly)
    else
      line(lines, "不低于标准，不符合低保条件", "not below the standard: nothing is due under this scheme", 0)
    end
  elseif input.scheme == "expenditure" then
    local medical = input.medical or 0
    local left = math.max(input.income - medical, 0) // (members * 12)
    line(lines, "减去自负医疗支出 " .. yuan(medical) .. " 元，人均每月剩 " .. yuan(left) .. " 元",
      "less medical cost of " .. yuan(medical) .. " yuan: " .. yuan(left) .. " a person a month is left", left)
    if left < standard then
      monthly = standard * members
      line(lines, "低于标准，按全额救助：每月 " .. yuan(monthly) .. " 元", "below the standard: full relief of " .. yuan(monthly) .. " yuan a month", monthly)
    else
      line(lines, "不低于标准，不符合支出型救助条件", "not below the standard: nothing is due under this scheme", 0)
    end
  elseif input.scheme == "extreme_poverty" then
    monthly = math.floor(standard * 13 // 10) * members
    line(lines, "特困供养按标准的 1.3 倍：每月 " .. yuan(monthly) .. " 元", "1.3 times the standard: " .. yuan(monthly) .. " yuan a month", monthly)
  elseif input.scheme == "severe_disability" then
    monthly = standard * members
    line(lines, "重残人员按单人户全额救助：每月 " .. yuan(monthly) .. " 元",
      "each severely disabled person as a household of one: " .. yuan(monthly) .. " yuan a month", monthly)
  elseif input.scheme == "temporary" then
    local most = standard * 6 * members
    local once = math.min(input.need or 0, most)
    line(lines, "一次性救助，不超过六个月标准 " .. yuan(most) .. " 元", "paid once, at most six months of the standard: " .. yuan(most) .. " yuan", most)
    line(lines, "一次性救助 " .. yuan(once) .. " 元", "paid once: " .. yuan(once) .. " yuan", once)
    return {monthly = 0, total = once, lines = lines}
  else
    refuse("社会力量帮扶不按公式计算，由慈善项目对接", "what social forces give is not calculated: a charity project is matched")
  end
  line(lines, "全年 12 个月共 " .. yuan(monthly * 12) .. " 元", "for twelve months: " .. yuan(monthly * 12) .. " yuan", monthly * 12)
  return {monthly = monthly, total = monthly * 12, lines = lines}
end

-- Is the household above the limit now, and what else may it apply for?
function check(input)
  local lines = list{}
  local standard, version = standard_of(input)
  say_standard(lines, input, standard, version)
  local income = input.income // (input.members * 12)
  local over = income >= standard
  line(lines, "现在人均每月 " .. yuan(income) .. " 元，" .. (over and "超过标准" or "没有超过标准"),
    "now " .. yuan(income) .. " yuan a person a month: " .. (over and "above the limit" or "not above the limit"), income)
  local offered
  if over then
    local left = math.max(input.income - (input.medical or 0), 0) // (input.members * 12)
    if left < standard then
      offered = scheme_names.expenditure[1]
      line(lines, "减去自负医疗支出后人均每月 " .. yuan(left) .. " 元，可以申请支出型救助",
        "after medical cost " .. yuan(left) .. " yuan a person a month is left: expenditure-type relief may be applied for", left)
    end
  end
  return {over_limit = over, offered = offered, lines = lines}
end

examples = {
  {rule = "check", input = {scheme = "minimum_allowance", district = "east", day = "2018-03-01", members = 4, income = 2000000}, output = {over_limit = false, lines = {
    {zh = "2017-07-01 起的标准（本地区）：每人每月 610 元", en = "standard from 2017-07-01 (of the district): 610 yuan a person a month", amount = 61000},
    {zh = "现在人均每月 416.66 元，没有超过标准", en = "now 416.66 yuan a person a month: not above the limit", amount = 41666}}}},
  {rule = "amount", input = {scheme = "social_forces", district = "east", day = "2018-03-01", members = 4, income = 0}, refused = true},
  {rule = "amount", input = {scheme = "expenditure", district = "east", day = "2010-01-01", members = 4, income = 0}, refused = true},
}
