import { Worker } from 'node:worker_threads'
import bcryptSource from 'bcrypt-pbkdf/index.js?raw'

export interface Derivation {
  readonly passphrase: string
  readonly salt: Uint8Array
  /** As the key's file has it: any number. */
  readonly rounds: number
  /** In bytes. */
  readonly length: number
}

export interface DeriveOptions {
  readonly limitMs?: number
  readonly signal?: AbortSignal
}

/** More than 500 rounds on a slow machine; `ssh-keygen` makes 16 or 24. */
const LIMIT_MS = 30_000
const MEMORY = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8, codeRangeSizeMb: 8, stackSizeMb: 1 }

/** The library that ssh2 itself brings and derives by, as it is, with Node's own SHA-512, which takes a tenth of the time. */
const CODE = `
const { createHash } = require('node:crypto')
const { parentPort, workerData } = require('node:worker_threads')
const crypto_hash = (out, data, length) => { out.set(createHash('sha512').update(data.subarray(0, length)).digest()) }
const library = { exports: {} }
;(function (require, module) {
${bcryptSource}
})(() => ({ lowlevel: { crypto_hash } }), library)
const { passphrase, salt, rounds, length } = workerData
const key = new Uint8Array(length)
const failed = library.exports.pbkdf(passphrase, passphrase.length, salt, salt.length, key, key.length, rounds) !== 0
parentPort.postMessage(failed ? null : key)
`

/**
 * bcrypt_pbkdf, which is slow on purpose: on a thread of its own, with bounded memory, and ended when its time is up. `slow`: it was;
 * `unreadable`: there is no such key. Throws the signal's reason.
 */
export async function deriveKey(
  { passphrase, salt, rounds, length }: Derivation,
  { limitMs = LIMIT_MS, signal }: DeriveOptions = {},
): Promise<Uint8Array | 'slow' | 'unreadable'> {
  signal?.throwIfAborted()
  const worker = new Worker(CODE, {
    eval: true,
    env: {},
    execArgv: [],
    resourceLimits: MEMORY,
    workerData: { passphrase: new Uint8Array(Buffer.from(passphrase)), salt: new Uint8Array(salt), rounds, length },
  })
  let leave = (): void => undefined
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve, reject) => {
      leave = () => reject(signal?.reason as Error)
      timer = setTimeout(() => resolve('slow'), limitMs)
      signal?.addEventListener('abort', leave, { once: true })
      worker.once('message', (key: Uint8Array | null) => resolve(key ?? 'unreadable'))
      // Its memory is up, or it could not even begin.
      worker.once('error', () => resolve('unreadable'))
      worker.once('exit', () => resolve('unreadable'))
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', leave)
    void worker.terminate()
  }
}
