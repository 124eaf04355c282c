-- CLAIM: moves the oldest ticket to the processing list under a lease.
-- ARGV: worker, lease in microseconds, most tickets to look at, the generator that crowds this worker's slots as
--       '/targets/path' or '', whether it may have one more when only its own tickets are found (0|1),
--       how many of its tickets to send to the end at most.
-- Returns {} when there is nothing to do, else {full path, ticket, token, wanted revision, stalls,
--       token of the lost claim that this one only repeats, or 0, pending left}.
-- Atomic because a ticket in the processing list and its owner and deadline must never be seen apart.
local worker, lease, tries = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local crowding, may_have_more = ARGV[4], ARGV[5] == '1'

-- Never more than once round: what is only the crowding generator's keeps its order. Tickets of a schema that isn't
-- known here are turned too, and wait for a worker that knows it.
local pending = redis.call('LLEN', Q)
local passes = crowding == '' and 0 or math.min(tonumber(ARGV[6]), pending)
local unknown = math.min(tries, pending)

-- Within the one list, so that no ticket is in the processing list without an owner even if this is cut short.
local function turn()
    redis.call('LMOVE', Q, Q, 'RIGHT', 'LEFT')
end

for _ = 1, tries + passes + unknown do
    local ticket = redis.call('LINDEX', Q, -1)
    if not ticket then return {} end
    local path, is_unknown = path_of(ticket)
    local crowds = crowding ~= '' and path and string.match(path, '^[^?]*') == crowding
    if is_unknown then
        if unknown == 0 then return {} end
        unknown = unknown - 1
        turn()
        count('unknown')
    elseif crowds and passes > 0 then
        passes = passes - 1
        turn()
    elseif crowds and not may_have_more then
        -- The next enqueue has to wake this worker, although the queue isn't empty.
        redis.call('HSET', C, 'held', 1)
        return {}
    else
        -- Behind those that run already: the head of the list has run longest, and LPOP releases it.
        redis.call('LMOVE', Q, P, 'RIGHT', 'RIGHT')
        local now = now_us()
        local r = path and load(path)
        if not path then
            redis.call('LREM', P, -1, ticket)
            count('bad')
        elseif r and (r.st ~= 'q' or r.ticket ~= ticket) then
            -- A copy pushed by hand or by a late command: the job itself is elsewhere, never run it twice at once.
            redis.call('LREM', P, -1, ticket)
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
end
return {}
