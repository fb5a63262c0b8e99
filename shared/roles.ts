/** What somebody may do here, each all that the one before may: look; put streams right; change connections and settings. */
export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

export function mayAct(as: Role, needs: Role): boolean {
  return roles.indexOf(as) >= roles.indexOf(needs)
}
