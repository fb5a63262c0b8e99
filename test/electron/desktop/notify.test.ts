import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { createNotify } from '../../../electron/desktop/notify'

function fake(isSupported: boolean) {
  const all: { readonly said: object; readonly one: EventEmitter; isClosed: boolean; isShown: boolean }[] = []
  class Notification extends EventEmitter {
    static isSupported = (): boolean => isSupported
    readonly kept: (typeof all)[number]
    constructor(said: object) {
      super()
      this.kept = { said, one: this, isClosed: false, isShown: false }
      all.push(this.kept)
    }
    show = (): void => void (this.kept.isShown = true)
    close = (): void => void (this.kept.isClosed = true)
  }
  return { Notification: Notification as never, all }
}

it('shows a text, and a click brings the window to the front', () => {
  const { Notification, all } = fake(true)
  let clicks = 0
  createNotify(Notification, () => (clicks += 1))?.({ title: 'a', body: 'b' })
  expect(all).toMatchObject([{ said: { title: 'a', body: 'b' }, isShown: true }])
  all[0]?.one.emit('click')
  expect(clicks).toBe(1)
})

it('takes back the oldest of many', () => {
  const { Notification, all } = fake(true)
  const notify = createNotify(Notification, () => undefined)
  for (let n = 0; n < 22; n += 1) notify?.({ title: `${n}`, body: '' })
  expect(all.filter(({ isClosed }) => isClosed).map(({ said }) => said)).toEqual([
    { title: '0', body: '' },
    { title: '1', body: '' },
  ])
})

it('is none where the system has none', () => {
  expect(createNotify(fake(false).Notification, () => undefined)).toBeNull()
})
