import { defineStore } from 'pinia'
import { shallowRef, type ShallowRef } from 'vue'
import { bytesKey, displayBytes, fromUint8Array, toUint8Array, type Bytes } from '../../shared/bytes'
import { decodeValue } from '../../shared/decode/chain'
import type { DecoderId } from '../../shared/decode/ids'
import type { TreeNode } from '../../shared/decode/tree'
import type { Field } from '../../shared/model/entry'
import { api } from '../api/client'
import { useDecodings } from './decodings'
import { createLeastRecent } from './least-recent'
import type { StreamTarget } from './targets'

/** A value for a row of a table; `last` where the innermost layer is no tree. */
export interface DecodedCell {
  readonly chain: readonly DecoderId[]
  readonly root: TreeNode | null
  readonly last: Bytes | null
}

/** A screen of cells in a frame or two: small values, a few nodes of each. */
const CELL_LIMITS = { ms: 50, depth: 64, nodes: 60, unpackedBytes: 65_536, steps: 4 }
const CELLS_KEPT = 2_000
const MOST_ASKED = 4

/** Values of tables, decoded as their fields are: what is quick at once, the rest once the host has told it. */
export const useDecodedCells = defineStore('decoded-cells', () => {
  const decodings = useDecodings()
  const cells = createLeastRecent<ShallowRef<DecodedCell | null>>(CELLS_KEPT, () => undefined)
  const waiting: (() => Promise<void>)[] = []
  let asked = 0

  function next(): void {
    const ask = asked < MOST_ASKED ? waiting.shift() : undefined
    if (ask === undefined) return
    asked += 1
    void ask().finally(() => {
      asked -= 1
      next()
    })
  }

  return {
    /** Null: it is plain text or nothing known, or not told yet. */
    of(target: StreamTarget, { name, value, cut }: Field): DecodedCell | null {
      if (cut) return null
      const { as, schema } = decodings.of(target, name)
      const choice = { as, schema, name: displayBytes(name).slice(0, 200) }
      return cells.get(JSON.stringify([choice, bytesKey(value)]), () => {
        const here = decodeValue({ ...choice, bytes: toUint8Array(value), tools: null }, CELL_LIMITS)
        const cell = shallowRef<DecodedCell | null>(null)
        if (here.needsHost === 'yes') {
          waiting.push(async () => {
            // What can't be told stays as it is stored.
            const told = await api()
              .entry.decode({ ...choice, value })
              .catch(() => null)
            if (told !== null && told.fault === null) cell.value = told
          })
          next()
        } else if (here.chain.length > 0 && here.fault === null) {
          cell.value = { chain: here.chain, root: here.root, last: here.root ? null : fromUint8Array(here.last) }
        }
        return cell
      }).value
    },
  }
})
