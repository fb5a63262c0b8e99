// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { useJobActions } from '../../../renderer/composables/use-job-actions'
import { useWhyNot, useWhyNotHere, useWhyNotYou } from '../../../renderer/composables/use-permission'
import { useWhyNoUndo } from '../../../renderer/composables/use-why-no-undo'
import { useHost, type HostInfo } from '../../../renderer/stores/host'
import { roles, type Role } from '../../../shared/roles'

beforeEach(() => setActivePinia(createPinia()))
function as(role: Role, readOnly = false): void {
  useHost().info = { readOnly, you: { who: { by: 'user', name: 'ben' }, role } } as unknown as HostInfo
}

describe('what one may not do says why', () => {
  it.each(roles)('%s', (role) => {
    as(role)
    const whyNot = useWhyNotYou()
    expect(roles.map((needs) => whyNot(needs) === null)).toEqual(roles.map((_, at) => at <= roles.indexOf(role)))
  })

  it('a viewer changes nothing, takes nothing back and holds no job, whatever the connection', () => {
    as('viewer')
    const why = 'Only operators and admins may do it: you are a viewer'
    expect([useWhyNot()(), useWhyNoUndo()('c1'), useJobActions().whyNot.value]).toEqual([why, why, why])
  })

  it('an operator connects, and does not change connections', () => {
    as('operator')
    expect(useWhyNotHere()()).toBeNull()
    expect(useWhyNotYou()('admin')).toBe('Only admins may do it: you are an operator')
  })

  it('nobody changes anything on a read-only Sluice', () => {
    as('admin', true)
    const why = 'This Sluice is read-only: it was started so'
    expect([useWhyNot()(), useWhyNoUndo()('c1')]).toEqual([why, why])
  })
})
