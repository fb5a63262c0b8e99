import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, test, vi } from 'vitest'
import { menuTemplate, type PageKey } from '../../../electron/desktop/menu'

function menu(platform: NodeJS.Platform, isPackaged = true) {
  const press = vi.fn<(key: PageKey) => void>()
  const template = menuTemplate({ platform, press, isPackaged })
  return { template, press, items: flatten(template) }
}

function flatten(items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])])
}

describe.each(['linux', 'win32', 'darwin'] as const)('on %s', (platform) => {
  const command = platform === 'darwin' ? 'meta' : 'control'

  test.each([
    ['Command Palette…', { keyCode: 'k', modifiers: [command] }],
    ['Filter', { keyCode: '/' }],
    ['Refresh', { keyCode: 'F5' }],
    ['Settings…', { keyCode: ',', modifiers: [command] }],
    ['Keyboard Shortcuts', { keyCode: '?', modifiers: ['shift'] }],
  ])('%s presses its key in the page', (label, key) => {
    const { items, press } = menu(platform)
    const item = items.find((one) => one.label === label)
    ;(item?.click as (() => void) | undefined)?.()
    expect(press).toHaveBeenCalledExactlyOnceWith(key)
  })

  test('no shortcut of the page is registered a second time', () => {
    for (const { accelerator, registerAccelerator } of menu(platform).items) {
      if (accelerator !== undefined) expect(registerAccelerator).toBe(false)
    }
  })

  test('text fields can be edited by menu, and the window closed', () => {
    const roles = menu(platform).items.map(({ role }) => role)
    expect(roles).toEqual(expect.arrayContaining(['editMenu', 'quit', 'zoomIn', 'zoomOut', 'resetZoom', 'about']))
  })

  test('a packaged one offers no developer tools and no reload of the page', () => {
    const roles = (isPackaged: boolean): unknown[] => menu(platform, isPackaged).items.map(({ role }) => role)
    expect(roles(true)).not.toContain('toggleDevTools')
    expect(roles(false)).toContain('toggleDevTools')
    expect(roles(false)).not.toContain('reload')
  })
})

test('on macOS, where menus take keys before the page does, bare keys are not shown', () => {
  const shown = menu('darwin').items.flatMap(({ accelerator }) => accelerator ?? [])
  expect(shown).toEqual(['CmdOrCtrl+,', 'CmdOrCtrl+K'])
})
