-- TOTALS: what scaling and metrics need of a pool's queue. Reads only.
-- Returns {pending, processing, age of the oldest pending job in ms, enqueued, completed, dropped, reaped, bad,
--       duplicate, mended, healed, unknown}.
-- One script so that the numbers belong to one moment.
local now = now_us() / 1000
local pending, age = redis.call('LLEN', Q), 0
if pending > 0 then
    local oldest = redis.call('ZRANGE', W, 0, 0, 'WITHSCORES')
    if oldest[2] then age = math.max(0, math.floor(now - tonumber(oldest[2]))) end
end
local c = redis.call('HMGET', C, 'enqueued', 'completed', 'dropped', 'reaped', 'bad', 'duplicate', 'mended',
    'healed', 'unknown')
local answer = { pending, redis.call('LLEN', P), age }
for i = 1, 9 do answer[#answer + 1] = tonumber(c[i] or '0') or 0 end
return answer
