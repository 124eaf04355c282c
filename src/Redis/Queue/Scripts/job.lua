-- JOB: the state of one full path's job, for people. Reads only.
-- ARGV: full path.
-- Returns {} when there is none, else {state, since in ms, worker, position from the front or 0, ticket}.
-- One script so that state and position belong together.
local r = load(ARGV[1])
if not r then return {} end
local since, position = r.since, 0
if r.st == 'q' then
    local index = redis.call('LPOS', Q, r.ticket)
    if index then position = redis.call('LLEN', Q) - index end
else
    since = math.floor(r.tok / 1000)
end
return { r.st, string.format('%.0f', since), r.worker, position, r.ticket }
