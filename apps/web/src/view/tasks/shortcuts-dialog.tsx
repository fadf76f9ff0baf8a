import { texts } from '../../texts/texts.ts'
import { singleKeys, switchSingleKeys } from '../../view-model/tasks/keys.ts'

/** All keys, and the switch that turns the single ones off. */
export function ShortcutsDialog() {
  const { keys } = texts.tasks
  return (
    <>
      <p class="switch">
        <label>
          <input
            type="checkbox"
            checked={singleKeys.value}
            aria-describedby="single-keys-note"
            onChange={({ currentTarget }) => switchSingleKeys(currentTarget.checked)}
          />
          {keys.single}
        </label>
        <span id="single-keys-note" class="hint">
          {keys.singleNote}
        </span>
      </p>
      <dl class="keys">
        {keys.list.map(([key, does]) => (
          <div key={key}>
            <dt>{does}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
