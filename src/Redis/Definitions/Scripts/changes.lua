-- CHANGES: what a reader at a revision has missed. Reads only.
-- KEYS: definitions, scripts, meta, changes. ARGV: the reader's epoch, its revision.
-- Returns {epoch or '', revision, 'same'} | {.., 'some', path, stored or '', ...} | {.., 'all', path, stored, ...}.
-- One script so that the definitions belong to the revision.
local meta = redis.call('HMGET', KEYS[3], 'epoch', 'rev')
local epoch, revision, known = meta[1] or '', tonumber(meta[2] or '0') or 0, tonumber(ARGV[2])
local answer = { epoch, string.format('%.0f', revision), 'same' }
if epoch == ARGV[1] and revision == known then return answer end
if epoch == ARGV[1] and known > 0 then
    local seen, reached = {}, false
    local paths = {}
    for _, change in ipairs(redis.call('LRANGE', KEYS[4], 0, 999)) do
        local split = string.find(change, '\n', 1, true)
        if tonumber(string.sub(change, 1, split - 1)) <= known then
            reached = true
            break
        end
        local path = string.sub(change, split + 1)
        if not seen[path] then
            seen[path] = true
            paths[#paths + 1] = path
        end
    end
    if reached then
        answer[3] = 'some'
        for _, path in ipairs(paths) do
            answer[#answer + 1] = path
            answer[#answer + 1] = redis.call('HGET', KEYS[1], path) or ''
        end
        return answer
    end
end
answer[3] = 'all'
for _, entry in ipairs(redis.call('HGETALL', KEYS[1])) do answer[#answer + 1] = entry end
return answer
