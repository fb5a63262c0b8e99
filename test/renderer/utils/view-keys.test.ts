// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { shortcutList } from '../../../renderer/utils/shortcut-list'
import { viewKeys } from '../../../renderer/utils/view-keys'

it('leads to each view by keys of its own', () => {
  expect(viewKeys.length).toBeGreaterThan(4)
  expect(new Set(viewKeys.map(({ binding }) => binding)).size).toBe(viewKeys.length)
  expect(viewKeys.find(({ kind }) => kind === 'journal')).toMatchObject({
    binding: 'g j',
    keys: 'G J',
    anywhere: false,
  })
  expect(viewKeys.find(({ kind }) => kind === 'settings')).toMatchObject({ keys: 'Ctrl ,', anywhere: true })
})

it.each(viewKeys)('names $title once on the sheet of shortcuts', ({ keys, title }) => {
  const lines = shortcutList.flatMap((group) => group.keys)
  expect(lines.filter(([shown]) => shown === keys)).toEqual([[keys, title]])
})
