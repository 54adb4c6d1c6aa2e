-- Accepts matters, each once. Arguments: a file with an id a line, the Authorization header.
local threads = 0
function setup(thread)
  thread:set("first", threads)
  threads = threads + 1
end

function init(args)
  ids = {}
  for line in io.lines(args[1]) do ids[#ids + 1] = line end
  headers = {["authorization"] = args[2], ["content-type"] = "application/json"}
  turn = 0
end

function request()
  turn = turn + 1
  headers["idempotency-key"] = ids[turn] or ("none-" .. turn)
  return wrk.format("POST", "/v1/records/" .. (ids[turn] or "none") .. "/actions/accept", headers, '{"form":{}}')
end
