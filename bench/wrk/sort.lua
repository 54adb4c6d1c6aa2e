-- Sorts one matter after another anew, as a page does, with an Idempotency-Key. Arguments: a file with an id a line, and the
-- Authorization header, and what is preferred of the answer: return=minimal or return=representation.
local categories = {"garbage", "road", "water", "parking"}
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("mark", threads .. "-" .. os.time())
end

function init(args)
  ids = {}
  for line in io.lines(args[1]) do ids[#ids + 1] = line end
  authorization = args[2]
  prefer = args[3]
  turn = 0
end

function request()
  turn = turn + 1
  return wrk.format("POST", "/v1/records/" .. ids[turn % #ids + 1] .. "/actions/sort",
    {["content-type"] = "application/json", ["authorization"] = authorization, ["prefer"] = prefer, ["idempotency-key"] = "sort-" .. mark .. "-" .. turn},
    '{"form":{"about":"' .. categories[math.floor(turn / #ids) % #categories + 1] .. '"}}')
end
