-- READ: what is known of a result, but for its body. Reads only.
-- Returns {now in ms, etag, at, soft, stale, n, g, took, hash, warn, e, eat, eexp, fails, next, body is there}.
-- One script so that the age is by one clock, Redis' own.
local m = redis.call('HMGET', M, 'etag', 'at', 'soft', 'stale', 'n', 'g', 'took', 'hash', 'warn',
    'e', 'eat', 'eexp', 'fails', 'next')
local answer = { string.format('%.0f', math.floor(now_us() / 1000)) }
for i = 1, 14 do answer[i + 1] = m[i] or '' end
answer[16] = redis.call('EXISTS', V)
return answer
