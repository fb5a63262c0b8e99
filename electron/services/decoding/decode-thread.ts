import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { WORKER_LIMITS, type DecodeFaultData, type DecodeLimits } from '../../../shared/decode/budget'
import type { Decoded, DecodeRequest } from '../../../shared/decode/chain'
import { createFairQueue } from './fair-queue'
import type { Ready, Told, WorkerTask } from './worker-message'

/** Whose a value is, and how much is done for it. */
export interface DecodeTurn {
  /** Those of one lane wait for each other; lanes take turns. */
  readonly lane: string
  /** Of a table, where it is one of hundreds: it waits for what somebody looks at, and may take less. */
  readonly isCell: boolean
}

export interface DecodeThread {
  /**
   * Never throws for what is in a value: what it is not, or was too much, is told as a fault; `busy` where too many of the lane wait. Throws the signal's
   * reason, at once where it was not begun.
   */
  decode(request: Omit<DecodeRequest, 'tools'>, turn: DecodeTurn, signal?: AbortSignal): Promise<Decoded>
  close(): Promise<void>
}

export interface DecodeThreadOptions {
  /** The program of the thread, bundled to one file. */
  readonly file: string
  readonly limits?: DecodeLimits
  /** How long a value may take before the thread is ended, ms: more than what it allows itself. */
  readonly endAfterMs?: number
}

/** Of the thread's heap; what it unpacks is bounded by the limits. MiB. */
const HEAP = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 }
const END_AFTER_MS = 5_000
/** A cell is given a quarter of it. */
const CELL_SHARE = 4
const CELL_LIMITS = { depth: 64, nodes: 60, unpackedBytes: 1024 * 1024, steps: 6 }
const LANE_LIMITS = { things: 64, bytes: 16 * 1024 * 1024, lanes: 64, allBytes: 128 * 1024 * 1024 }
const START_MS = 60_000

interface Waiting {
  readonly task: WorkerTask
  readonly signal: AbortSignal | undefined
  /** How long it may take before the thread is ended, ms. */
  readonly endAfterMs: number
  done(decoded: Decoded): void
  failed(error: unknown): void
}

/**
 * One thread that decodes what may take long or much, a value at a time. Where a value ends it (no time or memory left), that one is
 * told so, and the next has a new thread. It is started when first needed, and keeps no process alive.
 */
export function createDecodeThread({
  file,
  limits = WORKER_LIMITS,
  endAfterMs = END_AFTER_MS,
}: DecodeThreadOptions): DecodeThread {
  const queue = createFairQueue<Waiting>(LANE_LIMITS)
  let worker: Worker | null = null
  let isReady = false
  let current: { readonly waiting: Waiting; timer: NodeJS.Timeout } | null = null
  let numbers = 0
  let isClosed = false

  function start(): Worker {
    // By its text: inside of an application's archive there is no file that a thread could be started from.
    const made = new Worker(readFileSync(file, 'utf8'), { eval: true, resourceLimits: HEAP, env: {}, stdin: false })
    made.unref()
    isReady = false
    made.on('message', (told: Told | Ready) => {
      if (made !== worker) return
      if (told === 'ready') begin(made)
      else if (told.number === current?.waiting.task.number) finish((waiting) => waiting.done(told.decoded))
    })
    made.on('error', () => lose(made, { code: 'worker-ended' }))
    made.on('exit', () => lose(made, { code: 'worker-ended' }))
    return made
  }

  /** From now on it is the value that takes time. */
  function begin(at: Worker): void {
    isReady = true
    if (current === null) return
    clearTimeout(current.timer)
    current.timer = endAfter(at, current.waiting.endAfterMs)
  }

  function endAfter(at: Worker, ms: number): NodeJS.Timeout {
    return setTimeout(() => lose(at, { code: 'too-slow', ms }), ms)
  }

  function finish(tell: (waiting: Waiting) => void): void {
    if (current === null) return
    const { waiting, timer } = current
    clearTimeout(timer)
    current = null
    tell(waiting)
    next()
  }

  /** The thread is no more: what it was at is told why. */
  function lose(lost: Worker, fault: DecodeFaultData): void {
    if (lost !== worker) return
    worker = null
    void lost.terminate()
    finish(({ task, done }) => done(faultOf(task, fault)))
  }

  function next(): void {
    if (current !== null) return
    const waiting = queue.shift()
    if (waiting === undefined) return
    const { signal, task, failed } = waiting
    if (isClosed || signal?.aborted === true) {
      failed(signal?.aborted === true ? signal.reason : new Error('closed'))
      return next()
    }
    try {
      const at = (worker ??= start())
      current = { waiting, timer: endAfter(at, isReady ? waiting.endAfterMs : START_MS) }
      at.postMessage(task)
    } catch (error) {
      clearTimeout(current?.timer)
      current = null
      failed(error)
      next()
    }
  }

  return {
    decode: (request, { lane, isCell }, signal) =>
      new Promise((done, failed) => {
        numbers += 1
        const share = isCell ? CELL_SHARE : 1
        const given = isCell ? { ...CELL_LIMITS, ms: limits.ms / share } : limits
        const task = { number: numbers, request, limits: given }
        const waiting: Waiting = { task, signal, endAfterMs: endAfterMs / share, done, failed }
        const bytes = request.bytes.length
        if (!queue.push(lane, waiting, { bytes, first: !isCell })) return done(faultOf(task, { code: 'busy' }))
        // What nobody waits for any more takes up no room.
        signal?.addEventListener('abort', () => queue.remove(lane, waiting) && waiting.failed(signal.reason), {
          once: true,
        })
        next()
      }),
    async close() {
      isClosed = true
      const last = worker
      worker = null
      finish(({ failed }) => failed(new Error('closed')))
      next()
      await last?.terminate()
    },
  }
}

function faultOf({ request }: WorkerTask, fault: DecodeFaultData): Decoded {
  const by = request.as === 'auto' ? null : request.as
  return { chain: [], root: null, last: request.bytes, isCut: false, fault: { ...fault, by }, needsHost: null }
}
