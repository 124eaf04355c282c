-- TOUCH: a parameter set is still asked for. One that isn't known any more stays so: its generator or its place is
-- gone, and whoever asks for it next has to be admitted.
-- KEYS: zset of full paths by the time they were last asked for. ARGV: full path.
-- Returns 1 noted, 0 not known.
-- Atomic because the set may be going at this very moment, and must not be brought back.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
local now = redis.call('TIME')
redis.call('ZADD', KEYS[1], string.format('%.0f', tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)), ARGV[1])
return 1
