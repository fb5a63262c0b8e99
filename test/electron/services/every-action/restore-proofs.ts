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
    async plan(place) {
      const { sluice, key } = place
      const plan = await planCopies(sluice, await newestBackup(place), { key })
      return async () => sluice.finished(await startCopies(sluice, plan))
    },
    after: async (place) => expect(await idsIn(place, place.key)).toHaveLength(7),
    undone: async (place) => expect(await idsIn(place, place.key)).toEqual(LEFT),
  },
  {
    action: 'Restore a stream under a new key',
    kind: 'restore stream',
    prepare: ({ sluice, key }) => trimTo(sluice, 2, key),
    async plan(place) {
      const { sluice } = place
      const plan = await planRebuild(sluice, await newestBackup(place))
      return async () => sluice.finished(await startRebuild(sluice, plan))
    },
    async after(place) {
      const made = { ...place, key: madeOf(place) }
      expect(await idsIn(place, made.key)).toEqual([...ALICE, '9-0'])
      expect(await pending(made)).toEqual(await pending(place))
    },
    async undone(place, before) {
      expect(String(await place.direct.exists(madeOf(place)))).toBe('0')
      await backAsBefore(place, before)
    },
  },
  {
    action: 'Give the restored stream its name',
    kind: 'swap streams',
    async prepare({ sluice, key }) {
      await rebuild(sluice, await trimTo(sluice, 2, key))
    },
    async plan(place) {
      const { sluice } = place
      const plan = await planSwap(sluice, await rebuiltRecord(place))
      return async () => sluice.finished(await startSwap(sluice, plan))
    },
    after: async (place) => expect(await idsIn(place, place.key)).toEqual([...ALICE, '9-0']),
    async undone(place, before) {
      expect(await idsIn(place, place.key)).toEqual(LEFT)
      await backAsBefore(place, before)
    },
  },
]
