-- FAIL: stores why a run failed; never touches the result.
-- ARGV: token (0: whoever it was, its claim is gone), error as JSON, kept for ms (0: not kept), backoff ms,
--       full path, channels of changes and outcomes.
-- Returns 1 stored, else the codes of COMMIT.
-- Atomic like COMMIT.
local function why(json)
    local e = cjson.decode(json)
    return e.Type .. ': ' .. e.Message
end

local tok = tonumber(ARGV[1])
local now_ms = math.floor(now_us() / 1000)
if tok ~= 0 then
    local refused = fence(tok)
    if refused ~= 0 then return refused end
    redis.call('HSET', M, 'tok', string.format('%.0f', tok))
end
local before = redis.call('HMGET', M, 'e', 'eexp', 'fails')
local known = before[1] and tonumber(before[2]) > now_ms and why(before[1]) or ''
local kept, backoff = tonumber(ARGV[3]), tonumber(ARGV[4])
if kept > 0 then
    redis.call('HSET', M, 'e', ARGV[2], 'eat', string.format('%.0f', now_ms),
        'eexp', string.format('%.0f', now_ms + kept))
else
    redis.call('HDEL', M, 'e', 'eat', 'eexp')
end
redis.call('HINCRBY', M, 'fails', 1)
redis.call('HSET', M, 'next', string.format('%.0f', now_ms + backoff))
keep_meta(now_ms, math.max(kept, backoff))
tell(ARGV[5], ARGV[6], ARGV[7], not before[3] or known ~= (kept > 0 and why(ARGV[2]) or ''))
return 1
