-- SWEEP: any worker, at most once per interval: takes back what dead workers held and mends what hands broke.
-- ARGV: interval, grace, lease (microseconds), most to take back, most stalls, wake channel.
-- Returns {} when it was not due, else {taken back, removed by hand, mended, then full path and token of each poison
--       job}. It stays, the sweeper's own under that token, until it is acknowledged: an answer that is lost, or a
--       sweeper that dies before it has told of it, leaves it to the next sweep after a lease.
-- Atomic so that a job moves exactly once and a renewing owner can't be robbed between looking and moving.
local interval, grace, lease, limit, stalls_allowed =
    tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local now = now_us()
local last = tonumber(redis.call('HGET', C, 'sweep') or '0') or 0
if now - last < interval and now >= last then return {} end
redis.call('HSET', C, 'sweep', string.format('%.0f', now))

-- Nobody swept for long: Redis or every worker was away, and live owners need time to beat again.
if last > 0 and now - last > 5 * interval then
    for _, path in ipairs(redis.call('ZRANGE', L, 0, -1)) do
        redis.call('ZADD', L, string.format('%.0f', now + lease), path)
    end
    return { 0, 0, 0 }
end

-- Every job that leaves counts, so that enqueued less completed and dropped is what there is.
local function forget(path)
    drop(path)
    count('dropped')
end

local running = {}
for _, ticket in ipairs(redis.call('LRANGE', P, 0, -1)) do running[ticket] = true end

local answer, retaken, removed, mended = {}, 0, 0, 0
local expired = redis.call('ZRANGEBYSCORE', L, '-inf', string.format('%.0f', now - grace), 'LIMIT', 0, limit)
for _, path in ipairs(expired) do
    redis.call('ZREM', L, path)
    local r = load(path)
    if r and r.st ~= 'q' then
        if not running[r.ticket] then
            forget(path)
            removed = removed + 1
        else
            -- Claimed but never begun: the claim's answer was lost, the script is not to blame.
            if r.st == 'r' then r.stalls = r.stalls + 1 end
            if r.stalls > stalls_allowed then
                r.st, r.tok, r.worker = 'r', draw_token(now), '-'
                save(path, r)
                redis.call('ZADD', L, string.format('%.0f', now + lease), path)
                answer[#answer + 1] = path
                answer[#answer + 1] = string.format('%.0f', r.tok)
            else
                redis.call('LREM', P, 0, r.ticket) -- and copies made by hand
                running[r.ticket] = nil
                -- Asked for once more meanwhile: what the lost run may have stored is not what was asked for.
                if r.again == 1 then r.tok, r.again = 0, 0 end
                -- It waits from now: until now it ran, for all that anybody knew.
                r.st, r.worker, r.since = 'q', '-', math.floor(now / 1000)
                save(path, r)
                redis.call('RPUSH', Q, r.ticket)
                retaken = retaken + 1
            end
        end
    end
end

-- Entries without a lease: adopt them, give them one lease; what is no ticket goes.
for ticket in pairs(running) do
    local path, unknown = path_of(ticket)
    local r = path and load(path)
    if unknown then
        -- For the workers that know its schema.
    elseif not path or (r and (r.st == 'q' or r.ticket ~= ticket)) then
        redis.call('LREM', P, 0, ticket)
        mended = mended + 1
    elseif not r or not redis.call('ZSCORE', L, path) then
        if not r then
            save(path, { st = 'c', tok = draw_token(now), want = 0, since = math.floor(now / 1000), stalls = 0,
                again = 0, worker = '-', ticket = ticket })
            count('enqueued')
        end
        redis.call('ZADD', L, string.format('%.0f', now + lease), path)
        mended = mended + 1
    end
end

-- Leases without an entry: somebody took the job out by hand.
for _, path in ipairs(redis.call('ZRANGE', L, 0, -1)) do
    local r = load(path)
    if not r or r.st == 'q' then
        redis.call('ZREM', L, path)
    elseif not running[r.ticket] then
        forget(path)
        removed = removed + 1
    end
end

-- Markers without a ticket and tickets without a marker; looked for only when the numbers don't add up.
if redis.call('HLEN', J) ~= redis.call('LLEN', Q) + redis.call('LLEN', P) then
    local queued = {}
    for _, ticket in ipairs(redis.call('LRANGE', Q, 0, -1)) do queued[ticket] = true end
    for _, path in ipairs(redis.call('HKEYS', J)) do
        local r = load(path)
        if not r or (r.st == 'q' and not queued[r.ticket]) or (r.st ~= 'q' and not running[r.ticket]) then
            forget(path)
            mended = mended + 1
        end
    end
    for ticket in pairs(queued) do
        local path, unknown = path_of(ticket)
        local r = path and load(path)
        if unknown then
            -- Likewise.
        elseif not path or (r and (r.st ~= 'q' or r.ticket ~= ticket)) then
            redis.call('LREM', Q, 0, ticket)
            mended = mended + 1
        elseif not r then
            save(path, { st = 'q', tok = 0, want = 0, since = math.floor(now / 1000), stalls = 0, again = 0,
                worker = '-', ticket = ticket })
            count('enqueued')
            mended = mended + 1
        end
    end
end

-- The times of the queued, made anew when the key was lost; what has no marker has left.
if redis.call('ZCARD', W) + redis.call('ZCARD', L) ~= redis.call('HLEN', J) then
    redis.call('DEL', W)
    for _, path in ipairs(redis.call('HKEYS', J)) do
        local r = load(path)
        if r and r.st == 'q' then redis.call('ZADD', W, string.format('%.0f', r.since), path) end
    end
end

if retaken > 0 then
    count('reaped', retaken)
    redis.call('PUBLISH', ARGV[6], '1')
end
if removed + mended > 0 then count('mended', removed + mended) end
table.insert(answer, 1, mended)
table.insert(answer, 1, removed)
table.insert(answer, 1, retaken)
return answer
