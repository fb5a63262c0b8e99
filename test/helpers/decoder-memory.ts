import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'

/** What comes from a server: `head` once, then `unit` so many times, `perPiece` of them at once. */
export interface Feed {
  readonly head: string
  readonly unit: string
  readonly times: number
  readonly perPiece: number
}

const CHILD = `
  const { Decoder } = require(process.argv[1])
  const kept = []
  const keep = (value) => void kept.push(value)
  const decode = ({ head, unit, times, perPiece }) => {
    kept.length = 0
    const typed = { 36: Buffer, 43: Buffer, 58: String }
    const decoder = new Decoder({ getTypeMapping: () => typed, onReply: keep, onErrorReply: keep, onPush: keep })
    const piece = (bytes) => decoder.write(Buffer.from(new Uint8Array(Buffer.from(bytes, 'latin1'))))
    if (head) piece(head)
    for (let at = 0; at < times; at += perPiece) piece(unit.repeat(Math.min(perPiece, times - at)))
  }
  require('node:stream/consumers').json(process.stdin).then((feeds) => {
    for (const feed of feeds) {
      // ioredis ends the connection where its decoder makes no sense of something.
      try { decode(feed) } catch {}
    }
    // Not maxRSS, in which the process that this one was forked from counts, too.
    const most = /^VmHWM:\\s+(\\d+) kB$/m.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'))
    process.stdout.write(String(most[1] * 1024))
  })
`

/** The most memory, bytes, that a process of its own takes which hands ioredis's decoder all of these, one after the other. */
export async function decoderMemory(feeds: readonly Feed[]): Promise<number> {
  const decoder = createRequire(import.meta.url).resolve('ioredis/built/resp/decoder.js')
  // What was let go counts as well until it is collected: that is put off for as long as there is room.
  const limit = '--max-old-space-size=200'
  const child = spawn(process.execPath, [limit, '-e', CHILD, decoder], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(feeds))
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (!/^\d+$/.test(said)) throw new Error('the decoder did not come to an end')
  return Number(said)
}
