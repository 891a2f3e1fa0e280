import type { DraftParams } from '../../../core/contract/bundle-requests.ts'
import type { DraftChoice, DraftPlan } from '../../../core/draft/draft-plan.ts'
import { scoreText } from '../../matching/candidate-words.ts'
import { classNames } from '../../widgets/class-names.ts'
import { Checkbox, Field, Select } from '../../widgets/field.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './draft-form.module.css'
import { waitsForRival } from './waits-for-rival.ts'

export interface DraftFormProps {
  readonly plan: DraftPlan
  readonly params: DraftParams
  readonly onChange: (change: Partial<DraftParams>) => void
}

/** What the author decides; an empty field takes what is suggested. */
export function DraftForm({ plan, params, onChange }: DraftFormProps) {
  const { names, choices, chosen } = plan
  return (
    <form className={styles.form} onSubmit={event => event.preventDefault()}>
      <Field
        label="Name"
        isMono
        placeholder={names.name}
        maxLength={100}
        value={params.name ?? ''}
        hint="Of the folder and the files"
        onChange={event => onChange({ name: orNull(event.currentTarget.value) })}
      />
      <Field
        label="Class"
        isMono
        placeholder={names.className}
        maxLength={200}
        value={params.className ?? ''}
        onChange={event => onChange({ className: orNull(event.currentTarget.value) })}
      />
      <Field
        label="Bundle identifier"
        isMono
        placeholder={names.bundleIdentifier}
        maxLength={200}
        value={params.bundleIdentifier ?? ''}
        onChange={event => onChange({ bundleIdentifier: orNull(event.currentTarget.value) })}
      />
      <fieldset className={styles.choices}>
        <legend>It is matched by</legend>
        {choices.map(choice => (
          <Choice
            key={choice.id}
            choice={choice}
            isChosen={choice.id === chosen}
            onChoose={() => onChange({ keys: choice.id })}
          />
        ))}
      </fieldset>
      <Select
        label="Match category"
        value={params.competition}
        options={[
          { value: 'best', text: 'Where it would be started' },
          { value: 'default-category', text: 'The default one, against the others' },
          { value: 'own-category', text: 'One of its own, beside the others' },
        ]}
        onChange={competition => onChange({ competition })}
      />
      <Checkbox
        label="probe()"
        hint="Looks at the device before it is started, and may say no."
        isChecked={params.hasProbe}
        onChange={hasProbe => onChange({ hasProbe })}
      />
      <Checkbox
        label="User client"
        hint="Programs can open the driver and call it."
        isChecked={params.hasUserClient}
        onChange={hasUserClient => onChange({ hasUserClient })}
      />
    </form>
  )
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim())

interface ChoiceProps {
  readonly choice: DraftChoice
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function Choice({ choice, isChosen, onChoose }: ChoiceProps) {
  const waits = waitsForRival(choice)
  return (
    <label className={classNames(styles.choice, isChosen && styles.chosen)}>
      <input type="radio" name="match-keys" checked={isChosen} onChange={onChoose} />
      <span className={styles.about}>
        <span className={styles.title}>{visibleText(choice.title)}</span>
        <span className={styles.why}>{visibleText(choice.why)}</span>
        <span className={styles.verdict}>
          <StateMark tone={choice.wins && !waits ? 'good' : 'warn'} isQuiet>
            {!choice.wins ? 'would not be started' : waits ? 'would win later' : 'would be started'}
          </StateMark>
          {choice.score !== null && <span>score {scoreText(choice.score)}</span>}
          {choice.alsoMatchCount > 0 && (
            <span>and on {choice.alsoMatchCount.toLocaleString('en-US')} more</span>
          )}
        </span>
      </span>
    </label>
  )
}
