import { describe, expect, test } from 'vitest'
import { actionNeeds } from '../../../shared/judgement/action-needs'
import { capabilityName, type CapabilityName, type ServerInfo } from '../../../shared/model/connection'
import type { RecoveryAction } from '../../../shared/model/recovery-action'
import { screens } from '../../../renderer/components/recovery/actions/screens'

/** A server that has all but these. */
function without(...lacking: readonly CapabilityName[]): Pick<ServerInfo, 'capabilities'> {
  const capabilities = Object.fromEntries(
    capabilityName.options.map((name) => [name, { available: !lacking.includes(name), reason: null }]),
  ) as ServerInfo['capabilities']
  return { capabilities }
}
const ackDelete = (references: 'KEEPREF' | 'DELREF' | 'ACKED'): RecoveryAction => ({
  ...{ kind: 'ackDelete', references, keepBodies: true },
})
const requeue = (deleteOriginal?: 'KEEPREF' | 'DELREF'): RecoveryAction => ({
  ...{ kind: 'requeue', stream: null, provenance: true, deleteOriginal },
})

describe('what an action needs', () => {
  test.each(screens.map(({ label, start }) => [label, start] as const))(
    '%s: something, of every server',
    (_label, start) => {
      for (const server of [without(), without(...capabilityName.options)]) {
        expect(actionNeeds(start, server).length).toBeGreaterThan(0)
      }
    },
  )

  test.each([
    ['XACKDEL, where there is such', without(), ackDelete('KEEPREF'), ['xackdel']],
    ['XACK and XDEL in a script before 8.2', without('xackdel'), ackDelete('KEEPREF'), ['xack', 'xdel']],
    [
      'the two in a transaction without scripts',
      without('xackdel', 'eval'),
      ackDelete('KEEPREF'),
      ['xack', 'xdel', 'multi'],
    ],
    ['XACKDEL for what goes with the references', without('xackdel'), ackDelete('DELREF'), ['xackdel']],
    ['XACKDEL for what all have acked', without('xackdel', 'eval'), ackDelete('ACKED'), ['xackdel']],
    ['a copy and an ack', without(), requeue(), ['xadd', 'xack']],
    ['XDEL for a copy too many, without scripts', without('eval'), requeue(), ['xadd', 'xack', 'xdel']],
    ['XDEL for the original', without(), requeue('KEEPREF'), ['xadd', 'xack', 'xdel']],
    ['XDELEX for the original and its references', without(), requeue('DELREF'), ['xadd', 'xack', 'xdelex']],
    ['XDEL once, without scripts and for the original', without('eval'), requeue('KEEPREF'), ['xadd', 'xack', 'xdel']],
  ] as const)('%s', (_what, server, action, needs) => {
    expect(actionNeeds(action, server)).toEqual(needs)
  })
})
