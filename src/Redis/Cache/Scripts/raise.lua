-- RAISE: from now on runs claimed before the floor may not store; what is stored stays.
-- ARGV: floor token (0: voids none), forgive (1: also forget failures and backoff, and tell of the next outcome
--       whatever it is; with a floor not when a run of above it has stored what it came to), lost token (0, or the
--       claim of the owner that this run replaces).
-- Returns 2 when the lost run did store its result, else 1.
-- Atomic because the lost owner may be storing at this very moment.
local floor, lost = tonumber(ARGV[1]), tonumber(ARGV[3])
if lost > 0 and number('tok') == lost and number('floor') < lost then return 2 end
if number('floor') < floor then redis.call('HSET', M, 'floor', ARGV[1]) end
if ARGV[2] == '1' and (floor == 0 or number('tok') <= floor) then
    redis.call('HDEL', M, 'fails', 'next')
    redis.call('HSET', M, 'anew', '1')
end
keep_meta(math.floor(now_us() / 1000), 0)
return 1
