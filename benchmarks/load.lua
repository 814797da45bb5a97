-- One request, again and again; prints the run's figures as a line of JSON.
-- Arguments: METHOD PATH BODY STATUS,STATUS... The statuses, if given, are the only ones that count as right.

local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

local function accept_only(statuses)
    -- Without `response`, wrk does not hand answers to Lua at all, which is faster; so it exists only where it is needed.
    wrong = 0
    function response(status)
        if not statuses[status] then
            wrong = wrong + 1
        end
    end
end

function init(args)
    wrk.method = args[1]
    wrk.path = args[2]
    if args[3] ~= "" then
        wrk.body = args[3]
        wrk.headers["Content-Type"] = "application/json"
    end
    if args[4] ~= "" then
        local statuses = {}
        for status in string.gmatch(args[4], "%d+") do
            statuses[tonumber(status)] = true
        end
        accept_only(statuses)
    end
end

function done(summary, latency, requests)
    local wrong = summary.errors.status
    if threads[1]:get("wrong") then
        wrong = 0
        for _, thread in ipairs(threads) do
            wrong = wrong + thread:get("wrong")
        end
    end
    local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    io.write(string.format(
        '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "wrong": %d, "broken": %d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), wrong, broken))
end
