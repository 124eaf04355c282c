-- RELOAD: notes that a reload with this value was begun, what floor it has, or that it is done; each value of an
-- owner counts once.
-- KEYS: hash of owners. ARGV: owner, value, done (0|1), floor (0: none yet).
-- Returns {state, floor}: 0 begun now, 1 begun before and not done, 2 done before. The floor is the one of its demand:
--       results of runs claimed before it are older than the reload, also when it is resumed. 0: not asked for yet.
-- Atomic because of two that begin with the same value only one may.
local state, floor = 0, ARGV[4]
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored then
    local done, noted, value = string.match(stored, '^(%d)|(%d+)|(.*)$')
    if value == ARGV[2] then
        state = done == '1' and 2 or 1
        if floor == '0' then floor = noted end
        if state == 2 then return { 2, tonumber(floor) } end
    end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. '|' .. floor .. '|' .. ARGV[2])
return { state, tonumber(floor) }
