-- FINISH: acknowledges a run.
-- ARGV: full path, token, how: 'done', 'release' (put back, no attempt counted), 'again' (put back as new
--       demand), 'aside' (put back behind all others, for another worker); wake channel.
-- Returns 0 not the owner any more, 1 gone, 2 queued again.
-- Atomic because the marker disappears with the ticket: a reload that arrives now is never lost in between.
local path, tok, how = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local r = load(path)
if not r or r.st == 'q' or r.tok ~= tok then return 0 end
redis.call('LREM', P, 0, r.ticket) -- and copies made by hand
redis.call('ZREM', L, path)
local attempted = how == 'done' or how == 'again'
if attempted then count('completed') end
if how == 'done' and r.again == 0 then
    drop(path)
    return 1
end
if attempted then
    count('enqueued')
    r.stalls = 0
end
-- The run ended in order, so nobody has to be outrun: no lost token.
r.st, r.tok, r.again, r.worker, r.since = 'q', 0, 0, '-', math.floor(now_us() / 1000)
save(path, r)
if how == 'aside' then
    -- Nobody is woken: who can't run it would take it again at once.
    redis.call('LPUSH', Q, r.ticket)
    return 2
end
redis.call('RPUSH', Q, r.ticket)
redis.call('PUBLISH', ARGV[4], '1')
return 2
