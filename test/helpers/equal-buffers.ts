import { expect } from 'vitest'

const ADDED = Symbol.for('sluice.equal-buffers')

/** Undefined: not two buffers, and so not for this to say. */
function equalBuffers(a: unknown, b: unknown): boolean | undefined {
  return Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : undefined
}

// `toEqual` goes through buffers byte by byte: a second for half a mebibyte. Files of one worker share what is added here.
if (!(ADDED in globalThis)) {
  Object.defineProperty(globalThis, ADDED, { value: true })
  expect.addEqualityTesters([equalBuffers])
}
