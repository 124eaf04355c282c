-- FLOOR: draws a token when the job of a full path is running.
-- ARGV: full path.
-- Returns the token, or 0 when none is: results of runs claimed before it can be refused.
-- Atomic because no claim of the path may come between looking and drawing.
local r = load(ARGV[1])
if not r or r.st == 'q' then return 0 end
return draw_token(now_us())
