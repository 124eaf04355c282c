-- RUNNING: who runs what, for whoever has to choose between workers. Reads only.
-- ARGV: most jobs to look at, the longest running first.
-- Returns {worker, age of the run in ms, worker, age, ...}.
-- One script so that a job that goes from one worker to another is never seen with both.
local now = now_us()
local answer = {}
for _, ticket in ipairs(redis.call('LRANGE', P, -tonumber(ARGV[1]), -1)) do
    local path = path_of(ticket)
    local r = path and load(path)
    if r and r.st ~= 'q' and r.ticket == ticket then
        answer[#answer + 1] = r.worker
        answer[#answer + 1] = string.format('%.0f', math.max(0, math.floor((now - r.tok) / 1000)))
    end
end
return answer
