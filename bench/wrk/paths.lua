-- Asks for one path after another. Arguments: a file with a path a line, and the Authorization header ("" for none).
function init(args)
  paths = {}
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  headers = {}
  if args[2] ~= "" then headers["authorization"] = args[2] end
  turn = math.random(#paths)
end

function request()
  turn = turn % #paths + 1
  return wrk.format("GET", paths[turn], headers)
end
