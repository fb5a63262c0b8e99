/** What stands for a value that is masked, whatever it is and however long. */
export const HIDDEN = '•••'
