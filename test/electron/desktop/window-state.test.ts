import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createWindowStateFile, placeWindow } from '../../../electron/desktop/window-state'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const second = { x: 1920, y: 0, width: 1280, height: 1024 }
const saved = { x: 100, y: 80, width: 1200, height: 800, maximized: false }

describe('where the window opens', () => {
  test('the first time in the usual size, or as much of it as there is room for', () => {
    expect(placeWindow(null, [screen])).toEqual({ width: 1440, height: 900 })
    expect(placeWindow(null, [{ ...screen, width: 1024, height: 640 }])).toEqual({ width: 1024, height: 640 })
    expect(placeWindow(null, [])).toEqual({ width: 1440, height: 900 })
  })

  test('where it was, on whichever screen that is', () => {
    expect(placeWindow(saved, [screen])).toEqual({ x: 100, y: 80, width: 1200, height: 800 })
    expect(placeWindow({ ...saved, x: 2000 }, [screen, second])).toMatchObject({ x: 2000, width: 1200 })
  })

  test.each([
    ['the screen it was on is gone', { x: 2000 }],
    ['it hung out to the left', { x: -1150 }],
    ['its title bar was above the screen', { y: -10 }],
    ['it was below', { y: 1070 }],
  ])('not where it was when %s', (_why, change) => {
    expect(placeWindow({ ...saved, ...change }, [screen])).toEqual({ width: 1200, height: 800 })
  })

  test('not larger than a screen that shrank, nor too small to use', () => {
    expect(placeWindow({ ...saved, width: 4000, height: 3000 }, [screen])).toMatchObject({ width: 1920, height: 1080 })
    expect(placeWindow({ ...saved, width: 5, height: 5 }, [screen])).toMatchObject({ width: 800, height: 560 })
  })
})

describe('the file', () => {
  let dir: string
  let path: string
  const log = pino({ level: 'silent' })
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sluice-window-'))
    path = join(dir, 'window.json')
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  test('what is saved is loaded', () => {
    const file = createWindowStateFile(path, log)
    expect(file.load()).toBeNull()
    file.save(saved)
    expect(file.load()).toEqual(saved)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(saved)
  })

  test.each(['', '{', 'null', '[]', '{"x":"1"}', '{"x":1,"y":1,"width":-5,"height":1,"maximized":false}'])(
    'a damaged file, %j, counts as none',
    (text) => {
      writeFileSync(path, text)
      expect(createWindowStateFile(path, log).load()).toBeNull()
    },
  )

  test('a file that can’t be written is no reason to keep the window open', () => {
    expect(() => createWindowStateFile(join(dir, 'no/such/dir'), log).save(saved)).not.toThrow()
  })
})
