import type { Redis } from 'ioredis'

export const STREAM = 'bench:recovery'
export const GROUP = 'workers'
export const HOLDERS = Array.from({ length: 50 }, (_, at) => `dead-${String(at + 1).padStart(2, '0')}`)

const BATCH = 5_000

/** Adds entries `from` to `to`, one a millisecond from ARGV[3] on, and puts them on the pending lists in runs of 20. */
const HOLD = `
for first = tonumber(ARGV[1]), tonumber(ARGV[2]), 20 do
  local ids = {}
  for n = first, math.min(first + 19, tonumber(ARGV[2])) do
    ids[#ids + 1] = redis.call('XADD', KEYS[1], string.format('%.0f-0', ARGV[3] + n), 'order', 'ORD-' .. n, 'total', n % 977)
  end
  for _, option in ipairs({ 'TIME', ARGV[4], 'RETRYCOUNT', 1 + first / 20 % 5, 'FORCE', 'JUSTID' }) do ids[#ids + 1] = option end
  redis.call('XCLAIM', KEYS[1], ARGV[5], string.format('dead-%02d', 1 + first / 20 % 50), 0, unpack(ids))
end`

/** A stream whose entries all are pending, over fifty consumers that died half an hour ago, delivered one to five times. */
export async function seedRecovery(client: Redis, entries: number): Promise<void> {
  const epoch = Date.now() - 6 * 3_600_000
  const idleSince = Date.now() - 30 * 60_000
  await client.call('XGROUP', 'CREATE', STREAM, GROUP, `${epoch + entries - 1}-0`, 'MKSTREAM')
  for (let from = 0; from < entries; from += BATCH) {
    const to = Math.min(from + BATCH, entries) - 1
    await client.eval(HOLD, 1, STREAM, from, to, epoch, idleSince, GROUP)
  }
}
