// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defaultSettings, type Settings } from '../../../shared/model/settings'
import SettingsView from '../../../renderer/views/SettingsView.vue'
import { useHost, type HostInfo } from '../../../renderer/stores/host'
import { useSettings } from '../../../renderer/stores/settings'
import { fakeApi, type Call } from '../helpers/fake-api'
import { mountOn } from '../helpers/mount-view'

enableAutoUnmount(afterEach)

function field(label: string): HTMLInputElement {
  const labels = [...document.querySelectorAll('label')].filter((one) => one.textContent.trim() === label)
  const input = document.getElementById(labels[0]?.htmlFor ?? '')
  if (!(input instanceof HTMLInputElement)) throw new Error(`no field ${label}`)
  return input
}

async function type(input: HTMLInputElement, text: string): Promise<void> {
  input.value = text
  input.dispatchEvent(new Event('input'))
  await flushPromises()
}

async function show(): Promise<readonly Call[]> {
  const calls = fakeApi({
    host: { saveSettings: (changes: Partial<Settings>) => ({ ...defaultSettings, ...changes }) },
  })
  await mountOn(SettingsView, {})
  return calls
}
const saved = (calls: readonly Call[]) =>
  calls.filter(({ name }) => name === 'host.saveSettings').map(({ input }) => input)

describe('the thresholds', () => {
  it.each([
    ['A consumer is stalled after, seconds', '60', '90', { stalledAfterMs: 90_000 }],
    ['A consumer is stuck after, seconds', '600', '120', { neglectedAfterMs: 120_000 }],
    ['A group lags from, entries behind', '1000', '5', { laggingEntries: 5 }],
    ['A group lags after, seconds of waiting', '300', '3600', { laggingAfterMs: 3_600_000 }],
    ['A lag is no finding if gone within, seconds', '300', '0', { drainsSoonMs: 0 }],
    ['An entry keeps failing from, deliveries', '5', '2', { poisonDeliveries: 2 }],
  ])('%s: shown, and kept as soon as it is changed', async (label, before, typed, change) => {
    const calls = await show()
    expect(field(label).value).toBe(before)
    await type(field(label), typed)
    expect(saved(calls)).toEqual([change])
    expect(field(label).value).toBe(typed)
  })

  it.each([
    ['A consumer is stalled after, seconds', '0'],
    ['A group lags from, entries behind', '1e3'],
    ['A group lags after, seconds of waiting', '7776001'],
    ['An entry keeps failing from, deliveries', '1'],
  ])('%s: says what it wants instead of keeping %s', async (label, typed) => {
    const calls = await show()
    await type(field(label), typed)
    expect(saved(calls)).toEqual([])
    expect(field(label).getAttribute('aria-invalid')).toBe('true')
    expect(document.body.textContent).toContain('A whole number from')
  })
})

describe('whoever is no admin', () => {
  it.each(['viewer', 'operator'] as const)(
    'changes no setting as %s but the look of this browser, and is told why',
    async (role) => {
      localStorage.clear()
      const calls = await show()
      useHost().info = { you: { who: { by: 'user', name: 'ben' }, role } } as unknown as HostInfo
      await flushPromises()
      expect(field('A consumer is stalled after, seconds').closest('fieldset')?.disabled).toBe(true)
      expect(document.body.textContent).toContain('Only admins may do it')
      await useSettings().save({ theme: 'dark' })
      expect(useSettings().settings.theme).toBe('dark')
      expect(saved(calls)).toEqual([])
      expect(JSON.parse(localStorage.getItem('sluice:own-look') ?? '')).toEqual({ theme: 'dark' })
    },
  )
})

describe('the times of a web host', () => {
  const onHost = async (kind: 'web' | 'desktop'): Promise<readonly Call[]> => {
    localStorage.clear()
    const calls = await show()
    useHost().info = { kind, you: { who: { by: 'password' }, role: 'admin' } } as unknown as HostInfo
    await flushPromises()
    return calls
  }

  it('are this browser’s, also for an admin; the rest of the look is the host’s', async () => {
    const calls = await onHost('web')
    await useSettings().save({ times: 'utc' })
    expect([useSettings().settings.times, saved(calls)]).toEqual(['utc', []])
    // What the host tells is what it has for everybody.
    await useSettings().save({ theme: 'dark' })
    expect(saved(calls)).toEqual([{ theme: 'dark' }])
    expect(useSettings().settings).toMatchObject({ times: 'utc', theme: 'dark' })
    expect(document.body.textContent).toContain('Kept in this browser')
  })

  it('are the host’s on a desktop', async () => {
    const calls = await onHost('desktop')
    await useSettings().save({ times: 'utc' })
    expect(saved(calls)).toEqual([{ times: 'utc' }])
    expect(document.body.textContent).not.toContain('Kept in this browser')
  })
})
