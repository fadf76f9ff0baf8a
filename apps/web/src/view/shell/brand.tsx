import { texts } from '../../texts/texts.ts'

export function Brand() {
  return (
    <span class="brand">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M4 7l2.5 2.5L11 5M14 7.5h6M4 16.5h16" />
      </svg>
      {texts.app}
    </span>
  )
}
