import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { together, usualDirs } from '../../../electron/host/data-dir'

const home = (path: string) => join(homedir(), path)

test('SLUICE_DATA_DIR, else the platform’s own places', () => {
  expect(usualDirs({ SLUICE_DATA_DIR: '/data', XDG_CONFIG_HOME: '/xdg' }, 'linux')).toEqual(together('/data'))
  const xdg = { XDG_DATA_HOME: '/data', XDG_CONFIG_HOME: '/config' }
  expect(usualDirs(xdg, 'linux')).toEqual({ data: '/data/sluice', config: '/config/sluice' })
  const usual = { data: home('.local/share/sluice'), config: home('.config/sluice') }
  for (const none of [{}, { XDG_DATA_HOME: 'relative', XDG_CONFIG_HOME: './config' }, { XDG_CONFIG_HOME: '' }]) {
    expect(usualDirs(none, 'linux')).toEqual(usual)
  }
  expect(usualDirs(xdg, 'darwin')).toEqual(together(home('Library/Application Support/Sluice/data')))
  expect(usualDirs({ ...xdg, APPDATA: '/roaming' }, 'win32')).toEqual(together(join('/roaming', 'Sluice', 'data')))
})
