-- The limit program's changes: the same length of body, nothing read from it. Arguments: the path, and the length.
function init(args)
  made = wrk.format("POST", args[1], {["content-type"] = "application/json"}, string.rep("x", tonumber(args[2])))
end

function request()
  return made
end
