import { expect } from 'vitest'
import type { DeletionPlan } from '../../../../shared/model/deletion'
import type { GroupChange } from '../../../../shared/model/group-change'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'
import { bury, plan as planRedrive, run as runRedrive } from '../redrive/redrive-kit'
import { GROUP, ofAll, ofConsumer } from '../recovery/recovery-kit'
import {
  ALICE,
  allOf,
  backAsBefore,
  consumers,
  holdersOf,
  HOUR,
  idsIn,
  pending,
  since,
  type TestBed,
  type Proof,
} from './test-bed'
import { copyProofs } from './copy-proofs'
import { restoreProofs } from './restore-proofs'

const STILL_THERE = ALICE.filter((id) => id !== '2-0')

interface Recovery extends Omit<Proof, 'kind' | 'plan' | 'undone'> {
  readonly what: (bed: TestBed) => RecoveryAction
  readonly selection?: Selection
  readonly undone?: Proof['undone']
}

/** To ask an action what kind it is. */
const NOWHERE = { key: '' } as TestBed

function recovery({ what, selection = ofConsumer('alice'), undone = backAsBefore, ...rest }: Recovery): Proof {
  return {
    ...rest,
    kind: what(NOWHERE).kind,
    undone,
    async plan(bed) {
      const { sluice, key } = bed
      const plan = await sluice.plan(selection, what(bed), key)
      expect(plan.undo.possible).toBe(undone !== null)
      return async () => sluice.finished(await sluice.run(plan))
    },
  }
}

const ackDelete = (references: 'KEEPREF' | 'DELREF' | 'ACKED'): Proof =>
  recovery({
    action: `Ack and delete: ${references}`,
    ...(references === 'KEEPREF' ? {} : { on: since(8, 2) }),
    what: () => ({ kind: 'ackDelete', references, keepBodies: true }),
    async after(bed) {
      expect((await pending(bed)).map(([id]) => id)).toEqual(['9-0'])
      // `audit` holds all: its references are kept, deleted, or keep the entries.
      expect(await idsIn(bed, bed.key)).toEqual(references === 'ACKED' ? [...ALICE, '9-0'] : ['9-0'])
      expect(await pending(bed, 'audit')).toHaveLength(references === 'DELREF' ? 1 : 7)
    },
    undone: null,
  })

const deletion = (references: DeletionPlan['references']): Proof => ({
  action: `Delete: ${references}`,
  kind: 'delete',
  ...(references === 'KEEPREF' ? {} : { on: since(8, 2) }),
  async plan({ sluice, key }) {
    const on = { connectionId: sluice.connectionId, key }
    const { id } = await sluice.api.entry.planDelete({
      ...on,
      selection: { kind: 'range', from: '1-0', to: '6-0' },
      references,
    })
    return async () => sluice.finished(await sluice.api.entry.delete({ ...on, planId: id, backup: true }))
  },
  async after(bed) {
    expect(await idsIn(bed, bed.key)).toEqual(references === 'ACKED' ? [...ALICE, '9-0'] : ['9-0'])
    expect(await pending(bed)).toHaveLength(references === 'DELREF' ? 1 : 7)
  },
  undone: null,
})

function groupChange(
  action: string,
  change: GroupChange,
  after: Proof['after'],
  undone: Proof['undone'] = backAsBefore,
): Proof {
  return {
    action,
    kind: change.kind,
    async plan({ sluice, key }) {
      const on = { connectionId: sluice.connectionId, key, group: GROUP }
      const { id } = await sluice.api.group.planChange({ ...on, change })
      return async () => sluice.finished(await sluice.api.group.change({ ...on, planId: id }))
    },
    after,
    undone,
  }
}

async function standing({ direct, key }: TestBed): Promise<Readonly<Record<string, unknown>> | undefined> {
  const groups = ((await direct.xinfo('GROUPS', key)) as unknown[][]).map((flat) =>
    Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[String(name), flat[at + 1]]] : []))),
  )
  return groups.find(({ name }) => name === GROUP)
}

const claim = (some: Partial<Extract<RecoveryAction, { kind: 'claim' }>> = {}): RecoveryAction => ({
  kind: 'claim',
  to: 'bob',
  includeGone: false,
  ...some,
})

