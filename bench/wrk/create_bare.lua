-- The limit program's creation: the same length of body, nothing read from it.
function init()
  local body = string.rep("x", 330)
  made = wrk.format("POST", "/create", {["content-type"] = "application/json"}, body)
end

function request()
  return made
end
