-- Raises one matter after another, as a page does: anonymous, with an Idempotency-Key. Argument: ids of grids, by commas.
local grids = {}
local categories = {"garbage", "road", "water", "parking"}
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("mark", threads .. "-" .. os.time())
end

function init(args)
  for id in args[1]:gmatch("[^,]+") do grids[#grids + 1] = id end
  turn = 0
end

function request()
  turn = turn + 1
  local body = '{"kind":"issue","category":"' .. categories[turn % #categories + 1] ..
    '","place":{"area":"' .. grids[turn % #grids + 1] ..
    '"},"form":{"description":"桃园里三号楼楼下的垃圾桶已经三天没有人清理了，天气热味道很大，请尽快安排人来处理一下，谢谢。"}}'
  return wrk.format("POST", "/v1/records",
    {["content-type"] = "application/json", ["idempotency-key"] = mark .. "-" .. turn}, body)
end

function response(status)
  if status ~= 201 then bad = (bad or 0) + 1 end
end
