-- CLEAR: a reload: the last good result and the error go, and runs claimed before it may not store.
-- ARGV: floor token, full path, channels of changes, outcomes and clearings, ms that the mark is kept
--       at least.
-- Returns {a result was cleared (0|1), an error was cleared (0|1)}.
-- Atomic because a result of a newer run, stored between looking and deleting, has to stay.
local floor = tonumber(ARGV[1])
local now_ms = math.floor(now_us() / 1000)
local had_error, had_result = 0, 0
-- Each by its own token: a newer run that has failed doesn't save the older result.
if number('rtok') < floor then
    had_result = redis.call('EXISTS', V)
    redis.call('DEL', V, Z)
    redis.call('HDEL', M, 'rtok', 'etag', 'at', 'soft', 'stale', 'n', 'g', 'took', 'hash', 'warn', 'chg')
end
if number('tok') < floor then
    if redis.call('HEXISTS', M, 'e') == 1 and number('eexp') > now_ms then had_error = 1 end
    redis.call('HDEL', M, 'e', 'eat', 'eexp', 'fails', 'next')
end
if number('floor') < floor then redis.call('HSET', M, 'floor', ARGV[1]) end
if number('cleared') < floor then redis.call('HSET', M, 'cleared', ARGV[1]) end
keep_meta(now_ms, tonumber(ARGV[6]))
redis.call('PUBLISH', ARGV[5], ARGV[1] .. ' ' .. ARGV[2])
tell(ARGV[2], ARGV[3], ARGV[4], true)
return { had_result, had_error }
