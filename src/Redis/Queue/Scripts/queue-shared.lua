-- Shared by the queue's scripts. KEYS are always the same six:
--   Q pending list, P processing list, J jobs hash, L lease zset, C control hash, W zset of the queued by since.
-- J holds, per full path, 'state|token|want|since|stalls|again|worker' and the ticket on the next line:
--   state q queued, c claimed, r running (a beat came); token of the claim; when queued, of the lost one
--   that the next only repeats, else 0;
--   want = the definition revision that the demand asks for; since = waiting or put back since, in ms;
--   worker = who runs it; of a queued one when its ticket was last looked for, in ms, or '-';
--   stalls = lost leases so far; again = 1 when one more run is wanted after this one.
-- Time is Redis' own. A token is in microseconds and never repeats or falls, also after a loss of data.
local Q, P, J, L, C, W = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]

local function now_us()
    local t = redis.call('TIME')
    return tonumber(t[1]) * 1000000 + tonumber(t[2])
end

local function load(path)
    local raw = redis.call('HGET', J, path)
    if not raw then return nil end
    local st, tok, want, since, stalls, again, worker, ticket =
        string.match(raw, '^(%a)|(%d+)|(%d+)|(%d+)|(%d+)|(%d+)|([^\n]*)\n(.*)$')
    if not st then return nil end
    return { st = st, tok = tonumber(tok), want = tonumber(want), since = tonumber(since),
        stalls = tonumber(stalls), again = tonumber(again), worker = worker, ticket = ticket }
end

local function save(path, r)
    redis.call('HSET', J, path, string.format('%s|%.0f|%.0f|%.0f|%.0f|%.0f|%s\n%s',
        r.st, r.tok, r.want, r.since, r.stalls, r.again, r.worker, r.ticket))
    -- The lists' order doesn't tell who waits longest: reloads and jobs put back go to the front.
    if r.st == 'q' then
        redis.call('ZADD', W, string.format('%.0f', r.since), path)
    else
        redis.call('ZREM', W, path)
    end
end

local function drop(path)
    redis.call('HDEL', J, path)
    redis.call('ZREM', L, path)
    redis.call('ZREM', W, path)
end

local function draw_token(now)
    local last = tonumber(redis.call('HGET', C, 'seq') or '0') or 0
    local tok = math.max(now, last + 1)
    redis.call('HSET', C, 'seq', string.format('%.0f', tok))
    return tok
end

local function count(name, by)
    redis.call('HINCRBY', C, name, by or 1)
end

-- The full path of a ticket, or nil when it is not one of ours. With it, whether the ticket has a schema that isn't
-- known here: it is for a newer build, and left alone. One made by hand needs none.
local function path_of(ticket)
    local ok, job = pcall(cjson.decode, ticket)
    if not ok or type(job) ~= 'table' then return nil, false end
    local given = type(job.schema) == 'number' or type(job.schema) == 'string'
    if given and job.schema ~= 1 then return nil, true end
    if type(job.full_path) ~= 'string' or string.sub(job.full_path, 1, 9) ~= '/targets/' then return nil, false end
    return job.full_path, false
end
