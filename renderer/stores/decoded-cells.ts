import { defineStore } from 'pinia'
import { shallowRef, type ShallowRef } from 'vue'
import { bytesKey, displayBytes, fromUint8Array, toUint8Array, type Bytes } from '../../shared/bytes'
import { decodeValue } from '../../shared/decode/chain'
import type { DecoderId } from '../../shared/decode/ids'
import type { TreeNode } from '../../shared/decode/tree'
import type { DecodedValue } from '../../shared/model/decoded'
import type { Field } from '../../shared/model/entry'
import { api } from '../api/client'
import { createTimeSlices } from '../utils/time-slices'
import { useDecodings } from './decodings'
import { createLeastRecent } from './least-recent'
import { maskKey } from './mask-key'
import type { StreamTarget } from './targets'

/** A value for a row of a table; `last` where the innermost layer is no tree. */
export interface DecodedCell {
  readonly chain: readonly DecoderId[]
  readonly root: TreeNode | null
  readonly last: Bytes | null
}

/** Of one cell: small values, a few nodes of each. What takes longer stays as it is stored. */
const CELL_LIMITS = { ms: 20, depth: 64, nodes: 60, unpackedBytes: 65_536, steps: 4 }
/** Of all cells in sight together. */
const VIEW = { sliceMs: 8, pauseMs: 16, lastFirst: true, mostWaiting: 1_000 }
const CELLS_KEPT = 2_000
const MOST_ASKED = 4
const MOST_WAITING = 200
/** What was given up for now is tried anew when its cell is drawn so much later. */
const AGAIN_MS = 2_000
/** By the clock: on a machine that has much to do at that moment it says nothing of the value, which is tried so often again. */
const LATE = ['busy', 'too-slow', 'worker-ended']
const MOST_AGAIN = 2

interface Kept {
  readonly cell: ShallowRef<DecodedCell | null>
  /** All is known that will be. */
  isDone: boolean
  askedAt: number
}

/** Values of tables, decoded as their fields are, a few milliseconds at once: what is quick by the page, the rest once the host has told it. */
export const useDecodedCells = defineStore('decoded-cells', () => {
  const decodings = useDecodings()
  const cells = createLeastRecent<Kept>(CELLS_KEPT, () => undefined)
  const slices = createTimeSlices(VIEW)
  const waiting: (() => Promise<void>)[] = []
  let asked = 0

  /** Of the host: what came into sight last first. */
  function next(): void {
    const ask = asked < MOST_ASKED ? waiting.pop() : undefined
    if (ask === undefined) return
    asked += 1
    void ask().finally(() => {
      asked -= 1
      next()
    })
  }

  function askHost(kept: Kept, ask: () => Promise<DecodedValue>, before = 0): void {
    waiting.push(async () => {
      try {
        const { fault, ...told } = await ask()
        // What can't be told stays as it is stored.
        if (fault === null) kept.cell.value = told
        const isAgain = fault !== null && LATE.includes(fault.code) && before < MOST_AGAIN
        if (isAgain) setTimeout(() => askHost(kept, ask, before + 1), AGAIN_MS)
        kept.isDone = isAgain || fault?.code !== 'busy'
      } catch {
        // No host for now: it is asked again when the cell is drawn the next time.
      }
    })
    if (waiting.length > MOST_WAITING) waiting.shift()
    next()
  }

  return {
    /** Null: it is plain text or nothing known, or not told yet. */
    of(target: StreamTarget, { name, value, cut }: Field): DecodedCell | null {
      if (cut) return null
      const { as, schema } = decodings.of(target, name)
      const choice = { as, schema, name: displayBytes(name).slice(0, 200) }
      const kept = cells.get(JSON.stringify([choice, maskKey(target.connectionId), bytesKey(value)]), () => ({
        cell: shallowRef(null),
        isDone: false,
        askedAt: -AGAIN_MS,
      }))
      if (kept.isDone || kept.askedAt > performance.now() - AGAIN_MS) return kept.cell.value
      kept.askedAt = performance.now()
      slices.do(() => {
        const here = decodeValue({ ...choice, bytes: toUint8Array(value), tools: null }, CELL_LIMITS)
        if (here.needsHost === 'yes' || here.fault?.code === 'too-slow') {
          const { connectionId } = target
          askHost(kept, () => api().entry.decode({ ...choice, value, connectionId, cell: true }))
          return
        }
        kept.isDone = true
        if (here.chain.length > 0 && here.fault === null)
          kept.cell.value = { chain: here.chain, root: here.root, last: here.root ? null : fromUint8Array(here.last) }
      })
      return kept.cell.value
    },
  }
})
