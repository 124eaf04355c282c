-- ADMIT: a generator keeps a bounded number of parameter sets; a new one may take the place of the one longest
-- not asked for.
-- KEYS: zset of full paths by the time they were last asked for. ARGV: full path, most, ms that make one idle.
-- Returns {1} known or taken in, {1, evicted full path}, or {0}: refused.
-- Atomic because two new sets must not both take the last place.
local now = redis.call('TIME')
local now_ms = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
local score = string.format('%.0f', now_ms)
if redis.call('ZSCORE', KEYS[1], ARGV[1]) or redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[2]) then
    redis.call('ZADD', KEYS[1], score, ARGV[1])
    return { 1 }
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if now_ms - tonumber(oldest[2]) < tonumber(ARGV[3]) then return { 0 } end
redis.call('ZREM', KEYS[1], oldest[1])
redis.call('ZADD', KEYS[1], score, ARGV[1])
return { 1, oldest[1] }
