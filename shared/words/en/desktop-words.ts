/** Of the window around the page: its menu, and what is said when there is no window. */
export const desktopWords = {
  couldNotStart: 'Sluice could not start',
  // `&` stands before the letter that opens a menu by keyboard.
  file: '&File',
  view: '&View',
  settings: 'Settings…',
  commandPalette: 'Command Palette…',
  filter: 'Filter',
  refresh: 'Refresh',
  keyboardShortcuts: 'Keyboard Shortcuts',
}
