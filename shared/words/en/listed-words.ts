/** What people make a list of, by name. */
export const listedWords = {
  editOne: (name: string) => `Edit ${name}`,
  deleteOne: (name: string) => `Delete ${name}`,
  delete: 'Delete',
  deleted: (name: string) => `${name} was deleted`,
  nameNeeded: 'A name is needed',
}
