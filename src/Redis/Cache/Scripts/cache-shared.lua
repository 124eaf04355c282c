-- Shared by the scripts of the results. KEYS are always the same three: M meta hash, V body, Z gzipped body.
-- M holds: tok and floor (tokens of the queue: results are accepted only in their order and above the floor);
--   rtok etag at chg soft stale n g took hash warn (the last good result, with its own token; times in ms, chg is
--   when its ETag was another one last);
--   e eat eexp (the error); fails next (consecutive failures, and when the next try is due);
--   anew (somebody waits for the next outcome); cleared (token of the last reload: a result that is gone and isn't older was lost, not cleared).
local M, V, Z = KEYS[1], KEYS[2], KEYS[3]

local function now_us()
    local t = redis.call('TIME')
    return tonumber(t[1]) * 1000000 + tonumber(t[2])
end

local function number(field)
    return tonumber(redis.call('HGET', M, field) or '0') or 0
end

-- 0 when a write with this token may go on, else the code that refuses it.
local function fence(tok)
    if tok <= number('floor') then return -2 end
    local stored = number('tok')
    if tok < stored then return -1 end
    if tok == stored then return 2 end
    return 0
end

-- Servers hear of every write; the operator, which shows outcomes and not runs, only of another outcome.
local function tell(path, changes, outcomes, another)
    redis.call('PUBLISH', changes, path)
    if redis.call('HDEL', M, 'anew') == 1 or another then redis.call('PUBLISH', outcomes, path) end
end

-- The meta outlives what it speaks of, and a floor every run that it has to outlive (runs last an hour at most).
local function keep_meta(now_ms, ms)
    local least = now_ms + math.max(ms, 7200000)
    local left = redis.call('PTTL', M)
    if left < 0 or now_ms + left < least then redis.call('PEXPIREAT', M, string.format('%.0f', least)) end
end
