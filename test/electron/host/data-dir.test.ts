import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataDir } from '../../../electron/host/data-dir'

test('SLUICE_DATA_DIR, else the platform’s own place', () => {
  expect(dataDir({ SLUICE_DATA_DIR: '/data' }, 'linux')).toBe('/data')
  expect(dataDir({ XDG_DATA_HOME: '/xdg' }, 'linux')).toBe('/xdg/sluice')
  expect(dataDir({ XDG_DATA_HOME: 'relative' }, 'linux')).toBe(join(homedir(), '.local/share/sluice'))
  expect(dataDir({}, 'linux')).toBe(join(homedir(), '.local/share/sluice'))
  expect(dataDir({}, 'darwin')).toBe(join(homedir(), 'Library/Application Support/Sluice/data'))
  expect(dataDir({ APPDATA: '/roaming' }, 'win32')).toBe(join('/roaming', 'Sluice', 'data'))
})
