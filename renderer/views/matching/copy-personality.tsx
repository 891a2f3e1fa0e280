import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { DictionaryValue } from '../../../core/registry/property-value.ts'
import { personalityXml } from '../../matching/personality-xml.ts'
import { Button } from '../../widgets/button.tsx'
import { smallIconProps } from '../../widgets/icons.ts'

export interface CopyPersonalityProps {
  readonly name: string
  readonly properties: DictionaryValue
}

interface Said {
  readonly text: string
  readonly why?: string
}

const saidForMs = 1500

/** The personality as it stands inside `IOKitPersonalities`, for pasting into an Info.plist. */
export function CopyPersonality({ name, properties }: CopyPersonalityProps) {
  const [said, setSaid] = useState<Said | null>(null)
  useEffect(() => {
    if (said === null) return
    // A reason takes longer to read.
    const timer = setTimeout(() => setSaid(null), said.why === undefined ? saidForMs : 8000)
    return () => clearTimeout(timer)
  }, [said])
  const copy = () => {
    const written = personalityXml(name, properties)
    if (!written.ok) return setSaid({ text: 'It cannot be copied', why: written.why })
    navigator.clipboard.writeText(written.text).then(
      () => setSaid({ text: 'Copied' }),
      () => setSaid({ text: 'The clipboard refused it' }),
    )
  }
  const Icon = said?.text === 'Copied' ? Check : Copy
  return (
    <Button icon={<Icon {...smallIconProps} />} title={said?.why} onClick={copy}>
      {said?.text ?? 'Copy personality'}
    </Button>
  )
}
