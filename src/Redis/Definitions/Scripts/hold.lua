-- HOLD: there is one publisher per store; two would remove each other's definitions.
-- KEYS: definitions' meta. ARGV: who, a word for people, ms that a silent one keeps it, leave (0|1).
-- Returns '' when it is held by the caller (or left), else the other's word.
-- Atomic because of two that find nobody only one may go on.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local who, at, word = string.match(redis.call('HGET', KEYS[1], 'publisher') or '', '^([^|]+)|(%d+)|(.*)$')
if who and who ~= ARGV[1] and now - tonumber(at) < tonumber(ARGV[3]) then
    return ARGV[4] == '1' and '' or word
end
if ARGV[4] == '1' then
    if who == ARGV[1] then redis.call('HDEL', KEYS[1], 'publisher') end
else
    redis.call('HSET', KEYS[1], 'publisher', ARGV[1] .. '|' .. string.format('%.0f', now) .. '|' .. ARGV[2])
end
return ''
