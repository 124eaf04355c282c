-- READ: what is known of a result, but for its body. Reads only.
-- Returns {now in ms, etag, at, soft, stale, n, g, took, hash, warn, e, eat, eexp, fails, next, rtok, cleared,
--       ms that the body is still kept: -1 for ever, -2 it is gone, chg}.
-- One script so that the age is by one clock, Redis' own.
local m = redis.call('HMGET', M, 'etag', 'at', 'soft', 'stale', 'n', 'g', 'took', 'hash', 'warn',
    'e', 'eat', 'eexp', 'fails', 'next', 'rtok', 'cleared', 'chg')
local answer = { string.format('%.0f', math.floor(now_us() / 1000)) }
for i = 1, 16 do answer[i + 1] = m[i] or '' end
answer[18] = string.format('%.0f', redis.call('PTTL', V))
answer[19] = m[17] or ''
return answer
