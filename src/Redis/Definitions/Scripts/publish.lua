-- PUBLISH: stores one definition, or removes it when the header is ''.
-- KEYS: definitions, scripts, meta, changes, removals, demands.
-- ARGV: path, header JSON or '', script, channel, owes (1: a run has to be asked for next), pool, full path of the run
--       without parameters.
-- A definition is stored as 'revision since\nheader'; since: when its path began, in ms, 0: unknown.
-- Returns {revision, changed (0|1), revision of the whole set before, pool that it has left or ''}; nothing is written
--       when the same is stored already.
-- A removal, and a move to another pool, leaves a note 'pool/path': jobs there, and the results of what is gone,
-- go next, in other slots, and who publishes may die before that.
-- Atomic because a reader must find header and script of one revision, and every revision in the list of changes.
local defs, scripts, meta, changes = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local stored = redis.call('HGET', defs, ARGV[1])
local revision = tonumber(redis.call('HGET', meta, 'rev') or '0') or 0
local before = revision
local time = redis.call('TIME')
local now_ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
-- A path that is new in a complete set has no older lists; in a set that comes back after a loss it may have.
local since = redis.call('HEXISTS', meta, 'epoch') == 1 and now_ms or 0
if ARGV[2] == '' then
    if not stored then return { revision, 0, before, '' } end
elseif stored then
    local split = string.find(stored, '\n', 1, true)
    if string.sub(stored, split + 1) == ARGV[2] and redis.call('HGET', scripts, ARGV[1]) == ARGV[3] then
        return { tonumber(string.match(stored, '^%d+')), 0, before, '' }
    end
    since = tonumber(string.match(stored, '^%d+ (%d+)\n') or '0')
end
local left = ''
if ARGV[2] ~= '' and stored then
    local ok, was = pcall(cjson.decode, string.sub(stored, string.find(stored, '\n', 1, true) + 1))
    if ok and type(was) == 'table' and type(was.workerPool) == 'string' and was.workerPool ~= ARGV[6] then
        left = was.workerPool
    end
end
-- Never below what was once handed out, also after a loss of data: demand compares revisions.
revision = math.max(revision + 1, now_ms)
redis.call('HSET', meta, 'rev', string.format('%.0f', revision))
if ARGV[2] == '' then
    redis.call('HDEL', defs, ARGV[1])
    redis.call('HDEL', scripts, ARGV[1])
    redis.call('HSET', KEYS[5], ARGV[6] .. '/' .. ARGV[1], ARGV[7])
else
    redis.call('HSET', defs, ARGV[1], string.format('%.0f %.0f', revision, since) .. '\n' .. ARGV[2])
    redis.call('HSET', scripts, ARGV[1], ARGV[3])
    redis.call('HDEL', KEYS[5], ARGV[6] .. '/' .. ARGV[1])
    if left ~= '' then redis.call('HSET', KEYS[5], left .. '/' .. ARGV[1], ARGV[7]) end
end
-- A run is asked for in another slot; who dies before that leaves a note.
if ARGV[5] == '1' then
    redis.call('HSET', KEYS[6], ARGV[1], string.format('%.0f', revision))
else
    redis.call('HDEL', KEYS[6], ARGV[1])
end
redis.call('LPUSH', changes, string.format('%.0f', revision) .. '\n' .. ARGV[1])
redis.call('LTRIM', changes, 0, 999)
redis.call('PUBLISH', ARGV[4], '1')
return { revision, 1, before, left }
