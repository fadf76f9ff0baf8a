/** In which colours the app is shown. `system`: as the device is set, also where that changes. */
export const appearances = ['system', 'light', 'dark'] as const
export type Appearance = (typeof appearances)[number]

/** Of what was stored: anything else follows the system. */
export function appearanceOf(text: string | null): Appearance {
  return appearances.find((appearance) => appearance === text) ?? 'system'
}