const copyingProof = (action: string, what: Extract<RecoveryAction, { kind: 'requeue' | 'deadLetter' }>): Proof =>
  recovery({
    action,
    what: () => what,
    async after(bed) {
      const target = what.kind === 'requeue' ? bed.key : `${bed.key}:dead`
      const ids = await idsIn(bed, bed.key)
      expect(ids.filter((id) => ALICE.includes(id))).toEqual([])
      expect(await idsIn(bed, target)).toHaveLength(what.kind === 'requeue' ? 7 : 6)
      expect(await holdersOf(bed)).toEqual([])
    },
    undone: null,
  })

export const proofs: readonly Proof[] = [
  recovery({
    action: 'Claim',
    what: () => claim(),
    async after(bed) {
      expect(await holdersOf(bed)).toEqual(allOf('bob'))
      const rows = (await bed.direct.xpending(bed.key, GROUP, '-', '+', 6, 'bob')) as [string, string, string, string][]
      expect(rows.map(([, , idleMs]) => Number(idleMs) >= HOUR)).toEqual(ALICE.map(() => true))
    },
  }),
  recovery({
    action: 'Claim: idle time anew',
    what: () => claim({ idle: 'anew' }),
    async after({ direct, key }) {
      const rows = (await direct.xpending(key, GROUP, '-', '+', 6, 'bob')) as [string, string, string, string][]
      expect(rows.map(([, , idleMs]) => Number(idleMs) >= HOUR)).toEqual(ALICE.map(() => false))
    },
  }),
  recovery({
    action: 'Claim: one more delivery',
    what: () => claim({ deliveries: 'plusOne' }),
    after: async (bed) =>
      expect((await pending(bed)).map(([, , count]) => count)).toEqual(['2', '5', '2', '2', '2', '2', '1']),
  }),
  recovery({
    action: 'Claim: deliveries set',
    what: () => claim({ deliveries: { set: 0 } }),
    after: async (bed) =>
      expect((await pending(bed)).map(([, , count]) => count)).toEqual([...ALICE.map(() => '0'), '1']),
  }),
  recovery({
    action: 'Spread',
    what: () => ({ kind: 'spread', to: ['bob', 'idler'], includeGone: false }),
    after: async (bed) =>
      expect([...(await holdersOf(bed))].sort()).toEqual(['bob', 'bob', 'bob', 'idler', 'idler', 'idler']),
  }),
  recovery({
    action: 'Auto-claim',
    selection: ofAll(),
    what: () => ({ kind: 'autoClaim', to: 'idler', minIdleMs: HOUR / 2, count: 2 }),
    after: async (bed) => expect(await holdersOf(bed)).toEqual(allOf('idler')),
  }),
  recovery({
    action: 'Release to the group',
    on: since(8, 8),
    what: () => ({ kind: 'release', mode: 'FAIL' }),
    after: async (bed) => expect(await holdersOf(bed)).toEqual(allOf('')),
    undone: null,
  }),
  recovery({
    action: 'Ack',
    what: () => ({ kind: 'ack' }),
    after: async (bed) => expect(await pending(bed)).toEqual([['9-0', 'bob', '1']]),
  }),
  recovery({
    action: 'Clean up what is gone',
    prepare: ({ direct, key }) => direct.xdel(key, '2-0', '9-0'),
    selection: ofAll({ presence: 'gone' }),
    what: () => ({ kind: 'ack' }),
    after: async (bed) => expect((await pending(bed)).map(([id]) => id)).toEqual(STILL_THERE),
    undone: null,
  }),
  ackDelete('KEEPREF'),
  ackDelete('DELREF'),
  ackDelete('ACKED'),
  recovery({
    action: 'Dead-letter',
    what: () => ({ kind: 'deadLetter', stream: null, reason: 'poison', maxLen: null }),
    async after(bed) {
      expect(await idsIn(bed, `${bed.key}:dead`)).toHaveLength(6)
      expect(await holdersOf(bed)).toEqual([])
    },
    async undone(bed, before) {
      expect(await idsIn(bed, `${bed.key}:dead`)).toEqual([])
      await backAsBefore(bed, before)
    },
  }),
  copyingProof('Dead-letter: originals deleted', {
    ...{ kind: 'deadLetter', stream: null, reason: 'poison', maxLen: null },
    deleteOriginal: 'KEEPREF',
  }),
  copyingProof('Requeue: originals deleted', {
    ...{ kind: 'requeue', stream: null, provenance: true },
    deleteOriginal: 'KEEPREF',
  }),
  recovery({
    action: 'Requeue',
    what: () => ({ kind: 'requeue', stream: null, provenance: true }),
    async after(bed) {
      expect(await idsIn(bed, bed.key)).toHaveLength(13)
      expect(await holdersOf(bed)).toEqual([])
    },
    async undone(bed, before) {
      expect(await idsIn(bed, bed.key)).toEqual([...ALICE, '9-0'])
      await backAsBefore(bed, before)
    },
  }),
  {
    action: 'Redrive',
    kind: 'redrive',
    prepare: ({ direct, key }) =>
      bury(
        direct,
        ALICE.map((id) => ({ id, from: key })),
        `${key}:dead`,
      ),
    async plan({ sluice, key }) {
      const plan = await planRedrive(sluice, { key: `${key}:dead` })
      return () => runRedrive(sluice, plan)
    },
    async after(bed) {
      expect(await idsIn(bed, bed.key)).toHaveLength(13)
      expect(await idsIn(bed, `${bed.key}:dead`)).toEqual([])
    },
    undone: null,
  },
  recovery({
    action: 'Handle as the monitor does',
    what: ({ key }) => ({ kind: 'handle', to: 'monitor', minIdleMs: 0, prefix: `${key}:hash:`, idField: 'n' }),
    async after(bed) {
      expect(String(await bed.direct.exists(...ALICE.map((id) => `${bed.key}:hash:${id}`)))).toBe('6')
      expect(await holdersOf(bed)).toEqual([])
    },
  }),
  deletion('KEEPREF'),
  deletion('DELREF'),
  deletion('ACKED'),
  {
    action: 'Trim',
    kind: 'trim',
    async plan({ sluice, key }) {
      const on = { connectionId: sluice.connectionId, key }
      const strategy = { kind: 'maxlen', maxlen: 2 } as const
      const { id } = await sluice.api.trim.plan({ ...on, strategy, approximate: false, limit: 100 })
      return async () => sluice.finished(await sluice.api.trim.run({ ...on, planId: id, backup: true }))
    },
    after: async (bed) => expect(await idsIn(bed, bed.key)).toEqual(['6-0', '9-0']),
    undone: null,
  },
  groupChange(
    'Remove a consumer',
    { kind: 'remove consumer', consumer: 'idler' },
    async (bed) => expect(await consumers(bed)).toEqual(['alice', 'bob']),
    async (bed) => expect(await consumers(bed)).toEqual(['alice', 'bob', 'idler']),
  ),
  {
    ...groupChange('Make entries pending', { kind: 'make pending', consumer: 'dora', ids: [...ALICE] }, async (bed) =>
      expect(await holdersOf(bed)).toEqual(allOf('dora')),
    ),
    // As if they were lost with the consumer that held them.
    prepare: async ({ direct, key }) => void (await direct.call('XGROUP', 'DELCONSUMER', key, GROUP, 'alice')),
  },
  {
    action: 'Create a consumer',
    kind: 'create consumer',
    plan: ({ sluice, key }) =>
      Promise.resolve(async () => {
        const on = { connectionId: sluice.connectionId, key, group: GROUP }
        expect(await sluice.api.group.createConsumer({ ...on, consumer: 'dee' })).toMatchObject({ isNew: true })
        return null
      }),
    after: async (bed) => expect(await consumers(bed)).toContain('dee'),
    undone: null,
  },
  {
    action: 'Create a group',
    kind: 'create group',
    prepare: ({ direct, key }) => direct.xgroup('DESTROY', key, GROUP),
    plan: ({ sluice, key }) =>
      Promise.resolve(async () => {
        const on = { connectionId: sluice.connectionId, key, group: GROUP }
        await sluice.api.group.create({ ...on, start: '3-0', mkstream: false })
        return null
      }),
    after: async (bed) => expect(await standing(bed)).toMatchObject({ 'last-delivered-id': '3-0' }),
    undone: null,
  },
  groupChange('Set the id', { kind: 'set id', to: '3-0' }, async (bed) =>
    expect(await standing(bed)).toMatchObject({ 'last-delivered-id': '3-0' }),
  ),
  groupChange('Destroy the group', { kind: 'destroy group' }, async (bed) =>
    expect(await standing(bed)).toBeUndefined(),
  ),
  {
    action: 'Add an entry',
    kind: 'add entry',
    plan: ({ sluice, key }) =>
      Promise.resolve(async () => {
        const { connectionId } = sluice
        await sluice.api.entry.add({ connectionId, key, id: '10-0', fields: [['n', '10-0']], create: false })
        return null
      }),
    after: async (bed) => expect(await idsIn(bed, bed.key)).toEqual([...ALICE, '9-0', '10-0']),
    undone: null,
  },
  ...restoreProofs,
  ...copyProofs,
]
