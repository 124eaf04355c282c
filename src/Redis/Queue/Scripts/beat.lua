-- BEAT: renews the leases of one worker's runs, in one call.
-- ARGV: lease in microseconds, then per run: full path, token, longest run in microseconds.
-- Returns one number per run: 1 renewed, 2 renewed but superseded (one more run is wanted), 0 lost: stop the
--       script and write nothing.
-- Atomic because renewing must test who owns the job, and that nobody has taken it out by hand: then the job is
-- forgotten here, so that its owner stops and its path can be queued again without waiting for a sweep.
local now, lease, answers = now_us(), tonumber(ARGV[1]), {}
local processing = {}
for _, ticket in ipairs(redis.call('LRANGE', P, 0, -1)) do processing[ticket] = true end
for i = 2, #ARGV, 3 do
    local path, tok = ARGV[i], tonumber(ARGV[i + 1])
    local r = load(path)
    local owned = r and r.st ~= 'q' and r.tok == tok
    if owned and not processing[r.ticket] then
        drop(path)
        count('dropped')
        owned = false
    end
    if owned and now < tok + tonumber(ARGV[i + 2]) then
        redis.call('ZADD', L, string.format('%.0f', now + lease), path)
        if r.st == 'c' then
            r.st = 'r'
            save(path, r)
        end
        answers[#answers + 1] = r.again == 1 and 2 or 1
    else
        answers[#answers + 1] = 0
    end
end
return answers
