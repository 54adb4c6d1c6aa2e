-- Many people check in again and again in turn, each with a key of its own, as phones do. Argument: a file with a line for each
-- of them: the record, and the person's token.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("mark", threads .. "-" .. os.time())
end

function init(args)
  records, bearers, turn = {}, {}, 0
  for line in io.lines(args[1]) do
    local record, token = line:match("^(%S+) (%S+)$")
    records[#records + 1], bearers[#bearers + 1] = record, "Bearer " .. token
  end
end

function request()
  turn = turn + 1
  local who = (turn - 1) % #records + 1
  local body = '{"key":"bench-' .. mark .. '-' .. turn .. '","record":"' .. records[who] ..
    '","sort":"arrive","phone_at":"' .. os.date("!%Y-%m-%dT%H:%M:%SZ") .. '","lon":117.2,"lat":39.12}'
  return wrk.format("POST", "/v1/checkins",
    {["content-type"] = "application/json", ["authorization"] = bearers[who]}, body)
end
