-- RELOAD: notes that a reload with this value was begun, or is done; each value of an owner counts once.
-- KEYS: hash of owners. ARGV: owner, value, done (0|1).
-- Returns {state, floor}: 0 begun now, 1 begun before and not done, 2 done before. The floor is drawn at the
--       beginning: results of runs claimed before it are older than the reload, also when it is resumed.
-- Atomic because of two that begin with the same value only one may.
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored then
    local done, floor, value = string.match(stored, '^(%d)|(%d+)|(.*)$')
    if value == ARGV[2] then
        if done == '0' and ARGV[3] == '1' then redis.call('HSET', KEYS[1], ARGV[1], '1|' .. floor .. '|' .. value) end
        return { done == '1' and 2 or 1, tonumber(floor) }
    end
end
local time = redis.call('TIME')
local floor = string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]))
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. '|' .. floor .. '|' .. ARGV[2])
return { 0, tonumber(floor) }
