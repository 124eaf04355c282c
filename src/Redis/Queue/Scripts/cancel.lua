-- CANCEL: forgets jobs, because their generator is gone; a running one's owner is told at its next beat.
-- ARGV: full paths. Returns how many there were.
-- Atomic because a marker without its ticket would have to be mended.
local cancelled = 0
for _, path in ipairs(ARGV) do
    local r = load(path)
    if r then
        redis.call('LREM', r.st == 'q' and Q or P, 0, r.ticket) -- and copies made by hand
        redis.call('ZREM', L, path)
        redis.call('HDEL', J, path)
        count('completed')
        cancelled = cancelled + 1
    end
end
return cancelled
