-- CLEAR: a reload: the last good result and the error go, and runs claimed before it may not store.
-- ARGV: floor token, full path, channel.
-- Returns {a result was cleared (0|1), an error was cleared (0|1)}.
-- Atomic because a result of a newer run, stored between looking and deleting, has to stay.
local floor = tonumber(ARGV[1])
local had_error, had_result = 0, 0
local expires = tonumber(redis.call('HGET', M, 'eexp') or '0') or 0
if redis.call('HEXISTS', M, 'e') == 1 and expires > now_us() / 1000 then had_error = 1 end
if number('tok') < floor then
    had_result = redis.call('EXISTS', V)
    redis.call('DEL', V, Z)
    redis.call('HDEL', M, 'etag', 'at', 'soft', 'stale', 'n', 'g', 'took', 'hash', 'warn')
    redis.call('HDEL', M, 'e', 'eat', 'eexp', 'fails', 'next')
else
    had_error = 0
end
if number('floor') < floor then redis.call('HSET', M, 'floor', ARGV[1]) end
keep_meta(math.floor(now_us() / 1000), 0)
redis.call('PUBLISH', ARGV[3], ARGV[2])
return { had_result, had_error }
