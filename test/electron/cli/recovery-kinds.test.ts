import { expect, test } from 'vitest'
import type { RECOVERY_KINDS } from '../../../electron/cli/recovery/kinds'
import { RECOVERY_NAMES, type RecoveryName } from '../../../electron/cli/recovery/kinds'
import type { RecoveryAction } from '../../../shared/model/recovery-action'

type Asked = ReturnType<(typeof RECOVERY_KINDS)[RecoveryName]['action']>['kind']

/** What no command asks for, and what does it instead: a new action is one of `RECOVERY_KINDS`, or does not compile here. */
const WITHOUT: Readonly<Record<Exclude<RecoveryAction['kind'], Asked>, RecoveryName | 'rules'>> = {
  autoClaim: 'claim',
  handle: 'rules',
}

test('each recovery action has its command, or one that does the same', () => {
  expect(Object.keys(WITHOUT)).toHaveLength(2)
  for (const instead of Object.values(WITHOUT)) expect([...RECOVERY_NAMES, 'rules']).toContain(instead)
})
