-- CLAIM: moves the oldest ticket to the processing list under a lease.
-- ARGV: worker, lease in microseconds, most tickets to look at.
-- Returns {} when there is nothing to do, else {full path, ticket, token, wanted revision, stalls,
--       token of the lost claim that this one only repeats, or 0, pending left}.
-- Atomic because a ticket in the processing list and its owner and deadline must never be seen apart.
local worker, lease = ARGV[1], tonumber(ARGV[2])
for _ = 1, tonumber(ARGV[3]) do
    local ticket = redis.call('LMOVE', Q, P, 'RIGHT', 'LEFT')
    if not ticket then return {} end
    local now = now_us()
    local path = path_of(ticket)
    local r = path and load(path)
    if not path then
        redis.call('LREM', P, 1, ticket)
        count('bad')
    elseif r and (r.st ~= 'q' or r.ticket ~= ticket) then
        -- A copy pushed by hand or by a late command: the job itself is elsewhere, never run it twice at once.
        redis.call('LREM', P, 1, ticket)
        count('duplicate')
    else
        if not r then
            r = { tok = 0, want = 0, since = math.floor(now / 1000), stalls = 0, again = 0, ticket = ticket }
            count('enqueued')
        end
        local lost = r.tok
        r.st, r.tok, r.worker = 'c', draw_token(now), worker
        save(path, r)
        redis.call('ZADD', L, string.format('%.0f', now + lease), path)
        return { path, ticket, string.format('%.0f', r.tok), string.format('%.0f', r.want), r.stalls,
            string.format('%.0f', lost), redis.call('LLEN', Q) }
    end
end
return {}
