-- ENQUEUE: at most one job per full path, queued or running; more demand raises what is there.
-- ARGV: full path, ticket, wanted revision, reload (0|1), longest queue, wake channel, ms after which a queued
--       job's ticket is looked for again.
-- Returns {code, floor token, pending}: 0 full, 1 enqueued, 2 already queued, 3 healed, 4 runs again afterwards,
--       5 running. With reload the floor is a fresh token: results of runs claimed before it are void.
-- Atomic because looking and pushing are the dedupe: apart, two servers both see "none".
local path, ticket, want, reload = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local now = now_us()
local r = load(path)
local pending = redis.call('LLEN', Q)

if not r then
    if pending >= tonumber(ARGV[5]) and not reload then return { 0, 0, pending } end
    local floor = draw_token(now)
    save(path, { st = 'q', tok = 0, want = want, since = math.floor(now / 1000), stalls = 0, again = 0,
        worker = '-', ticket = ticket })
    redis.call(reload and 'RPUSH' or 'LPUSH', Q, ticket)
    count('enqueued')
    -- Workers that look at an empty queue have to hear of it, and those that left the rest to others.
    if redis.call('HDEL', C, 'held') == 1 or pending == 0 then redis.call('PUBLISH', ARGV[6], '1') end
    return { 1, floor, pending + 1 }
end

local floor = 0
if reload then floor = draw_token(now) end

-- A ticket says what its asker had seen, and a newer result spares its run. Whoever reloads wants one in any case, so
-- the job is theirs from now on.
local before = r.ticket
if reload then r.ticket = ticket end

if r.st == 'q' then
    -- Newer demand than what a lost run ran for: its result, if it stored one, does not spare this run.
    if reload or want > r.want then
        r.want, r.tok = math.max(want, r.want), 0
        save(path, r)
    end
    -- Looking through the list takes as long as the list is: once per path and that time, however many ask.
    local looked = tonumber(r.worker) or r.since
    local is_due = pending == 0 or now / 1000 - looked > tonumber(ARGV[7])
    if reload or is_due then
        if not redis.call('LPOS', Q, before) then
            r.worker = '-'
            save(path, r)
            redis.call('RPUSH', Q, r.ticket)
            count('healed')
            redis.call('PUBLISH', ARGV[6], '1')
            return { 3, floor, pending + 1 }
        end
        if reload then
            -- To the front, and workers that left the rest to others hear of it: a reloaded path has no list until it has run.
            redis.call('RPUSH', Q, ticket)
            redis.call('LREM', Q, 1, before)
            if redis.call('HDEL', C, 'held') == 1 then redis.call('PUBLISH', ARGV[6], '1') end
        end
        if is_due then
            r.worker = string.format('%.0f', now / 1000)
            save(path, r)
        end
    end
    return { 2, floor, pending }
end

if reload or want > r.want then
    r.again = 1
    if want > r.want then r.want = want end
    save(path, r)
    if reload then
        local at = redis.call('LPOS', P, before)
        if at then redis.call('LSET', P, at, ticket) end
        -- Its owner may stop it at once instead of at its next beat.
        redis.call('PUBLISH', ARGV[6], 'superseded')
    end
    return { 4, floor, pending }
end
return { 5, floor, pending }
