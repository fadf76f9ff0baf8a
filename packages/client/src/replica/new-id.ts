import { randomId } from '../random-id.ts'

/** A UUID of version 7 (RFC 9562 section 5.7): ids that are made later sort later, which is kind to an index. */
export function newIdAt(milliseconds: number): string {
  const random = randomId()
  const time = Math.floor(milliseconds).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${random.slice(15)}`
}
