import { expect, test } from 'vitest'
import { faultLines } from '../../build/faults.mjs'

test('says nothing where no fault was struck', () => {
  expect(faultLines('')).toEqual([])
})

test('counts each kind, most first, and all of them', () => {
  expect(faultLines('cut\nkill -9\ncut\n')).toEqual(['Faults struck: 3', '       2  cut', '       1  kill -9'])
})
