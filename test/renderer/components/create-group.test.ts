// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import CreateGroupDialog from '../../../renderer/components/group/CreateGroupDialog.vue'
import { AppError } from '../../../shared/error'
import { fakeApi } from '../helpers/fake-api'
import { mountOn } from '../helpers/mount-view'

const target = { connectionId: 'c1', key: 'orders' }

afterEach(() => {
  document.body.innerHTML = ''
})
enableAutoUnmount(afterEach)

/** What it says of a group that begins after this id, in a stream whose last id is known to be this one. */
async function warningFor(id: string, info: () => unknown): Promise<string | null> {
  fakeApi({ stream: { info } })
  const wrapper = await mountOn(CreateGroupDialog, { open: false, target })
  await wrapper.setProps({ open: true })
  await flushPromises()
  const select = document.querySelector('select')
  if (!select) throw new Error('there is no choice of where to begin')
  select.value = 'id'
  select.dispatchEvent(new Event('change'))
  await nextTick()
  const field = [...document.querySelectorAll('input')].find(({ placeholder }) => placeholder !== '')
  if (!field) throw new Error('there is no field for the id')
  field.value = id
  field.dispatchEvent(new Event('input'))
  await nextTick()
  return document.querySelector('.beyond')?.textContent ?? null
}

describe('a group that is to begin after an id', () => {
  it('that the stream has not reached is warned of', async () => {
    expect(await warningFor('11-0', () => ({ lastGeneratedId: '10-0' }))).toContain('10-0')
  })

  it.each([
    ['that the stream has generated', '10-0', () => ({ lastGeneratedId: '10-0' })],
    ['that is none', 'x', () => ({ lastGeneratedId: '10-0' })],
    ['where the stream’s last id is not known', '11-0', () => ({ lastGeneratedId: null })],
    [
      'where the stream is not there yet',
      '11-0',
      () => {
        throw new AppError('NOT_FOUND', { what: 'stream', name: 'orders' })
      },
    ],
  ])('%s is not', async (_what, id, info) => {
    expect(await warningFor(id, info)).toBeNull()
  })
})
