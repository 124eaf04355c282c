-- DELETE: all that is known of a full path goes, because its generator or its place went.
-- ARGV: full path, channels of changes, outcomes and clearings.
-- Returns 1.
-- Atomic because the token that is told must be above that of every result deleted.
local tok = math.max(now_us(), number('tok') + 1)
redis.call('DEL', M, V, Z)
redis.call('PUBLISH', ARGV[4], string.format('%.0f', tok) .. ' ' .. ARGV[1])
-- Not by tell: on Garnet a HDEL of a hash deleted by the same script leaves a name without a key in KEYS.
redis.call('PUBLISH', ARGV[2], ARGV[1])
redis.call('PUBLISH', ARGV[3], ARGV[1])
return 1
