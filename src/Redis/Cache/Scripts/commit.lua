-- COMMIT: stores a result, in the order of the claims.
-- ARGV: token (0: a fresh one, for lists that no worker makes), etag, body ('' asks whether it is needed), gzipped
--       body or '', fresh ms, stale ms, kept for ms (0 = for ever), targets, groups, took ms, definition hash,
--       warnings as JSON, full path, channels of changes and outcomes.
-- Returns 1 stored, 0 stored and the body was there already, 3 send the body, 2 this run's own write again,
--       -1 a newer run has written, -2 a reload or a change of the definition came after this run's claim.
-- Atomic because the test of the token and the write are one: a late run can't replace a newer result.
local now, tok = now_us(), tonumber(ARGV[1])
local now_ms = math.floor(now / 1000)
if tok == 0 then tok = math.max(now, number('tok') + 1, number('floor') + 1) end
local refused = fence(tok)
if refused ~= 0 then return refused end

local held = redis.call('EXISTS', V) == 1
local known = redis.call('HMGET', M, 'etag', 'chg', 'at')
local same = held and known[1] == ARGV[2]
if not same and ARGV[3] == '' then return 3 end
local before = redis.call('HMGET', M, 'n', 'hash', 'fails', 'e')
local another = not held or before[1] ~= ARGV[8] or before[2] ~= ARGV[11] or before[3] or before[4]
if not same then
    redis.call('SET', V, ARGV[3])
    if ARGV[4] == '' then redis.call('DEL', Z) else redis.call('SET', Z, ARGV[4]) end
end

local kept = tonumber(ARGV[7])
if kept == 0 then kept = 315360000000 end -- ten years: every payload key has a TTL, so it can be evicted
local expires = string.format('%.0f', now_ms + kept)
redis.call('PEXPIREAT', V, expires)
redis.call('PEXPIREAT', Z, expires)
local token = string.format('%.0f', tok)
-- A record of before there was 'chg' says at least since when its list is the same.
local chg = known[1] == ARGV[2] and (known[2] or known[3]) or string.format('%.0f', now_ms)
redis.call('HSET', M, 'tok', token, 'rtok', token, 'etag', ARGV[2], 'at', string.format('%.0f', now_ms),
    'soft', ARGV[5], 'stale', ARGV[6], 'n', ARGV[8], 'g', ARGV[9], 'took', ARGV[10], 'hash', ARGV[11],
    'warn', ARGV[12], 'chg', chg)
redis.call('HDEL', M, 'e', 'eat', 'eexp', 'fails', 'next')
keep_meta(now_ms, kept)
tell(ARGV[13], ARGV[14], ARGV[15], another)
return same and 0 or 1
