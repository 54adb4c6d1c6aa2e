-- Checks in again and again, each with a key of its own, as phones do. Arguments: the record, the bearer token.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("mark", threads .. "-" .. os.time())
end

function init(args)
  record, bearer, turn = args[1], args[2], 0
end

function request()
  turn = turn + 1
  local body = '{"key":"bench-' .. mark .. '-' .. turn .. '","record":"' .. record ..
    '","sort":"picture","phone_at":"' .. os.date("!%Y-%m-%dT%H:%M:%SZ") .. '","lon":117.2,"lat":39.12}'
  return wrk.format("POST", "/v1/checkins",
    {["content-type"] = "application/json", ["authorization"] = bearer}, body)
end
