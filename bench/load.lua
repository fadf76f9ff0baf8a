-- The load for wrk: random users and tasks of those that src/seed.ts made.
-- Arguments: what to request, a file of "number token entity-tag" lines, tasks a user, first number to delete.

local what, users, tasks, serial
local host

local function id(number)
  local digits = string.format('%020.0f', number)
  return '00000000-0000-' .. digits:sub(1, 4) .. '-' .. digits:sub(5, 8) .. '-' .. digits:sub(9, 20)
end

local function head(method, path, user)
  return method .. ' ' .. path .. ' HTTP/1.1\r\nHost: ' .. host .. '\r\nAuthorization: Bearer ' .. user.token .. '\r\n'
end

local function with_body(method, path, user, body)
  return head(method, path, user)
    .. 'Content-Type: application/json\r\nContent-Length: ' .. #body .. '\r\n\r\n' .. body
end

local function any_user()
  return users[math.random(#users)]
end

local function any_task(user)
  return '/tasks/' .. id(user.number * 1000000 + math.random(tasks))
end

local requests = {
  get = function()
    local user = any_user()
    return head('GET', any_task(user), user) .. '\r\n'
  end,
  list = function()
    return head('GET', '/tasks', any_user()) .. '\r\n'
  end,
  unchanged = function()
    local user = any_user()
    return head('GET', '/tasks', user) .. 'If-None-Match: ' .. user.tag .. '\r\n\r\n'
  end,
  cursor = function()
    local user = any_user()
    return head('GET', '/tasks?cursor=' .. user.tag, user) .. '\r\n'
  end,
  post = function()
    return with_body('POST', '/tasks', any_user(), '{"title":"Buy milk and bread","description":"At the corner shop"}')
  end,
  patch = function()
    local user = any_user()
    local body = '{"title":"Task ' .. math.random(1000000000) .. '","description":"At the corner shop","completed":'
    return with_body('PATCH', any_task(user), user, body .. (math.random(2) == 1 and 'true}' or 'false}'))
  end,
  delete = function()
    local user = users[serial % #users + 1]
    local task = user.number * 1000000 + math.floor(serial / #users)
    serial = serial + 1
    return head('DELETE', '/tasks/' .. id(task), user) .. '\r\n'
  end,
}

function init(arguments)
  what, tasks, serial = arguments[1], tonumber(arguments[3]), tonumber(arguments[4])
  users = {}
  for line in io.lines(arguments[2]) do
    local number, token, tag = line:match('^(%S+) (%S+) (%S+)$')
    users[#users + 1] = { number = tonumber(number), token = token, tag = tag }
  end
  host = wrk.host .. ':' .. wrk.port
  math.randomseed(os.time())
  request = requests[what]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.3f,"p95":%.3f,"p99":%.3f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
