/** What the host says of sweeps. */
export const sweepMessages = {
  'sweep.nothing': () => 'There is nothing to do in any of these groups',
  'sweep.nothing-remedy': () => 'Choose other patterns, or other entries.',
} as const
