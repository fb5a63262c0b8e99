import { expect } from 'vitest'
import {
  backupNames,
  planCopies,
  planRebuild,
  planSwap,
  rebuild,
  startCopies,
  startRebuild,
  startSwap,
  trimTo,
} from '../restore/restore-kit'
import { ALICE, backAsBefore, idsIn, pending, type TestBed, type Proof } from './test-bed'

const LEFT = ['6-0', '9-0']
const madeOf = ({ key }: TestBed): string => `${key}:restored`

/** The backup of the trim that was made just now. */
async function newestBackup({ sluice }: TestBed): Promise<string> {
  const [name] = await backupNames(sluice)
  if (name === undefined) throw new Error('there is no backup')
  return name
}

async function rebuiltRecord({ sluice, key }: TestBed): Promise<{ readonly recordId: string }> {
  const { records } = await sluice.api.journal.list({ count: 20 })
  const record = records.find((each) => each.action === 'restore stream' && each.key === key)
  if (!record) throw new Error('nothing was restored')
  return { recordId: record.id }
}

/** What a trim took away, brought back each of the ways there are. */
export const restoreProofs: readonly Proof[] = [
  {
    action: 'Restore entries as new ones',
    kind: 'restore entries',
    prepare: ({ sluice, key }) => trimTo(sluice, 2, key),
    async plan(bed) {
      const { sluice, key } = bed
      const plan = await planCopies(sluice, await newestBackup(bed), { key })
      return async () => sluice.finished(await startCopies(sluice, plan))
    },
    after: async (bed) => expect(await idsIn(bed, bed.key)).toHaveLength(7),
    undone: async (bed) => expect(await idsIn(bed, bed.key)).toEqual(LEFT),
  },
  {
    action: 'Restore a stream under a new key',
    kind: 'restore stream',
    prepare: ({ sluice, key }) => trimTo(sluice, 2, key),
    async plan(bed) {
      const { sluice } = bed
      const plan = await planRebuild(sluice, await newestBackup(bed))
      return async () => sluice.finished(await startRebuild(sluice, plan))
    },
    async after(bed) {
      const made = { ...bed, key: madeOf(bed) }
      expect(await idsIn(bed, made.key)).toEqual([...ALICE, '9-0'])
      expect(await pending(made)).toEqual(await pending(bed))
    },
    async undone(bed, before) {
      expect(String(await bed.direct.exists(madeOf(bed)))).toBe('0')
      await backAsBefore(bed, before)
    },
  },
  {
    action: 'Give the restored stream its name',
    kind: 'swap streams',
    async prepare({ sluice, key }) {
      await rebuild(sluice, await trimTo(sluice, 2, key))
    },
    async plan(bed) {
      const { sluice } = bed
      const plan = await planSwap(sluice, await rebuiltRecord(bed))
      return async () => sluice.finished(await startSwap(sluice, plan))
    },
    after: async (bed) => expect(await idsIn(bed, bed.key)).toEqual([...ALICE, '9-0']),
    async undone(bed, before) {
      expect(await idsIn(bed, bed.key)).toEqual(LEFT)
      await backAsBefore(bed, before)
    },
  },
]
