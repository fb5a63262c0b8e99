import { createHmac } from 'node:crypto'

/**
 * What a webhook is signed with: `t=<seconds since 1970>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>` by the destination's
 * own key. Whoever gets it compares both, and drops what is older than some minutes.
 */
export function signatureOf(key: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000)
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`
}
