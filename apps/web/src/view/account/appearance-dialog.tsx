import { appearances } from '../../model/appearance.ts'
import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'

/** Light, dark, or as the system is set; shown as soon as it is chosen. */
export function AppearanceDialog({ app: { appearance } }: { app: App }) {
  const { account: words } = texts
  return (
    <fieldset class="choice">
      <legend>{words.appearanceNote}</legend>
      {appearances.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="appearance"
            checked={appearance.value === each}
            onChange={() => {
              appearance.value = each
            }}
          />
          {words.appearances[each]}
        </label>
      ))}
    </fieldset>
  )
}
