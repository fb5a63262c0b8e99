import { expect } from 'vitest'
import type { CopyRequest } from '../../../../shared/model/stream-copy'
import { planCopy, startCopy } from '../copy/copy-kit'
import { ALICE, idsIn, type Proof } from './test-bed'

const copyingProof = (action: string, how: Pick<CopyRequest, 'ids' | 'provenance'>): Proof => ({
  action,
  kind: 'copy',
  async plan({ sluice, key }) {
    const plan = await planCopy(sluice, { from: key, to: `${key}:copies`, ...how })
    return async () => sluice.finished(await startCopy(sluice, plan))
  },
  async after(bed) {
    const ids = await idsIn(bed, `${bed.key}:copies`)
    expect(ids).toHaveLength(7)
    if (how.ids === 'keep') expect(ids).toEqual([...ALICE, '9-0'])
    expect(await idsIn(bed, bed.key)).toEqual([...ALICE, '9-0'])
  },
  undone: async (bed) => expect(await idsIn(bed, `${bed.key}:copies`)).toEqual([]),
})

/** Entries of one stream to another, each of the ways there are. */
export const copyProofs: readonly Proof[] = [
  copyingProof('Copy to another stream as new ones', { ids: 'new', provenance: true }),
  copyingProof('Copy to another stream by their ids', { ids: 'keep', provenance: false }),
]
