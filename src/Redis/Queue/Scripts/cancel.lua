-- CANCEL: forgets jobs that nobody may want any more; a running one's owner is told at its next beat.
-- ARGV: full paths.
-- Returns {how many there were, floor token, or 0 when none of them ran}: results of runs claimed before the floor
--       are of no use.
-- Atomic because a marker without its ticket would have to be mended.
local cancelled, floor = 0, 0
for _, path in ipairs(ARGV) do
    local r = load(path)
    if r then
        if r.st ~= 'q' and floor == 0 then floor = draw_token(now_us()) end
        redis.call('LREM', r.st == 'q' and Q or P, 0, r.ticket) -- and copies made by hand
        drop(path)
        count('dropped')
        cancelled = cancelled + 1
    end
end
return { cancelled, string.format('%.0f', floor) }
